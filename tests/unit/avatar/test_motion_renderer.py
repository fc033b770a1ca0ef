"""Motion at any rate of pictures, row by row, asked for only when it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.avatar.motion_renderer import Motion, MotionRenderer, resampled_rows
from engine.avatar.params import HIGH, LOW, NUM_PARAMS, FaceTrack
from engine.avatar.video import count_frames
from engine.jobs import JobContext

RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60), Fraction(1), Fraction(120)]


def rows_of(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(LOW, HIGH, (count, NUM_PARAMS)).astype(np.float32)


@settings(max_examples=150)
@given(
    count=st.integers(0, 60),
    cuts=st.lists(st.integers(0, 60)),
    fps=st.sampled_from(RATES),
    blocks_fps=st.sampled_from([24.0, 25.0, 29.97, 30.0, 60.0]),
    num_frames=st.integers(0, 120),
)
def test_any_cut_into_blocks_gives_the_resampled_track(count, cuts, fps, blocks_fps, num_frames):
    """Empty blocks too."""
    rows = rows_of(count)
    blocks = np.split(rows, sorted(cut for cut in cuts if cut <= count))
    found = list(resampled_rows(blocks, blocks_fps, float(fps), num_frames))
    assert len(found) == num_frames
    whole = FaceTrack(rows, blocks_fps).resampled(float(fps), num_frames)
    np.testing.assert_allclose(np.array(found).reshape(-1, NUM_PARAMS), whole.values, atol=1e-5)


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("duration_s", [0.1, 1.0, 7.77])
def test_there_are_as_many_pictures_as_the_sound_lasts(fps, duration_s):
    count = count_frames(duration_s, fps)
    assert abs(count - duration_s * fps) <= 0.5 or count == 1
    rows = list(resampled_rows([rows_of(round(duration_s * 25))], 25, float(fps), count))
    assert len(rows) == count


def test_a_block_is_asked_for_only_when_a_picture_needs_it():
    given_out = 0

    def blocks() -> Iterator[np.ndarray]:
        nonlocal given_out
        for number in range(100):
            given_out += 1
            yield rows_of(10, number)

    rows = resampled_rows(blocks(), 25, 25, 1000)
    next(rows)
    assert given_out == 1
    for _ in range(20):
        next(rows)
    assert given_out <= 3


class Plain:
    """Writes a row's first value into every pixel."""

    width = height = 4

    def draw(self, values: np.ndarray) -> np.ndarray:
        return np.full((4, 4, 4), round(float(values[0]) * 255), np.uint8)


def test_every_row_is_drawn_and_the_motion_is_kept():
    rows = np.zeros((20, NUM_PARAMS), np.float32)
    rows[:, 0] = np.linspace(0, 1, 20)
    motion = Motion(lambda _: np.split(rows, 4), 25.0)
    renderer = MotionRenderer(Plain(), motion)
    pictures = list(renderer.pictures(Fraction(25), 20, JobContext()))
    assert [int(picture[0, 0, 0]) for picture in pictures] == [round(float(v) * 255) for v in rows[:, 0]]
    assert motion.track.fps == 25
    np.testing.assert_array_equal(motion.track.values, rows)


def test_drawn_again_it_begins_anew():
    motion = Motion(lambda _: [rows_of(5)], 25.0)
    for _ in range(2):
        assert len(list(MotionRenderer(Plain(), motion).pictures(Fraction(25), 5, JobContext()))) == 5
        assert len(motion.track) == 5


def test_motion_that_nobody_asked_for_is_empty():
    assert len(Motion(lambda _: [rows_of(5)], 25.0).track) == 0
