"""Mouth shapes read from tracks, and put into them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.avatar.cues import FADE_S, SHAPES, SHORTEST_S, Cue, cues_of, mouth_of, track_with_cues
from engine.avatar.line import SpokenPhone, SungLine
from engine.avatar.lips import lips_by_rule
from engine.avatar.params import NUM_PARAMS, PARAMS, FaceTrack

MOUTH = slice(0, 5)
FPS = st.sampled_from([24.0, 25.0, 30.0, 60.0, 24000 / 1001])


@st.composite
def tracks(draw: st.DrawFn) -> FaceTrack:
    """Mouths that jump about, with stretches that stay."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    lengths = rng.integers(1, 9, draw(st.integers(0, 25)))
    values = np.repeat(rng.uniform(-1, 1, (len(lengths), NUM_PARAMS)), lengths, axis=0)
    values[:, 0] *= np.repeat(rng.random(len(lengths)) < 0.6, lengths)
    return FaceTrack(values.astype(np.float32), draw(FPS))


def spoken(*shapes: tuple[str, float], fps: float = 25.0) -> FaceTrack:
    rows = [mouth_of(shape) for shape, seconds in shapes for _ in range(round(seconds * fps))]
    values = np.zeros((len(rows), NUM_PARAMS), np.float32)
    values[:, MOUTH] = rows
    return FaceTrack(values, fps)


@settings(max_examples=150)
@given(tracks())
def test_cues_cover_the_track_without_gaps(track: FaceTrack) -> None:
    cues = cues_of(track)
    if not len(track):
        assert cues == []
        return
    assert cues[0].start_s == 0
    assert cues[-1].end_s == pytest.approx(track.duration_s)
    for one, other in pairwise(cues):
        assert one.end_s == other.start_s
        assert one.shape != other.shape
    if track.duration_s >= SHORTEST_S:
        assert min(cue.end_s - cue.start_s for cue in cues) >= SHORTEST_S - 1e-9
    assert {cue.shape for cue in cues} <= set(SHAPES)


@settings(max_examples=100)
@given(tracks())
def test_cues_as_they_were_read_change_nothing(track: FaceTrack) -> None:
    np.testing.assert_array_equal(track_with_cues(track, cues_of(track)).values, track.values)
    np.testing.assert_array_equal(track_with_cues(track, []).values, track.values)


@settings(max_examples=100)
@given(tracks(), st.data())
def test_an_edit_stays_within_its_time_and_its_columns(track: FaceTrack, data: st.DataObject) -> None:
    cues = cues_of(track)
    if not cues:
        return
    index = data.draw(st.integers(0, len(cues) - 1))
    edited = cues[index]._replace(shape=data.draw(st.sampled_from(SHAPES)))
    changed = track_with_cues(track, [*cues[:index], edited, *cues[index + 1 :]])
    assert (changed.fps, len(changed)) == (track.fps, len(track))
    rows, columns = np.nonzero(changed.values != track.values)
    assert not len(columns) or columns.max() < 5
    inside = np.arange(len(track)) / track.fps
    inside = (inside >= edited.start_s - 1e-6) & (inside < edited.end_s - 1e-6)
    assert inside[rows].all()
    # Past the fades it is the shape itself.
    middle = int((edited.start_s + edited.end_s) / 2 * track.fps)
    alike = {edited.shape, cues[index].shape} <= {"A", "X"} or edited.shape == cues[index].shape
    if not alike and edited.end_s - edited.start_s >= 2 * FADE_S + 2 / track.fps:
        np.testing.assert_allclose(changed.values[middle, MOUTH], mouth_of(edited.shape), atol=1e-6)


@pytest.mark.parametrize("shape", "BCDEFGH")
@pytest.mark.parametrize("fps", [25.0, 30.0, 60.0])
def test_every_shape_is_recognised(shape: str, fps: float) -> None:
    track = spoken(("X", 0.5), (shape, 0.3), ("A", 0.12), (shape, 0.3), ("X", 0.5), fps=fps)
    assert [cue.shape for cue in cues_of(track)] == ["X", shape, "A", shape, "X"]


def test_closed_lips_are_not_lost_between_wide_ones() -> None:
    track = spoken(("D", 0.3), ("A", 1 / 60), ("D", 0.3), fps=60)
    shapes = [cue.shape for cue in cues_of(track)]
    assert shapes == ["D", "A", "D"]


def test_an_edited_mouth_reads_back_as_edited() -> None:
    track = spoken(("X", 0.4), ("D", 0.4), ("X", 0.4))
    cues = cues_of(track)
    changed = track_with_cues(track, [cues[0], cues[1]._replace(shape="F"), cues[2]])
    assert "F" in [cue.shape for cue in cues_of(changed)]
    assert changed.values[:, 0].max() < 0.9
    # Even a cue of one picture arrives.
    closed = track_with_cues(track, [Cue(0.6, 0.64, "A")])
    assert closed.values[15, 0] == 0
    assert (closed.values[:, 0] != track.values[:, 0]).sum() == 1


def test_sung_words_become_their_shapes() -> None:
    words = [("SP", 0.5), ("M", 0.12), ("AA", 0.5), ("F", 0.15), ("UW", 0.5), ("SP", 0.8)]
    edges = np.cumsum([0, *(seconds for _, seconds in words)])
    phones = tuple(
        SpokenPhone(label, float(a), float(b)) for (label, _), (a, b) in zip(words, pairwise(edges), strict=True)
    )
    count = round(edges[-1] * 100)
    level = np.ones(count, np.float32)
    lips = lips_by_rule(SungLine(phones, np.full(count, 220, np.float32), level))
    values = np.zeros((count, NUM_PARAMS), np.float32)
    values[:, MOUTH] = lips
    cues = cues_of(FaceTrack(values, 100.0).resampled(25, count // 4))
    at = {label: next(cue.shape for cue in cues if cue.start_s <= (a + b) / 2 < cue.end_s) for label, a, b in phones}
    assert at["M"] == "A" or at["M"] == "X"
    assert at["AA"] == "D"
    assert at["F"] == "G"
    assert at["UW"] == "F"
    assert cues[-1].shape == "X"


@pytest.mark.parametrize("cue", [Cue(0, 1, "Q"), Cue(1, 0, "A"), Cue(-1, 1, "A"), Cue(0, 1, "AB"), Cue(0, 1, "")])
def test_what_is_no_cue(cue: Cue) -> None:
    with pytest.raises(ValueError, match="no cue"):
        track_with_cues(spoken(("D", 1.0)), [cue])


def test_the_mouth_is_the_first_five_columns() -> None:
    assert PARAMS[:5] == ("open", "wide", "round", "tuck", "tongue")
