"""Japanese as sung: (lyric, how the score divides it, syllables)."""

from __future__ import annotations

import pytest

from engine.phonemize import phonemizer

CASES = [
    ("さくら", "", "S AA | K UW | D AA"),
    ("サクラ", "", "S AA | K UW | D AA"),
    ("ｻｸﾗ", "", "S AA | K UW | D AA"),
    ("sakura", "", "S AA | K UW | D AA"),
    ("やよいの", "", "Y AA | Y AO | IY | N AO"),
    ("みわたすかぎり", "", "M IY | W AA | T AA | S UW | K AA | G IY | D IY"),
    ("にほひぞ", "", "N IY | HH AO | HH IY | Z AO"),
    ("いづる", "", "IY | Z UW | D UW"),
    ("ちぢむ", "", "CH IY | JH IY | M UW"),
    ("つづく", "", "T S UW | Z UW | K UW"),
    ("すゞき", "", "S UW | Z UW | K IY"),
    ("こゝろ", "", "K AO | K AO | D AO"),
    ("を", "", "AO"),
    ("ふゆ", "", "F UW | Y UW"),
    ("きょう", "", "K Y AO"),
    ("しゃしん", "", "SH AA | SH IY N"),
    ("ちょっと", "", "CH AO T | T AO"),
    ("りゅう", "", "D Y UW"),
    ("ぎゅうにゅう", "", "G Y UW | N Y UW"),
    ("ん", "", "N"),
    ("さん", "", "S AA N"),
    ("さん", "さ ん", "S AA | N"),
    ("さんぽ", "", "S AA M | P AO"),
    ("さんぽ", "さ ん ぽ", "S AA | M | P AO"),
    ("さんか", "", "S AA NG | K AA"),
    ("こんにちわ", "", "K AO N | N IY | CH IY | W AA"),
    ("きって", "", "K IY T | T EH"),
    ("きって", "き っ て", "K IY | IY T | T EH"),
    ("まっちゃ", "", "M AA T | CH AA"),
    ("がっこう", "", "G AA K | K AO"),
    ("ざっし", "", "Z AA SH | SH IY"),
    ("あっ", "", "AA"),
    ("ラーメン", "", "D AA | M EH N"),
    ("ラーメン", "ラ ー メ ン", "D AA | AA | M EH | N"),
    ("とう", "と う", "T AO | AO"),
    ("あい", "", "AA | IY"),
    ("あい", "あい", "AY"),
    ("せい", "せい", "S EY"),
    ("いい", "いい", "IY"),
    ("ティファニー", "", "T IY | F AA | N IY"),
    ("ヴァイオリン", "", "V AA | IY | AO | D IY N"),
    ("ウィスキー", "", "W IY | S UW | K IY"),
    ("ツァーリ", "", "T S AA | D IY"),
    ("チェリー", "", "CH EH | D IY"),
    ("ジェット", "", "JH EH T | T AO"),
    ("ﾊﾝｶﾞｸ", "", "HH AA NG | G AA | K UW"),
    ("shinjuku", "", "SH IY N | JH UW | K UW"),
    ("shinbashi", "", "SH IY M | B AA | SH IY"),
    ("shin'ichi", "", "SH IY N | IY | CH IY"),
    ("tōkyō", "", "T AO | K Y AO"),
    ("matcha", "", "M AA T | CH AA"),
    ("kitte", "", "K IY T | T EH"),
    ("tuti", "", "T S UW | CH IY"),
    ("syasin", "", "SH AA | SH IY N"),
    ("love", "", "L AH V"),
]


@pytest.mark.parametrize(("lyric", "written", "expected"), CASES)
def test_lyric_is_sung_mora_by_mora(lyric: str, written: str, expected: str) -> None:
    answer = phonemizer("ja").phonemize_word(lyric, tuple(written.split()))
    assert " | ".join(" ".join(syllable) for syllable in answer.syllables) == expected
    assert answer.known


def test_kanji_is_named_and_the_rest_still_sung() -> None:
    answer = phonemizer("ja").phonemize_word("さく桜")
    assert answer.syllables == (("S", "AA"), ("K", "UW"))
    assert not answer.known
    assert "桜" in answer.message
    assert "kana" in answer.message


@pytest.mark.parametrize("lyric", ["", "ー", "っ", "123", "、。"])
def test_nothing_to_pronounce(lyric: str) -> None:
    answer = phonemizer("ja").phonemize_word(lyric)
    assert answer.syllables == ()
    assert not answer.known
