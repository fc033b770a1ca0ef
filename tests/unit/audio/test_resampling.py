from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Audio, resample, resampled_length

_RATES = st.sampled_from([8000, 22050, 24000, 44100, 48000, 96000])


@settings(max_examples=60, deadline=None)
@given(length=st.integers(0, 4000), channels=st.integers(1, 2), old=_RATES, new=_RATES)
def test_any_length_gives_the_exact_length(length: int, channels: int, old: int, new: int) -> None:
    audio = Audio(np.ones((channels, length), dtype=np.float32), old)
    result = resample(audio, new)
    assert result.sample_rate == new
    assert result.samples.shape == (channels, resampled_length(length, old, new))
    assert abs(result.num_samples - length * new / old) <= 0.5


def test_a_tone_stays_the_tone() -> None:
    def tone(rate: int) -> np.ndarray:
        return 0.5 * np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)

    converted = resample(Audio.mono(tone(48000), 48000), 44100).samples[0]
    np.testing.assert_allclose(converted[2000:-2000], tone(44100)[2000:-2000], atol=1e-5)


def test_no_rate() -> None:
    with pytest.raises(ValueError):
        resample(Audio.mono(np.zeros(3), 48000), 0)
