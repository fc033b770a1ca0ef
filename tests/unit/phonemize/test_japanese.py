"""Japanese as sung: (lyric, how the score divides it, syllables)."""

from __future__ import annotations

import pytest

from engine.phonemize import phonemizer

CASES = [
    ("さくら", "", "S A | K U | DX A"),
    ("サクラ", "", "S A | K U | DX A"),
    ("ｻｸﾗ", "", "S A | K U | DX A"),
    ("sakura", "", "S A | K U | DX A"),
    ("やよいの", "", "Y A | Y AO | IY | N AO"),
    ("みわたすかぎり", "", "M IY | W A | T A | S U | K A | G IY | DX IY"),
    ("にほひぞ", "", "N IY | HH AO | HY IY | Z AO"),
    ("いづる", "", "IY | Z U | DX U"),
    ("ちぢむ", "", "CH IY | JH IY | M U"),
    ("つづく", "", "TS U | Z U | K U"),
    ("すゞき", "", "S U | Z U | K IY"),
    ("こゝろ", "", "K AO | K AO | DX AO"),
    ("を", "", "AO"),
    ("ふゆ", "", "F U | Y U"),
    ("きょう", "", "K Y AO"),
    ("しゃしん", "", "SH A | SH IY N"),
    ("ちょっと", "", "CH AO T | T AO"),
    ("りゅう", "", "DX Y U"),
    ("ぎゅうにゅう", "", "G Y U | N Y U"),
    ("ん", "", "N"),
    ("さん", "", "S A N"),
    ("さん", "さ ん", "S A | N"),
    ("さんぽ", "", "S A M | P AO"),
    ("さんぽ", "さ ん ぽ", "S A | M | P AO"),
    ("さんか", "", "S A NG | K A"),
    ("こんにちわ", "", "K AO N | N IY | CH IY | W A"),
    ("きって", "", "K IY T | T EH"),
    ("きって", "き っ て", "K IY | IY T | T EH"),
    ("まっちゃ", "", "M A T | CH A"),
    ("がっこう", "", "G A K | K AO"),
    ("ざっし", "", "Z A SH | SH IY"),
    ("あっ", "", "A"),
    ("ラーメン", "", "DX A | M EH N"),
    ("ラーメン", "ラ ー メ ン", "DX A | A | M EH | N"),
    ("とう", "と う", "T AO | AO"),
    ("あい", "", "A | IY"),
    ("あい", "あい", "AY"),
    ("せい", "せい", "S EY"),
    ("いい", "いい", "IY"),
    ("ティファニー", "", "T IY | F A | N IY"),
    ("ヴァイオリン", "", "V A | IY | AO | DX IY N"),
    ("ウィスキー", "", "W IY | S U | K IY"),
    ("ツァーリ", "", "TS A | DX IY"),
    ("チェリー", "", "CH EH | DX IY"),
    ("ジェット", "", "JH EH T | T AO"),
    ("ﾊﾝｶﾞｸ", "", "HH A NG | G A | K U"),
    ("shinjuku", "", "SH IY N | JH U | K U"),
    ("shinbashi", "", "SH IY M | B A | SH IY"),
    ("shin'ichi", "", "SH IY N | IY | CH IY"),
    ("tōkyō", "", "T AO | K Y AO"),
    ("matcha", "", "M A T | CH A"),
    ("kitte", "", "K IY T | T EH"),
    ("tuti", "", "TS U | CH IY"),
    ("syasin", "", "SH A | SH IY N"),
    ("love", "", "L AH V"),
]


@pytest.mark.parametrize(("lyric", "written", "expected"), CASES)
def test_lyric_is_sung_mora_by_mora(lyric: str, written: str, expected: str) -> None:
    answer = phonemizer("ja").phonemize_word(lyric, tuple(written.split()))
    assert " | ".join(" ".join(syllable) for syllable in answer.syllables) == expected
    assert answer.known


@pytest.mark.parametrize("lyric", ["", "ー", "っ", "123", "、。"])
def test_nothing_to_pronounce(lyric: str) -> None:
    answer = phonemizer("ja").phonemize_word(lyric)
    assert answer.syllables == ()
    assert not answer.known
