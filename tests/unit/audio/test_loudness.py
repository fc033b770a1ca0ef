"""The standard's own numbers as the oracle: EBU Tech 3341, cases 1 to 3 and a true peak; BS.1770-4, tables 1 and 2."""

from __future__ import annotations

import math

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Audio, integrated_loudness, true_peak_db


def tone(level_db: float, duration_s: float, sample_rate: int = 48000, channels: int = 2) -> np.ndarray:
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * 1000 * np.arange(round(duration_s * sample_rate)) / sample_rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


@pytest.mark.parametrize("sample_rate", [8000, 11025, 22050, 44100, 48000, 96000, 192000])
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


def sounds(seed: int, size: int, channels: int, brightness: int) -> np.ndarray:
    """Noise that gets darker and comes and goes, with silence between."""
    rng = np.random.default_rng(seed)
    noise = (
        np.cumsum(rng.standard_normal((channels, size)), axis=1)
        if brightness == 0
        else rng.standard_normal((channels, size))
    )
    if brightness == 1:
        noise = np.array([np.convolve(row, np.hanning(9), "same") for row in noise])
    swell = np.sin(np.arange(size) / rng.uniform(300, 9000)) ** 8
    return (0.9 * noise * swell / np.abs(noise).max()).astype(np.float32)


def test_the_filters_are_the_standards() -> None:
    """Sample by sample by the coefficients that the standard prints for 48 kHz."""
    sound = sounds(3, 19200, 1, 2)
    heard = sound[0].astype(np.float64)
    for b, a in (
        ((1.53512485958697, -2.69169618940638, 1.19839281085285), (-1.69065929318241, 0.73248077421585)),
        ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621)),
    ):
        first = second = 0.0
        for place, value in enumerate(heard):
            out = b[0] * value + first
            first, second = b[1] * value - a[0] * out + second, b[2] * value - a[1] * out
            heard[place] = out
    wanted = -0.691 + 10 * np.log10(np.mean(heard**2))
    assert integrated_loudness(Audio(sound, 48000)) == pytest.approx(wanted, abs=1e-4)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), steps=st.integers(0, 10))
def test_silence_before_changes_no_loudness(seed: int, steps: int) -> None:
    """Whole steps of it, so that the sound falls into the same blocks."""
    sound = sounds(seed, 24000, 1, 2)
    plain = integrated_loudness(Audio(np.pad(sound, ((0, 0), (19200, 38400))), 48000))
    moved = np.pad(sound, ((0, 0), (19200 + 4800 * steps, 38400)))
    assert integrated_loudness(Audio(moved, 48000)) == pytest.approx(plain, abs=0.02)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), size=st.integers(20000, 90000), gain=st.floats(-40, 0))
def test_a_gain_changes_the_loudness_by_its_decibels(seed: int, size: int, gain: float) -> None:
    """Of noise without rests: of quiet blocks a gain may carry some below the absolute gate, and they do not count."""
    noise = 0.1 * np.random.default_rng(seed).standard_normal((1, size)).astype(np.float32)
    plain = integrated_loudness(Audio(noise, 48000))
    moved = integrated_loudness(Audio(noise * np.float32(10 ** (gain / 20)), 48000))
    assert moved == pytest.approx(plain + gain, abs=0.02)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 999),
    size=st.integers(1, 9000),
    rate=st.sampled_from([8000, 22050, 44100, 48000, 96000, 192000]),
    brightness=st.integers(0, 2),
)
def test_no_window_that_is_left_out_holds_the_peak(seed: int, size: int, rate: int, brightness: int) -> None:
    sound = sounds(seed, size, 2, brightness)
    factor = -(-176000 // rate)
    fine = soxr.resample(np.ascontiguousarray(sound.T), rate, rate * factor, quality="HQ")
    wanted = max(np.abs(fine).max(), np.abs(sound).max())
    assert 10 ** (true_peak_db(Audio(sound, rate)) / 20) == pytest.approx(float(wanted), abs=1e-5)
