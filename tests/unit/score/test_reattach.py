"""Lyrics that stay on their notes while a producer edits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.score import Attached, LaidNote, Note, NoteId, Score, apply_lyrics, lay, reattach
from engine.score.syllables import Syllable

Row = tuple[float, float, int]

MELODY: list[Row] = [
    *((float(i), 1.0, key) for i, key in enumerate([60, 62, 64, 65, 67])),
    *((8.0 + i, 1.0, key) for i, key in enumerate([67, 65, 64, 62, 60])),
]
TEXT = "a-ma-zing grace how / sweet the sound that saved"
WORDS = ["a-", "ma-", "zing", "grace", "how", "sweet", "the", "sound", "that", "saved"]


def score_of(rows: Sequence[Row]) -> Score:
    return Score(tuple(Note(NoteId(f"n{i}"), start, length, key) for i, (start, length, key) in enumerate(rows)))


def words(attached: Attached) -> list[str]:
    def shown(note: Note) -> str:
        text = "_" if note.holds else "+" if note.continues_word else "(br)" if note.breath else note.lyric
        return text + ("" if note.ends_word or note.holds else "-")

    return [shown(note) for note in attached.score.notes]


def kinds(attached: Attached) -> list[str]:
    return [problem.kind for problem in attached.score.problems]


def without(row: Sequence[str], *numbers: int) -> list[str]:
    return [word for i, word in enumerate(row) if i not in numbers]


@pytest.fixture
def laid() -> Attached:
    attached = lay(score_of(MELODY), TEXT)
    assert words(attached) == WORDS
    assert not attached.score.problems
    return attached


def test_laying_is_what_a_sidecar_does() -> None:
    for text in (TEXT, "one two", "amazing + + _ how", "(br) a / b_ c", "a " * 20, ""):
        score = score_of(MELODY)
        assert lay(score, text).score.notes == apply_lyrics(score, text).notes, text
        assert lay(score, text).score.phrase_breaks == apply_lyrics(score, text).phrase_breaks, text


def test_a_held_syllable_ends_its_word() -> None:
    score = apply_lyrics(score_of(MELODY), "grace_ how ma-_-zing")
    assert [note.ends_word for note in score.notes[:6]] == [True, True, True, False, False, True]


CHANGES = {
    "transposed": lambda n: (n[0], n[1], n[2] + 5),
    "an octave down": lambda n: (n[0], n[1], n[2] - 12),
    "moved by bars": lambda n: (n[0] + 32, n[1], n[2]),
    "half time": lambda n: (n[0] * 2, n[1] * 2, n[2]),
    "faster, later, higher": lambda n: (n[0] / 1.5 + 3, n[1] / 1.5, n[2] + 3),
    "staccato": lambda n: (n[0], n[1] / 4, n[2]),
    "played by hand": lambda n: (n[0] + 0.06 * ((n[2] * 7) % 3 - 1) + 0.1, n[1] * 0.9, n[2]),
    "in minor": lambda n: (n[0], n[1], n[2] - (n[2] == 64)),
    "the second phrase an octave up": lambda n: (n[0], n[1], n[2] + 12 * (n[0] >= 8)),
    "the second phrase a bar later": lambda n: (n[0] + 4 * (n[0] >= 8), n[1], n[2]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_note_keeps_its_syllable(laid: Attached, change: object) -> None:
    assert callable(change)
    after = reattach(laid.laid, score_of([change(note) for note in MELODY]))
    assert words(after) == WORDS
    assert not after.score.problems
    assert after.known > 0.7
    assert words(reattach(after.laid, score_of(MELODY))) == WORDS


@pytest.mark.parametrize("number", range(len(MELODY)))
def test_a_deleted_note_leaves_its_syllable_waiting(laid: Attached, number: int) -> None:
    after = reattach(laid.laid, score_of([n for i, n in enumerate(MELODY) if i != number]))
    text = WORDS[number].rstrip("-")
    assert [w.rstrip("-") for w in words(after)] == [w.rstrip("-") for w in without(WORDS, number)]
    (problem,) = after.score.problems
    assert problem.kind == "too_many_syllables"
    assert f'"{text}"' in problem.message
    # Undone in the DAW.
    again = reattach(after.laid, score_of(MELODY))
    assert words(again) == WORDS
    assert not again.score.problems


def test_the_rest_of_a_word_ends_it(laid: Attached) -> None:
    after = reattach(laid.laid, score_of([*MELODY[:2], *MELODY[3:]]))
    assert words(after)[:3] == ["a-", "ma", "grace"]


def test_closing_the_gap_changes_nothing(laid: Attached) -> None:
    """Deleted with everything after it pulled to the left."""
    rows = [*MELODY[:2], *((start - 1, length, key) for start, length, key in MELODY[3:])]
    after = reattach(laid.laid, score_of(rows))
    assert words(after) == ["a-", "ma", *WORDS[3:]]
    assert kinds(after) == ["too_many_syllables"]


def test_what_waits_moves_along(laid: Attached) -> None:
    rows = [(start + 16, length, key + 4) for start, length, key in MELODY]
    deleted = reattach(laid.laid, score_of([*MELODY[:3], *MELODY[4:]]))
    moved = reattach(deleted.laid, score_of([*rows[:3], *rows[4:]]))
    assert '"grace"' in moved.score.problems[0].message
    assert words(reattach(moved.laid, score_of(rows))) == WORDS


def test_a_split_note_becomes_a_melisma(laid: Attached) -> None:
    start, length, key = MELODY[3]
    halves = [(start, length / 2, key), (start + length / 2, length / 2, key)]
    after = reattach(laid.laid, score_of([*MELODY[:3], *halves, *MELODY[4:]]))
    assert words(after) == [*WORDS[:4], "_", *WORDS[4:]]
    assert not after.score.problems
    joined = reattach(after.laid, score_of(MELODY))
    assert words(joined) == WORDS
    assert not joined.score.problems
    # The first half deleted: the syllable is on the second.
    rest = reattach(after.laid, score_of([*MELODY[:3], halves[1], *MELODY[4:]]))
    assert words(rest) == WORDS
    assert not rest.score.problems


def test_joined_notes_sing_the_first_syllable(laid: Attached) -> None:
    rows = [*MELODY[:5], (8.0, 2.0, 67), *MELODY[7:]]
    after = reattach(laid.laid, score_of(rows))
    assert words(after) == without(WORDS, 6)
    assert '"the"' in after.score.problems[0].message
    assert words(reattach(after.laid, score_of(MELODY))) == WORDS


def test_an_inserted_note_holds_the_vowel_or_is_reported(laid: Attached) -> None:
    after = reattach(laid.laid, score_of([*MELODY[:5], (5.0, 1.0, 69), (6.5, 0.5, 70), *MELODY[5:]]))
    assert words(after) == [*WORDS[:5], "_", "", *WORDS[5:]]
    assert [(p.kind, p.note_id) for p in after.score.problems] == [("surplus_notes", "n6")]
    # The line ends where the held note does.
    assert after.score.phrase_breaks[0] == "n5"


def test_one_note_dragged_keeps_its_syllable(laid: Attached) -> None:
    for dragged in [(3.5, 0.5, 70), (3.0, 0.25, 53), (2.75, 1.0, 66)]:
        after = reattach(laid.laid, score_of([*MELODY[:3], dragged, *MELODY[4:]]))
        assert words(after) == WORDS


def test_words_written_whole_stay_whole() -> None:
    score = score_of(MELODY)
    laid = lay(score, "amazing grace how / sweet the sound that saved", _count)
    assert words(laid) == ["amazing-", "+-", "+", *WORDS[3:]]
    for number in range(3):
        after = reattach(laid.laid, score_of([n for i, n in enumerate(MELODY) if i != number]))
        assert words(after) == ["amazing-", "+", *WORDS[3:]]
        assert not after.score.problems
        assert words(reattach(after.laid, score)) == words(laid)
    gone = reattach(laid.laid, score_of(MELODY[3:]))
    assert words(gone) == WORDS[3:]
    assert ['"amazing"' in p.message for p in gone.score.problems] == [True]


def _count(word: str) -> int:
    return 3 if word == "amazing" else 1


def test_text_that_waits_for_notes_takes_those_that_come() -> None:
    first = lay(score_of(MELODY[:3]), "a-ma-zing grace how")
    assert '"grace how"' in first.score.problems[0].message
    more = reattach(first.laid, score_of(MELODY[:5]))
    assert words(more) == WORDS[:5]
    assert not more.score.problems


def test_a_held_note_that_comes_back_is_held_again() -> None:
    first = lay(score_of(MELODY[:5]), "a-ma-zing grace _ how")
    shorter = reattach(first.laid, score_of(MELODY[:4]))
    assert words(reattach(shorter.laid, score_of(MELODY[:5]))) == ["a-", "ma-", "zing", "grace", "_"]


def test_a_melody_without_text_stays_reported() -> None:
    laid = lay(score_of(MELODY), "a-ma-zing grace how")
    for attached in (laid, reattach(laid.laid, score_of(MELODY))):
        assert kinds(attached) == ["surplus_notes"]
        assert "5 notes" in attached.score.problems[0].message
        assert attached.score.notes == laid.score.notes


def test_another_melody_is_not_taken_for_an_edit(laid: Attached) -> None:
    other = score_of([(100 + i * 0.37, 0.2, 40 + i * 5 % 13) for i in range(10)])
    assert reattach(laid.laid, other).known < 0.55


def test_nothing_on_either_side(laid: Attached) -> None:
    emptied = reattach(laid.laid, score_of([]))
    assert words(emptied) == []
    assert kinds(emptied) == ["too_many_syllables"]
    assert words(reattach(emptied.laid, score_of(MELODY))) == WORDS
    assert words(reattach((), score_of(MELODY[:1]))) == [""]
    assert lay(score_of([]), "one two").laid == (
        LaidNote(0.0, 0.0, 60, Syllable("one"), gone=True),
        LaidNote(0.0, 0.0, 60, Syllable("two", breaks_phrase=True), gone=True),
    )


def test_long_clips_are_known_again() -> None:
    rows = [(i * 0.5, 0.5, 60 + (i * i) % 11) for i in range(5000)]
    laid = lay(score_of(rows), " ".join(f"w{i}" for i in range(5000)))
    kept = [i for i in range(5000) if i % 97]
    after = reattach(laid.laid, score_of([(rows[i][0] * 1.5, 0.75, rows[i][2] + 2) for i in kept]))
    right = sum(note.lyric == f"w{i}" for note, i in zip(after.score.notes, kept, strict=True))
    assert right == len(kept)
