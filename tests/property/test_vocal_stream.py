"""For any length, rate, number of channels and way of pushing: the same samples out as in, where they were."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.separators import FakeSeparator, halved, music, peak_db, stream_vocals

RATES = st.sampled_from([8000, 11_025, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000]) | st.integers(8000, 192_000)


@settings(max_examples=60)
@given(
    seconds=st.floats(0, 1.2),
    rate=RATES,
    channels=st.integers(1, 7),
    blocks=st.lists(st.integers(1, 70_000), min_size=1, max_size=3),
    segment=st.sampled_from([1024, 8192, 20_000]),
    overlap=st.sampled_from([0, 256, 1023]),
)
def test_length_channels_and_time_stay(
    seconds: float, rate: int, channels: int, blocks: list[int], segment: int, overlap: int
) -> None:
    length = max(1, round(seconds * rate))
    mix = music(channels, length, rate)
    if rate != 44_100:  # an abrupt end rings in a resampler, before and after
        mix *= np.hanning(length).astype(np.float32)
    separator = FakeSeparator(halved, segment_samples=segment, overlap_samples=overlap)
    vocals = stream_vocals(separator, mix, rate, [*blocks, 10_000])
    assert (vocals.shape, vocals.dtype) == (mix.shape, np.float32)
    if rate == 44_100:
        assert peak_db(vocals - 0.5 * mix) < -120
    elif seconds > 0.1:
        assert peak_db(vocals - 0.5 * mix) < -80


@settings(max_examples=20)
@given(rate=RATES, channels=st.integers(1, 3), length=st.integers(1, 30_000))
def test_silence_stays_silence(rate: int, channels: int, length: int) -> None:
    separator = FakeSeparator()
    assert not stream_vocals(separator, np.zeros((channels, length), np.float32), rate).any()
