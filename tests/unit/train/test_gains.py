"""Gains made from WORLD's parameters must sound as WORLD's own synthesis does."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pyworld", reason="the train extra is not installed")

from engine.codec.harmonic import BandFilters, pulse_train, synthesize
from engine.train.corpus.gains import LOWEST, band_gains
from engine.train.corpus.world import Analysis, synthesise

RATE, HOP, FRAMES = 48_000, 256, 400


def steady(voiced: bool) -> Analysis:
    """A spectrum that falls by 12 dB an octave, quite breathy."""
    envelope = np.zeros((FRAMES, 80))
    envelope[:, 0], envelope[:, 1] = -11.0, 2.5
    return Analysis(np.full(FRAMES, 300.0 * voiced), envelope, np.full((FRAMES, 5), -12.0))


@pytest.mark.parametrize("voiced", [True, False])
def test_level_is_worlds(voiced: bool) -> None:
    analysis = steady(voiced)
    filters = BandFilters(RATE, HOP, 128)
    gains = band_gains(analysis, filters).astype(np.float32)
    pulses = pulse_train(np.full(FRAMES, 300.0, np.float32), RATE, HOP)
    hiss = np.random.default_rng(0).standard_normal(len(pulses), dtype=np.float32)
    ours = synthesize(np.ascontiguousarray(gains[:, 0]), np.ascontiguousarray(gains[:, 1]), pulses, hiss, filters)
    theirs = synthesise(analysis, RATE, HOP)
    level_db = 10 * np.log10(np.mean(ours[9600:-9600] ** 2) / np.mean(theirs[9600:-9600] ** 2))
    assert abs(level_db) < 1.5  # WORLD draws unvoiced noise pulse by pulse, one decibel off


def test_unvoiced_frames_have_no_harmonics() -> None:
    gains = band_gains(steady(False), BandFilters(RATE, HOP, 128))
    assert gains.shape == (FRAMES, 2, 128)
    assert (gains[:, 0] == np.float16(LOWEST)).all()
    assert (gains[:, 1] > LOWEST + 1).any()
