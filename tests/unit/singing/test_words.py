"""Which phones land on which note, and what the producer is told about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import InputError
from engine.score import Note
from engine.singing.words import WORDLESS, NotePhones, phones_of_notes
from tests.songs import song


def spoken(text: str, language: str = "en", **first: object) -> NotePhones:
    score = song(text)
    notes: list[Note] = list(score.notes)
    notes[0] = replace(notes[0], **first)  # type: ignore[arg-type]
    return phones_of_notes(notes, language, score.tempo_map)


def test_syllables_join_into_words() -> None:
    found = spoken("twin-:60 kle:60 lit-:67 tle:67 star:69")
    assert found.problems == ()
    assert [p for note in found.phones[:2] for p in note] == ["T", "W", "IH", "NG", "K", "AH", "L"]
    assert all(sum(p in ("IH", "AH", "AA") for p in note) == 1 for note in found.phones)
    assert found.phones[4][0] == "S"


def test_melisma_holds_the_vowel() -> None:
    found = spoken("a-:60 ma-:60 zing:62 _:64 _:62 grace:60")
    assert found.phones[3] == found.phones[4] == ()
    assert found.phones[2]
    assert found.problems == ()


def test_more_syllables_than_notes_are_sung_together_and_told() -> None:
    found = spoken("go:60 beautiful:62")
    (problem,) = found.problems
    assert problem.kind == "too_many_syllables"
    assert problem.note_id == "n1"
    assert problem.message == (
        "Bar 1, beat 2: “beautiful” has 2 more syllables than notes; the last note sings them together."
    )
    assert len(found.phones[1]) >= 7


def test_an_unknown_word_is_guessed_and_told() -> None:
    found = spoken("zorb:60")
    assert [p.kind for p in found.problems] == ["unknown_word"]
    assert "zorb" in found.problems[0].message
    assert len(found.phones[0]) >= 3


def test_phones_written_by_hand_win() -> None:
    found = spoken("star:60 _:62", phones=("HH", "AY", "xx"))
    assert found.phones == (("HH", "AY"), ())
    assert found.problems == ()
    found = spoken("sing-:60 er:62", phones=("HH", "AH", "L", "OW"))
    assert found.phones == (("HH", "AH"), ("L", "OW"))


@pytest.mark.parametrize("phones", [("xx",), ("SP", "xx")])
def test_nonsense_by_hand_is_no_crash(phones: tuple[str, ...]) -> None:
    found = spoken("star:60", phones=phones)
    assert found.phones[0]


def test_notes_without_words_sing_la() -> None:
    found = spoken("~:60 ~:62 star:64")
    assert found.phones[:2] == (WORDLESS, WORDLESS)
    assert spoken("_:60 _:62").phones == (WORDLESS, ())


def test_what_cannot_be_pronounced_is_la_and_told() -> None:
    found = spoken("☃☃:60")
    assert found.phones == (WORDLESS,)
    assert [p.kind for p in found.problems] == ["unpronounceable"]


def test_a_breath_is_a_phone_and_is_not_held() -> None:
    found = spoken("star:60 ,:60:0.5 _:62 light:60")
    assert found.phones[1] == ("AP",)
    assert found.phones[2] == WORDLESS
    assert found.phones[3]


def test_continued_words_take_the_next_syllable() -> None:
    score = song("heaven:60 ~:62")
    notes = (replace(score.notes[0], ends_word=False), replace(score.notes[1], continues_word=True))
    found = phones_of_notes(notes, "en", score.tempo_map)
    assert found.phones == (("HH", "EH"), ("V", "AH", "N"))
    assert found.problems == ()
    assert len(spoken("heaven:60").phones[0]) == 4  # on one note: heav'n


def test_japanese() -> None:
    found = spoken("さ:69 く:69 ら:71", "ja")
    assert found.problems == ()
    assert [note[-1] for note in found.phones] == ["A", "U", "A"]
    assert found.phones[0][0] == "S"


def test_a_language_that_nobody_speaks() -> None:
    with pytest.raises(InputError, match="no pronunciation"):
        spoken("la:60", "xx")
