"""Sounds by hand: own phones, and boundaries told in knobs, checked against the renderer's own timing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from engine.api.project import Project, TrackNote
from engine.score import KNOBS, NoteId
from engine.singing.articulation import Articulation
from engine.singing.early_late import moved_spans
from engine.singing.timing import ConsonantTable, SungNote, time_phones
from gui.document import phones
from tests.unit.gui.songs_to_edit import TRACK, notes_of, row, song

TABLE = ConsonantTable({"S": 0.1, "T": 0.06}, {"S": 0.08, "T": 0.05}, {"T": 0.07, "N": 0.06})
SUNG = {"n0": ("S", "AA", "N", "T"), "n1": ("S", "T", "AA"), "n2": ("IY",)}


@dataclass(frozen=True)
class Phone:
    label: str
    start_s: float
    end_s: float
    note: NoteId


def plan(project: Project) -> list[Phone]:
    """As the renderer times it, half a second a quarter."""
    notes = notes_of(project)
    spans = [(0.5 * note.start, 0.5 * note.end) for note in notes]
    spans = moved_spans(spans, [note.expression.get("timing", 0.0) for note in notes], 0.03)
    sung = [
        SungNote(start, end, note.key, SUNG[note.id], Articulation(consonants=note.expression.get("consonants", 1.0)))
        for note, (start, end) in zip(notes, spans, strict=True)
    ]
    return [Phone(p.label, p.start_s, p.end_s, notes[p.note].id) for p in time_phones(sung, TABLE)]


@pytest.fixture
def project() -> Project:
    first, second, third = row("saint", "star", "ee", length=2.0)
    return song(first, second, replace(third, start=5.0))


def index_of(planned: list[Phone], label: str, note: str) -> int:
    return next(i for i, phone in enumerate(planned) if (phone.label, phone.note) == (label, note))


@pytest.mark.parametrize(
    ("before", "note", "knob", "whose", "by_s"),
    [
        ("SP", "n0", "consonants", "n0", 0.03),  # where the first S begins
        ("S", "n0", "timing", "n0", -0.04),  # where its vowel begins
        ("AA", "n0", "consonants", "n0", -0.02),  # where N T begin
        ("N", "n0", "consonants", "n0", 0.01),
        ("T", "n0", "consonants", "n1", -0.02),  # where the next S T begin
        ("S", "n1", "consonants", "n1", -0.01),
        ("T", "n1", "timing", "n1", 0.03),
    ],
)
def test_the_renderer_puts_a_moved_boundary_where_the_hand_let_it_go(
    project: Project, before: str, note: str, knob: str, whose: str, by_s: float
) -> None:
    planned = plan(project)
    index = index_of(planned, before, note)
    found = phones.boundary(planned, index)
    assert found is not None
    assert (found.knob, found.note) == (knob, whose)
    wished = planned[index].end_s + by_s
    after = plan(phones.move_boundary(project, TRACK, planned, index, wished))
    assert after[index].end_s == pytest.approx(wished, abs=0.004)


@pytest.mark.parametrize("by_s", [-0.02, 0.02])
def test_a_coda_before_a_rest_grows_and_shrinks_at_its_end(project: Project, by_s: float) -> None:
    first, second, third = notes_of(project)
    project = song(first, replace(second, start=6.0), replace(third, start=10.0))
    planned = plan(project)
    index = index_of(planned, "T", "n0")
    found = phones.boundary(planned, index)
    assert found is not None
    assert (found.knob, found.note) == ("consonants", "n0")
    after = plan(phones.move_boundary(project, TRACK, planned, index, planned[index].end_s + by_s))
    moved = after[index].end_s - planned[index].end_s
    assert moved * by_s > 0
    # Half of a coda is sung inside its note, so it gives way there too.
    assert abs(moved) <= abs(by_s) + 1e-6


def test_what_the_notes_alone_decide_cannot_be_moved(project: Project) -> None:
    planned = plan(project)
    assert phones.boundary(planned, index_of(planned, "AA", "n1")) is None, "a vowel's end before a rest"
    assert phones.boundary(planned, len(planned) - 1) is None
    assert phones.boundary(planned, -1) is None
    assert phones.move_boundary(project, TRACK, planned, len(planned) - 1, 9.0) is project


def test_knobs_stay_in_their_ranges_and_neutral_ones_go(project: Project) -> None:
    planned = plan(project)
    vowel = index_of(planned, "S", "n0")
    far = phones.move_boundary(project, TRACK, planned, vowel, 9.0)
    assert notes_of(far)[0].expression["timing"] == KNOBS["timing"].high
    back = phones.move_boundary(project, TRACK, planned, vowel, planned[vowel].end_s)
    assert back is project


def test_own_phones_stand_on_the_first_note_of_the_word() -> None:
    first, second, third = row("Twin", "kle", "star")
    project = song(replace(first, ends_word=False), second, third)
    after = phones.set_phones(project, TRACK, NoteId("n1"), ["t", "W", "IH", "N", "K", "AH", "L"])
    assert notes_of(after)[0].phones == ("T", "W", "IH", "N", "K", "AH", "L")
    assert notes_of(after)[1].phones == ()
    assert phones.set_phones(after, TRACK, NoteId("n0"), []) == project


@pytest.mark.parametrize(
    ("index", "word"), [(0, [0, 2]), (1, [0, 2]), (2, [0, 2]), (3, [3]), (4, []), (5, [5, 6]), (6, [5, 6])]
)
def test_words_reach_over_held_notes(index: int, word: list[int]) -> None:
    placed = list(row("Twin", "", "kle", "star", "", "wonder", ""))
    placed[0] = replace(placed[0], ends_word=False)
    placed[1] = replace(placed[1], holds=True, ends_word=False)
    placed[4] = replace(placed[4], breath=True)
    placed[6] = replace(placed[6], continues_word=True)
    assert phones.word_notes(placed, index) == word


def test_a_hold_without_a_word_has_none() -> None:
    note = TrackNote(NoteId("n0"), 0.0, 1.0, 60, holds=True)
    assert phones.word_notes([note], 0) == []
