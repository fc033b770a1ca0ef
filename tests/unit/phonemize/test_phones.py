"""Any voice says any phone: what is near is near in kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.phonemize.phones import (
    ANY_PHONE,
    BEYOND_ENGLISH,
    EVERY_PHONE,
    PHONES,
    SUBSTITUTES,
    UNTRAINED,
    accented,
    in_english,
    in_own_sounds,
    is_vowel,
)
from engine.train.voices.cast import phone_ids

GERMAN = EVERY_PHONE - {"AE", "AH", "DH", "DX", "ER", "EY", "OW", "Q", "R", "TH", "U", "W", "ZH"}
JAPANESE_SOUNDS = "SP A IY U EH AO K G S SH Z JH T CH TS D N NG HH HY F B P M Y DX W V"
JAPANESE = frozenset(JAPANESE_SOUNDS.split())


VOICES = pytest.mark.parametrize(
    "own", [PHONES, GERMAN, JAPANESE, EVERY_PHONE], ids=["English", "German", "Japanese", "all three"]
)
TRAINED = (
    "SP AP A AA AE AH AO AW AX AXR AY B CH D DH DX E EH ER EY F G HH HY IH IY JH K KH L M N NG O OE OEH OW OY P Q R "
    "RR RV S SH T TH TS U UE UEH UH UW V W Y Z ZH"
)


def test_trained_numbers_never_move() -> None:
    """A phone that joins here makes every trained network speak nonsense: new ones belong to `UNTRAINED`."""
    assert phone_ids() == {phone: number for number, phone in enumerate(TRAINED.split())}


@VOICES
@pytest.mark.parametrize("phone", sorted(ANY_PHONE))
def test_every_phone_has_sounds_in_every_voice(phone: str, own: frozenset[str]) -> None:
    said = in_own_sounds(phone, own)
    assert said
    assert set(said) <= own
    assert (phone,) == said or phone not in own


@VOICES
@pytest.mark.parametrize("phone", sorted(ANY_PHONE - {"RV"}))
def test_vowels_stay_vowels_and_consonants_consonants(phone: str, own: frozenset[str]) -> None:
    said = in_own_sounds(phone, own)
    assert any(map(is_vowel, said)) is is_vowel(phone)


@given(own=st.frozensets(st.sampled_from(sorted(EVERY_PHONE))), phone=st.sampled_from(sorted(ANY_PHONE)))
def test_it_ends_and_keeps_what_a_voice_has_nothing_for(own: frozenset[str], phone: str) -> None:
    said = in_own_sounds(phone, own)
    assert set(said) <= own or said == (phone,)


@pytest.mark.parametrize(
    ("first", "second"), [("EO", "O"), ("EO", "A"), ("EU", "UW"), ("EU", "IY"), ("KK", "G"), ("SR", "S"), ("IX", "IY")]
)
def test_what_korean_and_chinese_tell_apart_stays_apart(first: str, second: str) -> None:
    for own in (PHONES, EVERY_PHONE):
        assert in_own_sounds(first, own) != in_own_sounds(second, own)


def test_a_voice_without_anything_keeps_the_phone() -> None:
    assert in_own_sounds("UE", frozenset()) == ("UE",)


def test_ich_depends_on_what_follows() -> None:
    assert accented(("HY", "IY", "T", "AO"), PHONES)[0] == ("HH",)
    assert accented(("HY", "A"), PHONES)[0] == ("HH", "Y")
    assert accented(("IH", "HY"), PHONES)[1] == ("SH",)
    assert accented(("IH", "HY"), GERMAN)[1] == ("HY",)


def test_faces_know_only_english() -> None:
    assert {in_english(phone) for phone in ANY_PHONE} <= PHONES
    assert in_english("UE") == "UW"
    assert in_english("AA") == "AA"


def test_whatever_is_beyond_english_has_a_substitute() -> None:
    assert set(SUBSTITUTES) >= BEYOND_ENGLISH | UNTRAINED
