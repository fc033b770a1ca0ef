"""Resampling in blocks is resampling at once, and nothing moves in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Audio, SampleQueue, StreamResampler, resample

RATES = (8000, 11_025, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000)


def in_blocks(samples: np.ndarray, old: int, new: int, length: int) -> np.ndarray:
    stream = StreamResampler(old, new, samples.shape[0])
    made = [stream.push(samples[:, start : start + length]) for start in range(0, samples.shape[1], length)]
    if old != new:
        made.append(stream.push(samples[:, :0], last=True))
    return np.concatenate(made, axis=1)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("inward", [True, False])
@pytest.mark.parametrize("seconds", [1.0, 7.3])
def test_blocks_are_the_whole(rate: int, inward: bool, seconds: float) -> None:
    old, new = (rate, 44_100) if inward else (44_100, rate)
    samples = np.random.default_rng(rate).normal(0, 0.1, (2, round(seconds * old) | 1)).astype(np.float32)
    whole = resample(Audio(samples, old), new).samples
    streamed = in_blocks(samples, old, new, 10_007)
    assert abs(streamed.shape[1] - whole.shape[1]) <= 1
    shared = min(streamed.shape[1], whole.shape[1])
    np.testing.assert_array_equal(streamed[:, :shared], whole[:, :shared])


@pytest.mark.parametrize("rate", RATES)
def test_there_is_no_delay(rate: int) -> None:
    """There and back, the peak of the cross-correlation lies at 0."""
    samples = np.random.default_rng(1).normal(0, 0.1, (1, rate)).astype(np.float32)
    spectrum = np.fft.rfft(samples)
    spectrum[:, round(min(rate, 44_100) * 0.45 * samples.shape[1] / rate) :] = 0
    samples = np.fft.irfft(spectrum, samples.shape[1]).astype(np.float32)
    back = in_blocks(in_blocks(samples, rate, 44_100, 4096), 44_100, rate, 4096)
    shared = min(back.shape[1], samples.shape[1])
    assert abs(back.shape[1] - samples.shape[1]) <= 1 + rate // 44_100
    first, second = np.fft.rfft(samples[0, :shared]), np.fft.rfft(back[0, :shared])
    assert int(np.argmax(np.fft.irfft(first.conj() * second, shared))) == 0


@settings(max_examples=50)
@given(
    pushed=st.lists(st.integers(0, 50), max_size=8),
    taken=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8),
)
def test_a_queue_is_a_line(pushed: Sequence[int], taken: Sequence[tuple[int, int]]) -> None:
    queue, expected = SampleQueue(2), np.zeros((2, 0), np.float32)
    for number, length in enumerate(pushed):
        block = np.full((2, length), number + 1, np.float32)
        queue.push(block)
        expected = np.concatenate([expected, block], axis=1)
    for looked, dropped in taken:
        padded = np.pad(expected, ((0, 0), (0, looked)))[:, :looked]
        np.testing.assert_array_equal(queue.peek(looked), padded)
        queue.drop(dropped)
        expected = expected[:, dropped:]
        assert len(queue) == expected.shape[1]
