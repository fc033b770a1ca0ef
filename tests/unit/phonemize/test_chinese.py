"""Chinese as sung: pinyin in every way that people write it, characters with the extra and without."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.phonemize import chinese, phonemize_line, phonemizer
from engine.phonemize.phones import ANY_SPEECH, is_vowel
from engine.phonemize.pinyin import HUMMED, SYLLABLES, has_tones, split

CASES = [
    ("ni3 hao3", "", "N IY | HH AW"), ("ni3hao3", "", "N IY | HH AW"), ("nǐ hǎo", "", "N IY | HH AW"),
    ("nǐhǎo", "", "N IY | HH AW"), ("nihao", "", "N IY | HH AW"), ("NiHao", "", "N IY | HH AW"),
    ("nihao", "ni hao", "N IY | HH AW"), ("Ｎｉ３", "", "N IY"), ("ni5", "", "N IY"), ("ma0", "", "M A"),
    # apostrophes, and where they are missing
    ("xian", "", "SH Y EH N"), ("xi'an", "", "SH IY | A N"), ("xīān", "", "SH IY | A N"),
    ("xi1an1", "", "SH IY | A N"), ("xian", "xi an", "SH IY | A N"), ("fangan", "", "F A N | G A N"),
    ("fang'an", "", "F A NG | A N"), ("tiananmen", "", "T Y EH N | A N | M AX N"),
    ("Tiān'ānmén", "", "T Y EH N | A N | M AX N"),
    # ü in all its spellings
    ("nǚ", "", "N Y UE"), ("nv3", "", "N Y UE"), ("nu:3", "", "N Y UE"), ("nü3", "", "N Y UE"), ("nu3", "", "N UW"),
    ("lüè", "", "L YW EH"), ("lue4", "", "L YW EH"), ("lve4", "", "L YW EH"), ("ju2", "", "JH Y UE"),
    ("jü", "", "JH Y UE"), ("xue2", "", "SH YW EH"), ("yuan2", "", "YW EH N"), ("yun2", "", "Y UE N"),
    ("quan2", "", "CH YW EH N"),
    # what is told apart
    ("zi", "", "DZ IX"), ("ci", "", "TS IX"), ("si", "", "S IX"), ("zhi", "", "JR IR"), ("chi", "", "CR IR"),
    ("shi", "", "SR IR"), ("ri", "", "ZR IR"), ("ji", "", "JH IY"), ("qi", "", "CH IY"), ("xi", "", "SH IY"),
    ("ge", "", "G EX"), ("gen", "", "G AX N"), ("geng", "", "G AX NG"), ("gong", "", "G UH NG"), ("ye", "", "Y EH"),
    ("bo", "", "B W AO"), ("duo", "", "D W AO"), ("dui", "", "D W EY"), ("dun", "", "D W AX N"), ("liu", "", "L Y OW"),
    ("xiong", "", "SH Y UH NG"), ("zhuang", "", "JR W A NG"), ("wu", "", "UW"), ("yi", "", "IY"), ("er2", "", "AXR"),
    # an r that is joined
    ("huar", "", "HH W A RV"), ("dianr3", "", "D Y A RV"), ("zher", "", "JR AXR"), ("shir", "", "SR AXR"),
    ("wanr2", "", "W A RV"), ("xinr", "", "SH Y AXR"), ("nü'er", "", "N Y UE | AXR"), ("er r", "", "AXR | AXR"),
    # hummed, numbers, English
    ("ng", "", "NG"), ("hm", "", "HH M"), ("520", "", "UW | AXR | L IY NG"), ("love", "", "L AH V"),
    ("baby", "ba by", "B EY | B IY"), ("ni hao!", "", "N IY | HH AW"), ("wo3，", "", "W AO"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "written", "expected"), CASES)
def test_pinyin_is_sung(word: str, written: str, expected: str) -> None:
    answer = phonemizer("zh").phonemize_word(word, tuple(written.split()))
    assert " | ".join(" ".join(syllable) for syllable in answer.syllables) == expected
    assert answer.known


def test_the_table_is_whole_and_each_syllable_has_one_vowel() -> None:
    assert 400 <= len(SYLLABLES) <= 420
    for syllable, phones in SYLLABLES.items():
        assert set(phones) <= ANY_SPEECH
        assert sum(map(is_vowel, phones)) == 1, syllable
        for written in (syllable, syllable + "4", syllable.upper(), syllable.replace("v", "ü"), syllable + "'"):
            assert [one.syllable for one in split(written) or ()] == [syllable], written


def test_syllables_sound_different_but_for_few() -> None:
    by_sound: dict[tuple[str, ...], list[str]] = {}
    for syllable, phones in SYLLABLES.items():
        by_sound.setdefault(phones, []).append(syllable)
    assert [same for same in by_sound.values() if len(same) > 1] == []


def test_tone_marks_on_any_letter_change_nothing() -> None:
    for syllable, phones in SYLLABLES.items():
        vowel = next(i for i, char in enumerate(syllable) if char in "aeiouvê")
        for mark in "\u0304\u0301\u030c\u0300":
            written = (syllable[: vowel + 1] + mark + syllable[vowel + 1 :]).replace("v", "u\u0308")
            read = split(written)
            assert read is not None
            assert read[0].phones == phones, written


@settings(max_examples=40)
@given(parts=st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=6), tones=st.data())
def test_what_is_joined_is_divided_again(parts: list[str], tones: st.DataObject) -> None:
    numbered = "".join(part + str(tones.draw(st.integers(1, 5))) for part in parts)
    assert [one.syllable for one in split(numbered) or ()] == parts
    told = split("".join(parts), len(parts))
    assert told is not None
    assert len(told) == len(parts)
    assert split("'".join(parts), 0) == split(numbered)


@given(text=st.text(alphabet="zhcnguaoeirv'u:1234 ", max_size=24))
def test_any_letters_are_read_or_refused(text: str) -> None:
    for one in split(text) or ():
        assert one.syllable in HUMMED or sum(map(is_vowel, one.phones)) == 1


def test_a_lyric_without_end_is_no_word() -> None:
    assert split("ni" * 5000) is None


@pytest.mark.parametrize(
    ("text", "tones"),
    [
        ("ni3", True),
        ("nǐ", True),
        ("nī", True),
        ("ni", False),
        ("café", False),
        ("à", False),
        ("mp3", False),
        ("", False),
    ],
)
def test_tones_give_pinyin_away(text: str, tones: bool) -> None:
    assert has_tones(text) is tones


def test_characters_without_the_extra_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chinese, "optional", lambda name: None)
    answer = phonemizer("zh").phonemize_word("ni好")
    assert answer.syllables == (("N", "IY"),)
    assert not answer.known
    assert "好" in answer.message
    assert "pinyin" in answer.remedy
    assert "melisma[chinese]" in answer.remedy


def test_characters_of_a_line_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def lazy_pinyin(text: str, **_: object) -> list[str]:
        asked.append(text)
        return ["yin2", "hang2", ""][: len(text)]

    library = SimpleNamespace(lazy_pinyin=lazy_pinyin, Style=SimpleNamespace(TONE3=8))
    monkeypatch.setattr(chinese, "optional", lambda name: library)
    answers = phonemize_line(phonemizer("zh"), [("银", ("银",)), ("行", ("行",)), ("ni3", ("ni3",)), ("㐂", ("㐂",))])
    assert asked == ["银行㐂"]
    assert [answer.syllables for answer in answers] == [(("IY", "N"),), (("HH", "A", "NG"),), (("N", "IY"),), ()]
    assert [answer.known for answer in answers] == [True, True, True, False]


def test_characters_with_the_real_dictionary() -> None:
    pytest.importorskip("pypinyin")
    answers = phonemize_line(phonemizer("zh"), [(char, (char,)) for char in "银行了解我的爱"])
    assert [" ".join(answer.phones) for answer in answers] == [
        "IY N", "HH A NG", "L Y AW", "JH Y EH", "W AO", "D EX", "AY",
    ]  # fmt: skip
