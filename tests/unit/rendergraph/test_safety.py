"""Nothing above the ceiling, between the samples too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Audio, true_peak_db
from plugin_host.rendergraph import guard
from tests.unit.rendergraph.sounds import RATE, rms_db, voice


def test_what_is_quiet_enough_is_not_touched() -> None:
    audio = Audio(voice(0.5) * np.float32(0.5), RATE)
    assert guard(audio).audio is audio
    assert guard(audio, "limit").audio is audio


@settings(max_examples=10)
@given(gain=st.floats(1.5, 12), how=st.sampled_from(["gain", "limit"]), seed=st.integers(0, 99))
def test_the_ceiling_holds(gain: float, how: str, seed: int) -> None:
    audio = Audio(voice(0.4, seed=seed) * np.float32(gain), RATE)
    guarded = guard(audio, how)  # type: ignore[arg-type]
    assert guarded.before_db == true_peak_db(audio)
    assert guarded.after_db == pytest.approx(true_peak_db(guarded.audio), abs=1e-3)
    assert true_peak_db(guarded.audio) <= -1.0
    assert guarded.audio.num_samples == audio.num_samples
    assert guarded.gain_db <= 0 <= guarded.reduced_db


def test_a_peak_between_the_samples_is_seen() -> None:
    """A quarter of the rate, off the samples: 3 dB more than any sample says."""
    signal = np.sin(2 * np.pi * 0.25 * np.arange(4800) + np.pi / 4)
    audio = Audio.mono(signal / np.abs(signal).max() * 0.88, RATE)
    guarded = guard(audio)
    assert guarded.before_db > 1
    assert guarded.after_db <= -1


def test_gain_changes_nothing_but_the_level() -> None:
    audio = Audio(voice(0.5) * np.float32(4), RATE)
    guarded = guard(audio)
    assert np.allclose(guarded.audio.samples, audio.samples * 10 ** (guarded.gain_db / 20), atol=1e-6)


def test_the_limiter_leaves_the_rest_alone() -> None:
    sound = voice(2.0) * np.float32(0.3)
    sound[:, RATE : RATE + 200] *= np.float32(2 / np.abs(sound[:, RATE : RATE + 200]).max())
    audio = Audio(sound, RATE)
    limited = guard(audio, "limit")
    assert limited.reduced_db > 3
    away = np.r_[0 : RATE - 4000, RATE + 4200 : 2 * RATE]
    assert rms_db(limited.audio.samples[:, away] - sound[:, away]) - rms_db(sound) < -50
    assert rms_db(limited.audio.samples) > rms_db(guard(audio).audio.samples) + 2


def test_off_is_off() -> None:
    audio = Audio(voice(0.5) * np.float32(9), RATE)
    assert guard(audio, "off").audio is audio


@pytest.mark.parametrize("how", ["gain", "limit"])
def test_silence_has_no_peak(how: str) -> None:
    audio = Audio(np.zeros((2, 4800), np.float32), RATE)
    assert guard(audio, how).audio is audio  # type: ignore[arg-type]
