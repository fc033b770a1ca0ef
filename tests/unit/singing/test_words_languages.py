"""Several languages in one clip: by what a note says, by its letters, and beside each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import InputError
from engine.phonemize import chinese, kanji
from engine.phonemize.phones import PHONES, in_own_sounds
from engine.singing.words import NotePhones, phones_of_notes
from tests.songs import song


def spoken(text: str, language: str, **languages: str) -> NotePhones:
    """`languages`: of single notes, by their ids."""
    score = song(text)
    notes = [replace(note, language=languages.get(note.id, "")) for note in score.notes]
    return phones_of_notes(notes, language, score.tempo_map)


def said(found: NotePhones) -> str:
    return " / ".join(" ".join(phones) for phones in found.phones)


def test_hangul_in_an_english_song_is_korean_without_being_told() -> None:
    found = spoken("my:60 사-:62 랑:64 love:65", "en")
    assert said(found) == "M AY / S A / DX A NG / L AH V"
    assert found.languages == ("en", "ko", "ko", "en")
    assert found.problems == ()


def test_english_in_a_korean_song_is_english() -> None:
    found = spoken("사-:60 랑:62 baby:64:2 _:65", "ko")
    assert found.phones[2] == ("B", "EY", "B", "IY")
    assert found.languages == ("ko", "ko", "en", "en")


def test_a_note_may_say_its_language() -> None:
    found = spoken("die:60 die:62", "en", n1="de-DE")
    assert said(found) == "D AY / D IY"
    assert found.languages == ("en", "de")
    assert said(spoken("me:60 me:62", "en", n1="zh")) == "M IY / M EX"


def test_the_first_note_speaks_for_its_word() -> None:
    found = spoken("ro-:60 se:62", "en", n0="de")
    assert said(found) == "RR O / Z AX"
    assert found.languages == ("de", "de")


def test_a_language_that_nobody_speaks_is_named() -> None:
    with pytest.raises(InputError, match="tlh"):
        spoken("la:60 la:62", "en", n1="tlh")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("못:60 잊-:62 어:64", "M O N / N IY / JH EO"),
        ("못:60 . 잊-:62 어:64", "M O TQ / IY / JH EO"),
        ("못:60 ,:60:0.5 잊-:62 어:64", "M O TQ / AP / IY / JH EO"),
        ("못:60 _:61 잊-:62 어:64", "M O N /  / N IY / JH EO"),
        ("국-:60 물:62", "G UW NG / M UW L"),
        ("같-:60 이:62", "G A / CH IY"),
    ],
)
def test_korean_sounds_change_within_a_breath(text: str, expected: str) -> None:
    assert said(spoken(text, "ko")) == expected


def test_phones_by_hand_leave_their_neighbours_alone() -> None:
    score = song("못:60 잊-:62 어:64")
    notes = (replace(score.notes[0], phones=("M", "EO", "TQ")), *score.notes[1:])
    found = phones_of_notes(notes, "ko", score.tempo_map)
    assert said(found) == "M EO TQ / IY / JH EO"


def test_pinyin_with_tones_in_an_english_song() -> None:
    found = spoken("oh:60 ni3:62 hao3:64", "en")
    assert said(found) == "OW / N IY / HH AW"
    assert found.languages == ("en", "zh", "zh")


def test_a_pinyin_word_is_divided_over_its_notes() -> None:
    score = song("nihao:60 ~:62")
    notes = (replace(score.notes[0], ends_word=False), replace(score.notes[1], continues_word=True))
    found = phones_of_notes(notes, "zh", score.tempo_map)
    assert said(found) == "N IY / HH AW"


def test_a_missing_dictionary_says_what_to_do_at_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (chinese, kanji):
        monkeypatch.setattr(module, "optional", lambda name: None)
    found = spoken("ni3:60 好:62", "zh")
    (problem,) = found.problems
    assert problem.kind == "unpronounceable"
    assert problem.note_id == "n1"
    assert problem.message.startswith(
        "Bar 1, beat 2: “好” cannot be pronounced and is sung as “la”: write it in pinyin"
    )
    assert "melisma[chinese]" in problem.message
    (problem,) = spoken("さく桜:60", "ja").problems[:1]
    assert "kana" in problem.message


def test_characters_are_japanese_beside_kana() -> None:
    assert spoken("さ:60 桜:62", "en").languages == ("ja", "ja")
    assert spoken("oh:60 你:62", "en").languages == ("en", "zh")


def test_an_english_voice_sings_korean_with_what_it_has() -> None:
    found = spoken("꿈-:60 빵:62", "ko")
    sung = [[p for phone in phones for p in in_own_sounds(phone, PHONES)] for phones in found.phones]
    assert sung == [["K", "UW", "M"], ["P", "AA", "NG"]]
