"""Tracks keep their ranges, their time and their end."""

from __future__ import annotations

import numpy as np
import pytest

from engine.avatar.params import HIGH, LOW, NUM_PARAMS, PARAMS, FaceTrack, index_of


def ramp(frames: int = 50, fps: float = 25.0) -> FaceTrack:
    values = np.zeros((frames, NUM_PARAMS), np.float32)
    values[:, 0] = np.linspace(0, 1, frames)
    return FaceTrack(values, fps)


def test_there_are_fourteen_by_name():
    assert len(PARAMS) == NUM_PARAMS == 14
    assert [index_of(name) for name in PARAMS] == list(range(14))
    assert (LOW <= 0).all()
    assert (HIGH > 0).all()


def test_a_track_stays_within_the_ranges():
    track = FaceTrack(np.full((3, NUM_PARAMS), -7, np.float32), 25)
    assert (track.values == LOW).all()


@pytest.mark.parametrize(("shape", "fps"), [((3, 13), 25.0), ((14,), 25.0), ((3, 14), 0.0)])
def test_what_is_no_track_is_refused(shape, fps):
    with pytest.raises(ValueError):
        FaceTrack(np.zeros(shape, np.float32), fps)


@pytest.mark.parametrize("fps", [24.0, 25.0, 30.0, 60.0])
def test_another_rate_is_the_same_motion(fps):
    track = ramp()
    frames = round(track.duration_s * fps)
    other = track.resampled(fps, frames)
    assert len(other) == frames
    times = np.arange(frames) / fps
    expected = np.interp(times, np.arange(50) / 25, track.at("open"))
    assert np.allclose(other.at("open"), expected, atol=1e-5)


def test_a_track_holds_its_end_and_nothing_rests():
    assert ramp().resampled(25, 80).at("open")[-1] == 1.0
    assert not FaceTrack(np.zeros((0, NUM_PARAMS), np.float32), 25).resampled(30, 4).values.any()
