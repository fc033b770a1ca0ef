"""Edits of notes: what each does, and what holds after any of them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.project import Project, TrackNote, retake
from engine.errors import InputError
from engine.score import Curve, NoteId
from gui.document import lyrics, notes
from gui.document.tracks import placed
from tests.unit.gui.songs_to_edit import TRACK, check_notes, check_sound, notes_of, row, song, words_of


def ids(*numbers: int) -> set[NoteId]:
    return {NoteId(f"n{number}") for number in numbers}


def places(project: Project) -> list[tuple[float, float, int]]:
    return [(note.start, note.end, note.key) for note in notes_of(project)]


def test_moved_note_stops_at_its_neighbour() -> None:
    before = song(*row("a", "b", rest=1.0))  # 0-1, 2-3
    assert places(notes.move(before, TRACK, ids(0), 1.3)) == [(1.0, 2.0, 60), (2.0, 3.0, 60)]


def test_moved_note_jumps_over_where_it_was_asked_to() -> None:
    before = song(*row("a", "b", "c", rest=0.5))  # 0-1, 1.5-2.5, 3-4
    after = notes.move(before, TRACK, ids(0), 3.8)
    assert [note.id for note in notes_of(after)] == ["n1", "n2", "n0"]
    assert notes_of(after)[2].start == pytest.approx(4.0)


def test_notes_move_together_and_never_out_of_the_song() -> None:
    before = song(*row("a", "b", "c", rest=0.5))
    after = notes.move(before, TRACK, ids(0, 1, 2), -5.0, 200)
    assert places(after) == [(0.0, 1.0, 127), (1.5, 2.5, 127), (3.0, 4.0, 127)]


def test_an_edit_that_changes_nothing_gives_the_same_object() -> None:
    before = song(*row("a", "b"))
    for same in (
        notes.move(before, TRACK, ids(0), -1.0),
        notes.move(before, TRACK, ids(7), 1.0),
        notes.remove(before, TRACK, ids(7)),
        notes.resize_right(before, TRACK, ids(0), 1.0),
        notes.split(before, TRACK, NoteId("n0"), 1.0),
        notes.join(before, TRACK, ids(0)),
        notes.add(before, TRACK, 0.5, 1.0, 60),
        notes.quantise(before, TRACK, ids(0, 1), round),
        lyrics.set_lyric(before, TRACK, NoteId("n0"), "a"),
    ):
        assert same is before


def test_edges_stop_at_neighbours_and_leave_a_rest_of_the_note() -> None:
    before = song(*row("a", "b", "c", rest=0.5))
    assert notes_of(notes.resize_right(before, TRACK, ids(0), 9.0))[0].end == 1.5
    assert notes_of(notes.resize_left(before, TRACK, ids(1), -9.0))[1].start == 1.0
    assert notes_of(notes.resize_right(before, TRACK, ids(0), -9.0))[0].duration == notes.SHORTEST
    shortened = notes_of(notes.resize_left(before, TRACK, ids(1), 9.0))[1]
    assert shortened.end == 2.5
    assert shortened.duration == pytest.approx(notes.SHORTEST)


def test_a_shared_boundary_moves_for_both() -> None:
    before = song(*row("a", "b"))
    assert places(notes.set_boundary(before, TRACK, NoteId("n1"), 1.25)) == [(0.0, 1.25, 60), (1.25, 2.0, 60)]
    apart = song(*row("a", "b", rest=0.5))
    assert places(notes.set_boundary(apart, TRACK, NoteId("n1"), 1.75)) == [(0.0, 1.0, 60), (1.75, 2.5, 60)]


def test_a_new_note_takes_the_room_there_is() -> None:
    before = song(*row("a", "b", rest=0.5))
    after = notes.add(before, TRACK, 1.0, 4.0, 64, "la")
    assert places(after)[1] == (1.0, 1.5, 64)
    assert len({note.id for note in notes_of(after)}) == 3
    assert notes.new_notes(before, after, TRACK) == (notes_of(after)[1].id,)


def test_the_knife_makes_a_melisma_or_the_next_syllable() -> None:
    before = song(*row("wonderful", "day"))
    held = notes.split(before, TRACK, NoteId("n0"), 0.5)
    assert words_of(held) == ["wonderful", "-", "day"]
    counted = notes.split(before, TRACK, NoteId("n0"), 0.5, lambda word: 3)
    assert words_of(counted)[1] == "+"
    again = notes.split(counted, TRACK, notes_of(counted)[1].id, 0.75, lambda word: 1)
    assert words_of(again)[1:3] == ["+", "-"]


def test_the_knife_keeps_takes_breaks_and_what_sounds_on() -> None:
    first, second = row("a", "b")
    first = notes.TrackNote(first.id, 0.0, 1.0, 60, "a", expression={"dynamics": -3.0, "timing": 0.05})
    before = retake(song(first, second, phrase_breaks=(first.id,)), None, "n0")
    after = notes.split(before, TRACK, first.id, 0.5)
    track = after.tracks[0]
    assert track.takes.keys() == before.tracks[0].takes.keys()
    assert track.phrase_breaks == (notes_of(after)[1].id,)
    assert dict(notes_of(after)[1].expression) == {"dynamics": -3.0}


def test_glue_takes_back_what_the_knife_did() -> None:
    before = song(*row("wonderful", "day"), phrase_breaks=(NoteId("n0"),))
    cut = notes.split(before, TRACK, NoteId("n0"), 0.5)
    glued = notes.join(cut, TRACK, {note.id for note in notes_of(cut)[:2]})
    assert glued == before


def test_glue_puts_syllables_together() -> None:
    twin, kle, star = row("Twin", "kle", "star")
    before = song(notes.TrackNote(twin.id, 0.0, 1.0, 60, "Twin", ends_word=False, phones=("T", "W")), kle, star)
    assert notes_of(notes.join(before, TRACK, ids(0, 1)))[0].lyric == "Twinkle"
    assert notes_of(notes.join(before, TRACK, ids(0, 1)))[0].phones == ("T", "W")
    both = notes_of(notes.join(before, TRACK, ids(0, 1, 2)))[0]
    assert (both.lyric, both.phones, both.duration) == ("Twinkle star", (), 3.0)


def test_takes_pass_on_when_their_note_goes() -> None:
    before = retake(song(*row("a", "b", "c")), None, "n0")
    after = notes.remove(before, TRACK, ids(0))
    assert list(after.tracks[0].takes) == ["n1"]


def test_drawn_pitch_goes_with_its_note() -> None:
    before = song(
        *row("a", "b", rest=1.0), drawn=(Curve(((0.0, 60.0), (0.9, 60.5))), Curve(((2.0, 60.0), (3.0, 61.0))))
    )
    moved = notes.move(before, TRACK, ids(0), 4.0, 2)
    assert [piece.points for piece in moved.tracks[0].drawn] == [
        ((2.0, 60.0), (3.0, 61.0)),
        ((4.0, 62.0), (4.9, 62.5)),
    ]
    assert len(notes.remove(before, TRACK, ids(1)).tracks[0].drawn) == 1
    check_sound(moved)


def test_copies_come_back_from_the_clipboard() -> None:
    before = song(*row("a", "b", rest=0.5), drawn=(Curve(((0.0, 60.0), (1.0, 60.5))),))
    copy = notes.copied(before, TRACK, ids(0, 1))
    assert copy is not None
    assert notes.CopiedNotes.read(copy.text()) == copy
    after = notes.paste(before, TRACK, copy, 0.25)
    assert [note.lyric for note in notes_of(after)] == ["a", "b", "a", "b"]
    assert notes_of(after)[2].start == pytest.approx(2.5), "the first place where both fit"
    assert after.tracks[0].drawn[1].start == pytest.approx(2.5)
    check_sound(after)
    with pytest.raises(InputError):
        notes.CopiedNotes.read("amazing grace how sweet the sound")
    with pytest.raises(InputError):
        notes.CopiedNotes.read('{"melisma": 1, "name": "x"}')


def test_duplicates_lie_right_behind() -> None:
    before = song(*row("a", "b", rest=0.5))
    after = notes.duplicate(before, TRACK, ids(0, 1))
    assert [note.start for note in notes_of(after)] == [0.0, 1.5, 2.5, 4.0]


def test_quantised_notes_keep_order_and_touch() -> None:
    early, late = row("a", "b")
    before = song(
        notes.TrackNote(early.id, 0.1, 0.85, 60, "a"), notes.TrackNote(late.id, 0.95, 1.1, 60, "b"),
    )  # fmt: skip
    assert places(notes.quantise(before, TRACK, ids(0, 1), round)) == [(0.0, 1.0, 60), (1.0, pytest.approx(2.1), 60)]
    whole = notes.quantise(before, TRACK, ids(0, 1), round, lengths=True)
    assert places(whole) == [(0.0, 1.0, 60), (1.0, 2.0, 60)]
    crowded = song(notes.TrackNote(early.id, 0.6, 0.3, 60, "a"), notes.TrackNote(late.id, 1.0, 1.0, 60, "b"))
    beside = notes_of(notes.quantise(crowded, TRACK, ids(0), round))
    assert beside[1] == notes_of(crowded)[1], "who is not meant stays"
    assert (beside[0].start, beside[0].end) == (1.0 - notes.SHORTEST, 1.0)
    half = notes.quantise(before, TRACK, ids(0), round, strength=0.5)
    assert notes_of(half)[0].start == pytest.approx(0.05)


def test_a_note_elsewhere_is_the_same_note() -> None:
    values = {
        "str": "x", "float": 2.0, "int": 7, "bool": True, "tuple[str, ...]": ("X",), "NoteId": NoteId("x"),
        "Mapping[str, float]": {"dynamics": 1.0}, "More": {"a:b": 1},
    }  # fmt: skip
    odd = TrackNote(**{entry.name: values[str(entry.type)] for entry in fields(TrackNote)})
    assert placed(odd, 3.0, 4.0, 5) == replace(odd, start=3.0, duration=4.0, key=5)


# Any sequence of edits

_QUARTERS = st.sampled_from([-7.0, -1.5, -0.3, 0.0, 0.1, 0.25, 1.0, 2.75, 8.0]) | st.floats(-12, 12)
_PICKED = st.sets(st.integers(0, 11), max_size=6)
_EDITS = st.one_of(
    st.tuples(st.just("add"), st.floats(0, 16), st.floats(0, 4), st.integers(-5, 140)),
    st.tuples(st.just("move"), _PICKED, _QUARTERS, st.integers(-30, 30)),
    st.tuples(st.just("left"), _PICKED, _QUARTERS),
    st.tuples(st.just("right"), _PICKED, _QUARTERS),
    st.tuples(st.just("resize"), st.integers(0, 11), _QUARTERS, _QUARTERS),
    st.tuples(st.just("boundary"), st.integers(0, 11), _QUARTERS),
    st.tuples(st.just("split"), st.integers(0, 11), st.floats(0, 1)),
    st.tuples(st.just("join"), _PICKED),
    st.tuples(st.just("remove"), _PICKED),
    st.tuples(st.just("quantise"), _PICKED, st.sampled_from([0.25, 1.0, 3.0]), st.booleans(), st.floats(0, 1)),
    st.tuples(st.just("duplicate"), _PICKED),
    st.tuples(st.just("paste"), _PICKED, st.floats(0, 20)),
    st.tuples(st.just("drop"), _PICKED, _QUARTERS, st.integers(-30, 30)),
    st.tuples(
        st.just("lyric"), st.integers(0, 11), st.sampled_from(["", "la", "a-b", "one two", "-", "+", "か", "-x"])
    ),
)


def edited(project: Project, what: str, *how: Any) -> Project:
    """One edit, of notes by their numbers."""
    there = notes_of(project)
    known = [note.id for note in there]

    def picked(numbers: set[int]) -> set[NoteId]:
        return {known[number] for number in numbers if number < len(known)}

    def one(number: int) -> NoteId:
        return known[number] if number < len(known) else NoteId("gone")

    def cut(number: int, share: float) -> Project:
        at = there[number].start + share * there[number].duration if number < len(there) else 0.0
        return notes.split(project, TRACK, one(number), at)

    def copies(numbers: set[int], put: Any) -> Project:
        copy = notes.copied(project, TRACK, picked(numbers))
        return project if copy is None else put(copy)

    def snapped(numbers: set[int], step: float, lengths: bool, strength: float) -> Project:
        return notes.quantise(project, TRACK, picked(numbers), lambda at: step * round(at / step), lengths, strength)

    from gui.document.copies import drop_copy

    table: dict[str, Any] = {
        "add": lambda start, length, key: notes.add(project, TRACK, start, length, key, "new"),
        "move": lambda numbers, by, keys: notes.move(project, TRACK, picked(numbers), by, keys),
        "left": lambda numbers, by: notes.resize_left(project, TRACK, picked(numbers), by),
        "right": lambda numbers, by: notes.resize_right(project, TRACK, picked(numbers), by),
        "resize": lambda number, start, end: notes.resize(project, TRACK, one(number), start, end),
        "boundary": lambda number, at: notes.set_boundary(project, TRACK, one(number), at),
        "split": cut,
        "join": lambda numbers: notes.join(project, TRACK, picked(numbers)),
        "remove": lambda numbers: notes.remove(project, TRACK, picked(numbers)),
        "quantise": snapped,
        "duplicate": lambda numbers: notes.duplicate(project, TRACK, picked(numbers)),
        "paste": lambda numbers, at: copies(numbers, lambda copy: notes.paste(project, TRACK, copy, at)),
        "drop": lambda numbers, by, keys: copies(numbers, lambda copy: drop_copy(project, TRACK, copy, by, keys)),
        "lyric": lambda number, text: lyrics.set_lyric(project, TRACK, one(number), text),
    }
    found: Project = table[what](*how)
    return found


@given(st.lists(_EDITS, min_size=1, max_size=14))
def test_any_sequence_of_edits_leaves_a_sound_song(edits: list[tuple[Any, ...]]) -> None:
    drawn = (Curve(((0.25, 60.0), (1.5, 61.0))), Curve(((3.0, 59.0), (4.0, 60.0), (6.0, 60.0))))
    words = ("Twin", "kle", "twin", "kle", "lit", "tle", "star")
    project = retake(song(*row(*words, rest=0.25), drawn=drawn, phrase_breaks=(NoteId("n3"),)), None, "n0")
    for edit in edits:
        project = edited(project, *edit)
        check_notes(notes_of(project))
    check_sound(project)


@given(_PICKED.filter(bool), _QUARTERS)
def test_those_who_stay_stay_and_those_who_move_keep_their_distances(numbers: set[int], by: float) -> None:
    before = song(*row(*"abcdefghijkl", length=0.5, rest=0.25))
    after = notes.move(before, TRACK, ids(*numbers), by)
    shifts = {
        note.id: note.start - before_note.start
        for before_note in notes_of(before)
        for note in notes_of(after)
        if note.id == before_note.id
    }
    moved = ids(*numbers)
    assert all(shift == 0 for name, shift in shifts.items() if name not in moved)
    assert max(shifts[name] for name in moved) - min(shifts[name] for name in moved) < 1e-6


@given(_PICKED.filter(bool), _QUARTERS)
def test_no_free_place_is_nearer_than_the_one_that_is_taken(numbers: set[int], by: float) -> None:
    before = song(*row(*"abcdefghijkl", length=0.5, rest=0.25))
    moved = [note for note in notes_of(before) if note.id in ids(*numbers)]
    staying = [note for note in notes_of(before) if note.id not in ids(*numbers)]
    after = notes.move(before, TRACK, ids(*numbers), by)
    taken = next(note.start for note in notes_of(after) if note.id == moved[0].id) - moved[0].start

    def fits(shift: float) -> bool:
        return moved[0].start + shift >= 0 and not any(
            own.start + shift < other.end - 1e-9 and own.end + shift > other.start + 1e-9
            for own in moved
            for other in staying
        )

    # Free shifts begin and end where something touches something, or at the song's start.
    asked = max(by, -moved[0].start)
    corners = [asked, -moved[0].start]
    corners += [edge for own in moved for other in staying for edge in (other.end - own.start, other.start - own.end)]
    nearest = min(abs(shift - asked) for shift in corners if fits(shift))
    assert abs(taken - asked) == pytest.approx(nearest, abs=1e-6)
