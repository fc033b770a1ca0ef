"""What separates without having learned: each finds the source that its assumption describes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.train.measure import baselines
from engine.train.measure.separation import sdr

RATE = 44_100


def _time(seconds: float) -> np.ndarray:
    return np.arange(int(seconds * RATE)) / RATE


def _tone(hz: float, seconds: float, level: float = 0.2) -> np.ndarray:
    return level * np.sin(2 * np.pi * hz * _time(seconds))


def _both(sound: np.ndarray) -> np.ndarray:
    return np.repeat(sound[None], 2, axis=0).astype(np.float32)


def test_the_centre_is_found_between_sides():
    voice = _both(_tone(440, 3))
    sides = np.stack([_tone(1000, 3), _tone(3000, 3)]).astype(np.float32)

    assert sdr(voice, baselines.centre(voice + sides, RATE)) > 20


def test_what_is_out_of_phase_is_not_in_the_centre():
    tone = _tone(440, 2).astype(np.float32)

    assert np.abs(baselines.centre(np.stack([tone, -tone]), RATE)).max() < 1e-6


def test_two_views_leave_out_strings():
    """A voice that glides through the long view's bins, 300 Hz up and down in two seconds."""
    glide = 600 + 300 * np.abs((_time(4) + 1) % 2 - 1)
    voice = _both(0.2 * np.sin(np.cumsum(2 * np.pi * glide / RATE)))
    strings = _both(_tone(500, 4) + _tone(3000, 4))

    found = baselines.harmonic_percussive(voice + strings, RATE)

    assert sdr(voice, found) > 8
    assert np.mean(baselines.harmonic_percussive(strings, RATE) ** 2) < 0.05 * np.mean(strings**2)


def test_what_repeats_is_background():
    rng = np.random.default_rng(0)
    bar = 0.1 * rng.standard_normal((2, 2 * RATE))
    band = np.tile(bar, 12)
    voice = np.zeros_like(band)
    for second, hz in ((3, 700), (9, 1100), (14, 1700), (20, 500)):
        voice[:, second * RATE : (second + 1) * RATE] = _tone(hz, 1, 0.5)

    found = baselines.repeating((band + voice).astype(np.float32), RATE)

    assert sdr(voice, found) > 8


def test_the_ideal_mask_parts_what_does_not_overlap():
    voice, band = _both(_tone(440, 2)), _both(_tone(3000, 2))

    assert sdr(voice, baselines.ideal_ratio_mask(voice + band, voice)) > 25


@pytest.mark.parametrize("size", [3, 17])
def test_the_running_median_is_the_median(size):
    values = np.random.default_rng(0).random((5, 40)).astype(np.float32)

    found = baselines.median_along(values, size)

    half = size // 2
    assert found.shape == values.shape
    assert found[2, 20] == np.median(values[2, 20 - half : 20 + half + 1])
