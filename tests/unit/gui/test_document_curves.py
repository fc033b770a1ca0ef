"""Curves of knobs, drawn pitch and vibrato: edits change what they were made for, and nothing beside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.project import Project
from engine.score import Curve, NoteId
from gui.document import curves, pitch
from gui.document.strokes import drawn_forward, simplified
from tests.unit.gui.songs_to_edit import TRACK, check_sound, notes_of, row, song

KNOB = "dynamics"
STROKES = st.lists(st.tuples(st.floats(0, 16), st.floats(-40, 30)), min_size=1, max_size=30)


def value(project: Project, at: float) -> float:
    return curves.value_at(project.tracks[0], KNOB, at)


@given(STROKES)
def test_a_line_drawn_goes_forward_and_says_what_was_drawn_last(stroke: list[tuple[float, float]]) -> None:
    points = drawn_forward(stroke)
    places = [at for at, _ in points]
    assert places == sorted(places)
    assert (places[0], places[-1]) == pytest.approx(
        (min(at for at, _ in stroke), max(at for at, _ in stroke)), abs=1e-5
    )
    last = stroke[-1]
    assert any(abs(at - last[0]) < 1e-5 and drawn == last[1] for at, drawn in points)


def test_a_line_drawn_backwards_is_the_same_line() -> None:
    stroke = [(0.0, 1.0), (1.0, 3.0), (2.0, 2.0), (3.0, 5.0)]
    assert drawn_forward(stroke[::-1]) == drawn_forward(stroke) == stroke


@given(STROKES, st.floats(0.01, 5))
def test_leaving_out_points_stays_within_the_tolerance(stroke: list[tuple[float, float]], tolerance: float) -> None:
    points = drawn_forward(stroke)
    fewer = simplified(points, tolerance)
    assert (fewer[0], fewer[-1]) == (points[0], points[-1])
    assert set(fewer) <= set(points)
    if len(points) > 1 and fewer[-1][0] - fewer[0][0] > 1e-3:
        places, values = zip(*points, strict=True)
        assert np.abs(np.interp(places, *zip(*fewer, strict=True)) - values).max() <= tolerance + 1e-6


def test_a_straight_stroke_needs_two_points() -> None:
    assert len(simplified([(i / 10, i / 5) for i in range(50)], 0.01)) == 2


@given(st.lists(STROKES, min_size=1, max_size=3), st.floats(0, 20))
def test_painting_changes_the_curve_only_where_it_was_painted(
    strokes: list[list[tuple[float, float]]], at: float
) -> None:
    project = song(*row("a"))
    for stroke in strokes:
        before = value(project, at)
        project = curves.paint(project, TRACK, KNOB, stroke)
        places = [place for place, _ in stroke]
        if not min(places) - curves.RAMP <= at <= max(places) + curves.RAMP:
            assert value(project, at) == pytest.approx(before, abs=1e-6)
        low, high, _ = curves.value_range(KNOB)
        assert low <= value(project, at) <= high
    check_sound(project)


def test_the_painted_line_is_heard() -> None:
    project = curves.paint(song(*row("a")), TRACK, KNOB, [(1.0, -6.0), (2.0, 3.0)])
    assert value(project, 1.5) == pytest.approx(-1.5)
    assert value(project, 0.5) == 0.0
    assert value(project, 5.0) == 0.0


def test_points_come_move_and_go() -> None:
    project = curves.add_point(song(*row("a")), TRACK, KNOB, 2.0, -6.0)
    project = curves.add_point(project, TRACK, KNOB, 1.0, 99.0)
    assert curves.points_of(project.tracks[0], KNOB) == ((1.0, 12.0), (2.0, -6.0))
    moved = curves.move_point(project, TRACK, KNOB, 1, 0.5, -3.0)
    assert curves.points_of(moved.tracks[0], KNOB) == ((1.0, 12.0), (1.0, -3.0)), "no further than its neighbour"
    assert curves.delete_points(project, TRACK, KNOB, (0, 1)).tracks[0].curves == {}
    check_sound(moved)


def test_a_range_is_cleared_and_a_neutral_curve_is_none() -> None:
    project = curves.paint(song(*row("a")), TRACK, KNOB, [(0.0, -6.0), (4.0, -6.0)])
    cleared = curves.clear(project, TRACK, KNOB, 1.0, 2.0)
    assert [value(cleared, at) for at in (0.5, 1.0, 1.5, 2.0, 3.0)] == pytest.approx([-6, 0, 0, 0, -6])
    assert curves.clear(project, TRACK, KNOB, 0.0, 9.0).tracks[0].curves == {}
    assert curves.clear_all(project, TRACK, KNOB).tracks[0].curves == {}
    untouched = song(*row("a"))
    assert curves.clear(untouched, TRACK, KNOB, 0.0, 1.0) is untouched


def test_blends_are_curves_too() -> None:
    project = curves.paint(song(*row("a")), TRACK, "blend:alto", [(0.0, 0.5), (1.0, 7.0)])
    assert max(share for _, share in curves.points_of(project.tracks[0], "blend:alto")) == 1.0
    check_sound(project)


def test_values_of_notes_keep_their_ranges_and_neutral_ones_go() -> None:
    before = song(*row("a", "b"))
    both = {NoteId("n0"), NoteId("n1")}
    project = curves.set_value(before, TRACK, both, KNOB, -99.0)
    assert [dict(note.expression) for note in notes_of(project)] == [{KNOB: -24.0}] * 2
    assert curves.set_value(project, TRACK, both, KNOB, 0.0) == before
    assert curves.set_value(project, TRACK, both, KNOB, None) == before
    swaying = curves.set_value(before, TRACK, {NoteId("n0")}, "vibrato_rate", 99.0)
    assert dict(notes_of(swaying)[0].expression) == {"vibrato_rate": 9.0}
    check_sound(swaying)


# Pitch


def drawn(project: Project) -> tuple[Curve, ...]:
    return project.tracks[0].drawn


def test_drawn_pitch_replaces_what_lay_there() -> None:
    project = pitch.draw(song(*row("a")), TRACK, [(0.0, 60.0), (4.0, 64.0)])
    project = pitch.draw(project, TRACK, [(2.0, 50.0), (1.0, 50.0)])
    assert [(piece.start, piece.end) for piece in drawn(project)] == [(0.0, 1.0), (1.0, 2.0), (2.0, 4.0)]
    erased = pitch.erase(project, TRACK, 0.5, 3.0)
    assert [(piece.start, piece.end) for piece in drawn(erased)] == [(0.0, 0.5), (3.0, 4.0)]
    assert pitch.erase(erased, TRACK, 1.0, 2.0) is erased
    assert pitch.draw(erased, TRACK, [(1.0, 60.0)]) is erased, "a dot is no pitch"
    check_sound(project)


def test_points_of_pitch_stay_between_their_neighbours() -> None:
    project = pitch.draw(song(*row("a")), TRACK, [(0.0, 60.0), (1.0, 64.0), (2.0, 60.0)])
    project = pitch.draw(project, TRACK, [(3.0, 60.0), (4.0, 62.0)])
    far = pitch.move_point(project, TRACK, 0, 2, 9.0, 200.0)
    assert drawn(far)[0].points[2] == (3.0, 127.0), "no further than the next piece"
    inner = pitch.move_point(project, TRACK, 0, 1, -5.0, 61.0)
    assert 0.0 < drawn(inner)[0].points[1][0] < 0.1
    assert len(drawn(pitch.delete_point(project, TRACK, 1, 0))) == 1
    added = pitch.add_point(project, TRACK, 3.5, 70.0)
    assert drawn(added)[1].points == ((3.0, 60.0), (3.5, 70.0), (4.0, 62.0))
    for changed in (far, inner, added):
        check_sound(changed)


def test_smoothing_holds_the_ends_and_lowers_what_sways() -> None:
    places = np.linspace(0, 4, 200)
    shaky = [(float(at), 60 + float(np.sin(9 * at))) for at in places]
    project = pitch.draw(song(*row("a")), TRACK, shaky)
    smooth = project
    for _ in range(3):
        smooth = pitch.smooth(smooth, TRACK, 1.0, 3.0)
    before, after = (pitch.sung(p.tracks[0], np.linspace(1, 3, 400)) for p in (project, smooth))
    assert after[[0, -1]] == pytest.approx(before[[0, -1]], abs=0.02)
    assert np.ptp(after[100:-100]) < 0.7 * np.ptp(before[100:-100])
    outside = np.array([0.5, 3.5])
    assert pitch.sung(smooth.tracks[0], outside) == pytest.approx(pitch.sung(project.tracks[0], outside))
    check_sound(smooth)


def test_the_plan_is_taken_over_where_nothing_is_drawn() -> None:
    planned = pitch.Planned(np.array([0.0, 1.0, 2.0, 3.0]), np.array([60.0, 62.0, np.nan, 62.0]))
    project = pitch.draw(song(*row("a")), TRACK, [(0.0, 50.0), (0.5, 50.0)])
    taken = pitch.take_over(project, TRACK, 0.5, 3.0, planned)
    at = np.array([0.25, 0.75, 2.5])
    assert pitch.sung(taken.tracks[0], at) == pytest.approx([50.0, 61.5, 62.0], abs=0.06)
    nothing = pitch.Planned(np.zeros(0), np.zeros(0))
    assert pitch.take_over(project, TRACK, 1.0, 2.0, nothing) is project
    assert pitch.smooth(project, TRACK, 1.0, 2.0) is project
    check_sound(taken)
