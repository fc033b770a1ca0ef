"""The mel distance of sounds that are known to differ."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pyworld")
pytest.importorskip("pocketsphinx")

from engine.train.measure.real_songs import mel_distance_db

RATE = 48_000


def _noise() -> np.ndarray:
    return 0.1 * np.random.default_rng(0).standard_normal(RATE // 2)


def test_a_sound_is_no_distance_from_itself():
    assert mel_distance_db(_noise(), _noise(), RATE) == 0.0


def test_six_decibels_are_six_decibels():
    assert mel_distance_db(_noise(), 0.5 * _noise(), RATE) == pytest.approx(20 * np.log10(2), rel=1e-6)


def test_a_quiet_recording_is_measured_like_a_loud_one():
    other = _noise()[::-1].copy()

    assert mel_distance_db(1e-3 * _noise(), 1e-3 * other, RATE) == pytest.approx(mel_distance_db(_noise(), other, RATE))
