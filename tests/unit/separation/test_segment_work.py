"""Progress over a whole song, cancel, silence, and separators that fail."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import Cancelled, MelismaError
from engine.jobs import JobContext, Progress
from engine.separation.segment_work import SegmentWork
from tests.separators import FakeSeparator, music

MIX = music(2, 8192)
SILENCE = np.zeros_like(MIX)


def work(separator: FakeSeparator, expected: int, heard: list[Progress]) -> SegmentWork:
    return SegmentWork(separator, JobContext(heard.append), "Isolating", expected)


def test_every_step_of_every_segment_is_told() -> None:
    heard: list[Progress] = []
    song = work(FakeSeparator(steps=2), 3, heard)
    assert heard == [Progress("Isolating", 0, 3)]
    for mix in (MIX, SILENCE, MIX):
        song.separate(mix, 0)
    song.finish()
    done = [(progress.done, progress.total) for progress in heard[1:]]
    assert done == [(0, 6), (1, 6), (2, 6), (4, 6), (4, 6), (5, 6), (6, 6), (6, 6)]


def test_a_file_that_is_longer_than_it_said() -> None:
    heard: list[Progress] = []
    song = work(FakeSeparator(steps=1), 0, heard)
    for _ in range(3):
        song.separate(MIX, 0)
    song.finish()
    assert all(progress.done <= progress.total for progress in heard)
    assert (heard[-1].done, heard[-1].total) == (3, 3)


def test_silence_never_reaches_the_separator() -> None:
    separator = FakeSeparator()
    assert not work(separator, 1, []).separate(SILENCE, 0).any()
    assert separator.starts == []


@pytest.mark.parametrize("mix", [MIX, SILENCE])
def test_cancel_stops_at_the_next_step(mix: np.ndarray) -> None:
    context = JobContext()
    song = SegmentWork(FakeSeparator(), context, "Isolating", 3)
    context.token.cancel()
    with pytest.raises(Cancelled):
        song.separate(mix, 0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_no_numbers_are_not_written(value: float) -> None:
    def broken(mix: np.ndarray, start: int) -> np.ndarray:
        mix = mix.copy()
        mix[1, 7] = value
        return mix

    with pytest.raises(MelismaError, match="no numbers"):
        work(FakeSeparator(broken), 1, []).separate(MIX, 0)


def test_another_shape_is_a_fault() -> None:
    with pytest.raises(MelismaError, match="made"):
        work(FakeSeparator(lambda mix, start: mix[:, 1:]), 1, []).separate(MIX, 0)
