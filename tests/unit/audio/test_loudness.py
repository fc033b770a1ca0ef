"""The standard's own numbers as the oracle (EBU Tech 3341, cases 1 to 3 and a true peak case)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.audio import Audio, integrated_loudness, true_peak_db


def tone(level_db: float, duration_s: float, sample_rate: int = 48000, channels: int = 2) -> np.ndarray:
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * 1000 * np.arange(round(duration_s * sample_rate)) / sample_rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


@pytest.mark.parametrize("sample_rate", [44100, 48000, 96000])
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_stereo_tone(level: float, sample_rate: int) -> None:
    assert integrated_loudness(Audio(tone(level, 5, sample_rate), sample_rate)) == pytest.approx(level, abs=0.1)


def test_mono_full_scale_tone() -> None:
    assert integrated_loudness(Audio(tone(0, 3, channels=1), 48000)) == pytest.approx(-3.01, abs=0.05)


def test_quiet_parts_are_gated() -> None:
    parts = [tone(-36, 10), tone(-23, 60), tone(-36, 10)]
    assert integrated_loudness(Audio(np.concatenate(parts, axis=1), 48000)) == pytest.approx(-23, abs=0.1)


def test_silence_and_too_short() -> None:
    assert integrated_loudness(Audio(np.zeros((1, 48000), np.float32), 48000)) == -math.inf
    assert integrated_loudness(Audio(tone(0, 0.3), 48000)) == -math.inf
    assert true_peak_db(Audio(np.zeros((1, 10), np.float32), 48000)) == -math.inf
    assert true_peak_db(Audio(np.zeros((1, 0), np.float32), 48000)) == -math.inf


def test_a_peak_between_the_samples() -> None:
    # A quarter of the rate at 45 degrees: every sample is at 0.707 of the real peak.
    wave = 0.5 * np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4)
    fade = np.minimum(1, np.minimum(np.arange(4800), np.arange(4800)[::-1]) / 480)
    audio = Audio.mono(wave * fade, 48000)
    assert 20 * np.log10(np.abs(audio.samples).max()) == pytest.approx(-9.03, abs=0.05)
    assert true_peak_db(audio) == pytest.approx(-6.02, abs=0.1)
