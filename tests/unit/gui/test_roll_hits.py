"""What lies under the mouse, and what a drag makes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.project import Project
from engine.score import Curve, NoteId
from gui.document.song import Song
from gui.document.song_file import SongFile
from gui.viewmodels.drags import Band, Drag, DrawNote, DrawPitch, Grip, begin
from gui.viewmodels.roll import EDGE_PX, Hit, NoteRows, Roll
from gui.viewmodels.snap import Snap
from gui.viewmodels.timeline import Timeline
from gui.viewmodels.vibrato import Vibrato
from tests.unit.gui.songs_to_edit import TRACK, check_sound, notes_of, row, song

VIEW = Timeline(per_quarter=100.0, per_key=20.0, top=50.0, width=1000.0, height=600.0)
FIRST = NoteId("n0")


@dataclass(frozen=True)
class Phone:
    label: str
    start_s: float
    end_s: float
    note: NoteId


def roll_of(project: Project, **more: object) -> Roll:
    return Roll(NoteRows.of(project.tracks[0]), VIEW, track=project.tracks[0], **more)  # type: ignore[arg-type]


def grip(project: Project, x: float, y: float, step: float | None = 0.5) -> Grip:
    return Grip(project, TRACK, VIEW, Snap(VIEW.tempo_map, step), x, y)


def after(drag: Drag, project: Project, x: float, y: float, free: bool = False) -> Project:
    edit = drag.to(x, y, free)
    assert edit is not None
    return edit(project)


def middle(key: int = 60) -> float:
    return VIEW.y_of_pitch(key)


def test_notes_are_found_by_bisection() -> None:
    rows = NoteRows.of(song(*row("a", "b", "c", rest=0.5)).tracks[0])
    assert rows.between(0.0, 1.0) == range(1)
    assert rows.between(1.0, 1.5) == range(1, 1)
    assert rows.between(0.9, 3.1) == range(3)
    assert [rows.at(at) for at in (0.0, 1.0, 1.2, 1.5, 9.0)] == [0, -1, -1, 1, -1]
    assert (rows.index_of("n2"), rows.index_of("gone")) == (2, -1)
    empty = NoteRows.of(None)
    assert (len(empty), empty.between(0.0, 9.0), empty.at(1.0)) == (0, range(0), -1)


@given(st.floats(-50, 900), st.floats(0, 600))
def test_what_is_hit_is_there(x: float, y: float) -> None:
    project = song(*row("a", "b", "c", rest=0.5))
    roll = roll_of(project)
    hit = roll.hit(x, y)
    inside = next((n for n in notes_of(project) if n.start <= VIEW.quarters(x) < n.end and n.key == VIEW.key(y)), None)
    if inside is not None:
        assert hit.note == inside.id
        assert (hit.kind == "left") == (VIEW.x(inside.start) <= x < VIEW.x(inside.start) + EDGE_PX)
    elif hit.note:
        note = next(note for note in notes_of(project) if note.id == hit.note)
        assert min(abs(VIEW.x(note.start) - x), abs(VIEW.x(note.end) - x)) <= 3
        assert note.key == VIEW.key(y)
    assert (roll.lyric_at(x, y) is None) == (hit.note == "")


def test_a_short_note_can_still_be_taken_in_its_middle() -> None:
    project = song(*row("a", length=0.06))
    assert roll_of(project).hit(3.0, middle()).kind == "note"
    assert roll_of(project).hit(1.0, middle()).kind == "left"


def test_a_band_catches_what_it_touches() -> None:
    first, second, third = row("a", "b", "c", rest=0.5)
    project = song(first, replace(second, key=70), third)
    roll = roll_of(project)
    assert roll.in_band(400.0, middle(58), 90.0, middle(62)) == {"n0", "n2"}
    assert roll.in_band(0.0, 0.0, 900.0, 600.0) == {"n0", "n1", "n2"}
    drag = begin(Hit(), roll, grip(project, 0.0, 0.0), frozenset({NoteId("x")}), add=True)
    assert isinstance(drag, Band)
    assert drag.to(120.0, middle(55)) is None
    assert drag.selected == {"n0", "x"}
    assert drag.area == (0.0, 0.0, 120.0, middle(55))


def test_handles_points_and_boundaries_come_before_notes() -> None:
    project = song(*row("a", length=4.0), drawn=(Curve(((1.0, 60.2), (2.0, 61.0))),))
    note = notes_of(project)[0]
    phones = [Phone("S", 0.8, 1.0, FIRST), Phone("AA", 1.0, 2.0, FIRST)]
    roll = roll_of(project, vibrato=FIRST, phones=phones, strip=(580.0, 600.0), points=True)
    for name, (x, y) in Vibrato.of(note, VIEW).handles(60, VIEW).items():
        assert roll.hit(x + 2, y - 2) == Hit("vibrato", FIRST, handle=name)
    assert roll.hit(VIEW.x(2.0), VIEW.y_of_pitch(61.0)) == Hit("pitch", index=1, piece=0)
    assert roll.hit(VIEW.x_of_s(1.0) + 3, 590.0) == Hit("phone", FIRST, index=0)
    assert roll.hit(VIEW.x_of_s(1.0) + 30, 590.0).kind == "empty"
    assert roll_of(project).hit(VIEW.x(2.0), middle()).kind == "note"


def test_a_moved_note_comes_to_the_grid_unless_it_is_free() -> None:
    project = song(*row("a", "b", rest=3.0))
    drag = begin(roll_of(project).hit(50.0, middle()), roll_of(project), grip(project, 50.0, middle()), frozenset())
    assert drag.to(52.0, middle()) is None, "a hand that trembles"
    assert notes_of(after(drag, project, 50.0 + 67.0, middle(62)))[0].start == 0.5
    moved = notes_of(after(drag, project, 50.0 + 67.0, middle(62), free=True))[0]
    assert (moved.start, moved.key) == (pytest.approx(0.67), 62)
    beside = song(replace(row("a")[0], start=0.1))
    drag = begin(Hit("note", FIRST), roll_of(beside), grip(beside, 50.0, middle()), frozenset())
    assert notes_of(after(drag, beside, 51.0, middle(64)))[0].start == 0.1, "straight up"


def test_a_drag_counts_from_where_it_began_and_is_one_step() -> None:
    edited = Song(SongFile(song(*row("a", "b", rest=3.0))))
    start = edited.project
    drag = begin(roll_of(start).hit(50.0, middle()), roll_of(start), grip(start, 50.0, middle()), frozenset())
    for x in (90.0, 900.0, 30.0, 251.0):
        edit = drag.to(x, middle())
        assert edit is not None
        edited.do(drag.label, edit, drag.merge, math.inf)
    assert notes_of(edited.project)[0].start == 2.0
    edited.undo()
    assert edited.project is start


def test_edges_move_and_neighbours_go_along_when_asked() -> None:
    project = song(*row("a", "b"))
    roll = roll_of(project)
    right = roll.hit(98.0, middle())
    assert right == Hit("right", FIRST)
    drag = begin(right, roll, grip(project, 98.0, middle()), frozenset())
    assert notes_of(after(drag, project, 50.0, middle()))[0].duration == 0.5
    both = begin(right, roll, grip(project, 98.0, middle()), frozenset(), together=True)
    assert [note.duration for note in notes_of(after(both, project, 150.0, middle()))] == [1.5, 0.5]
    left = begin(Hit("left", NoteId("n1")), roll, grip(project, 101.0, middle()), frozenset(), together=True)
    assert [note.duration for note in notes_of(after(left, project, 52.0, middle()))] == [0.5, 1.5]


def test_copies_are_dragged_and_the_old_stay() -> None:
    project = song(*row("a", "b"))
    selected = frozenset({FIRST, NoteId("n1")})
    drag = begin(Hit("note", FIRST), roll_of(project), grip(project, 50.0, middle()), selected, copy=True)
    done = after(drag, project, 50.0 + 400.0, middle(65))
    assert [(note.start, note.key) for note in notes_of(done)] == [(0.0, 60), (1.0, 60), (4.0, 65), (5.0, 65)]
    assert drag.selected == {note.id for note in notes_of(done)[2:]}


def test_a_note_is_drawn_from_its_cell_on() -> None:
    project = song(*row("a"))
    click = DrawNote(grip(project, 170.0, middle(64)), "la")
    done = after(click, project, 170.0, middle(64))
    assert [(note.start, note.end, note.key, note.lyric) for note in notes_of(done)][1] == (1.5, 2.0, 64, "la")
    longer = notes_of(after(click, project, 330.0, middle(50)))[1]
    assert (longer.start, longer.end, longer.key) == (1.5, 3.5, 64)
    assert click.selected == {longer.id}
    behind = DrawNote(grip(song(*row("a", length=1.2)), 130.0, middle(64)))
    assert notes_of(after(behind, project, 130.0, 0.0))[1].start == pytest.approx(1.2), "what is left of the cell"


def test_pitch_is_drawn_and_wiped_under_the_hand() -> None:
    project = song(*row("a", length=4.0))
    drag = DrawPitch(grip(project, 100.0, middle(60)))
    for x, key in ((150.0, 60.5), (200.0, 62.0)):
        done = after(drag, project, x, VIEW.y_of_pitch(key))
    assert float(done.tracks[0].drawn[0].at(1.75)) == pytest.approx(61.25, abs=0.06)
    wiped = after(DrawPitch(grip(done, 120.0, 0.0), erase=True), done, 160.0, 0.0)
    assert [(piece.start, piece.end) for piece in wiped.tracks[0].drawn] == [(1.0, 1.2), (1.6, 2.0)]


@given(st.sampled_from(["onset", "depth", "rate"]), st.floats(-400, 400), st.floats(-200, 200))
def test_vibrato_follows_its_handles_within_the_knobs_ranges(name: str, dx: float, dy: float) -> None:
    project = song(*row("a", length=4.0))
    roll = roll_of(project, vibrato=FIRST)
    x, y = Vibrato.of(notes_of(project)[0], VIEW).handles(60, VIEW)[name]  # type: ignore[index]
    done = after(begin(roll.hit(x, y), roll, grip(project, x, y), frozenset()), project, x + dx, y + dy)
    check_sound(done)
    asked = notes_of(done)[0].expression
    if name == "depth" and 0 < asked.get("vibrato_depth", 0) < 200:
        there = Vibrato.of(notes_of(done)[0], VIEW).handles(60, VIEW)["depth"]
        assert there[1] == pytest.approx(y + dy)


def test_a_vibrato_is_drawn_around_its_note() -> None:
    vibrato = Vibrato.of(replace(row("a", length=4.0)[0], expression={"vibrato_depth": 100.0}), VIEW)
    xs, ys = vibrato.line(60, VIEW)
    assert (xs[0], xs[-1]) == pytest.approx((VIEW.x_of_s(vibrato.onset_s), VIEW.x(4.0)))
    assert np.abs(ys - middle()).max() == pytest.approx(VIEW.per_key, rel=0.05)


def test_phones_and_points_move() -> None:
    project = song(*row("a", length=4.0), drawn=(Curve(((1.0, 60.0), (2.0, 61.0))),))
    phones = [Phone("S", 0.8, 1.0, FIRST), Phone("AA", 1.0, 2.0, FIRST)]
    roll = roll_of(project, phones=phones, strip=(580.0, 600.0), points=True)
    x = VIEW.x_of_s(1.0)
    done = after(begin(roll.hit(x, 590.0), roll, grip(project, x, 590.0), frozenset()), project, x + 10, 590.0)
    assert notes_of(done)[0].expression["timing"] == pytest.approx(0.05)
    hit = roll.hit(VIEW.x(1.0), middle())
    moved = after(begin(hit, roll, grip(project, 100.0, middle()), frozenset()), project, 150.0, middle(61))
    assert moved.tracks[0].drawn[0].points[0] == (1.5, 61.0)
