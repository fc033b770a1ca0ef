"""Mel-cepstral distortion on spectra whose distance is known."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pyworld")

import pyworld

from engine.train.measure.cepstra import COEFFICIENTS, FFT_SIZE, Envelopes, distances, distortion, envelopes

RATE = 48_000


def _noise(seconds: float = 0.5) -> np.ndarray:
    return 0.1 * np.random.default_rng(0).standard_normal(int(RATE * seconds))


def _frames(log_power: np.ndarray) -> Envelopes:
    """Five frames of one log-power spectrum [FFT_SIZE / 2 + 1]."""
    spectrum = np.repeat(np.exp(log_power)[None], 5, 0)
    return Envelopes(pyworld.code_spectral_envelope(spectrum, RATE, COEFFICIENTS), np.zeros(5))


def test_a_sound_is_no_distance_from_itself():
    found = envelopes(_noise(), np.full(90, 220.0), RATE)

    figures = distortion([distances(found, found)])

    assert figures.mcd_db == figures.rms_db == 0.0
    assert figures.frames == 90


def test_level_does_not_count():
    f0 = np.full(90, 220.0)

    figures = distortion([distances(envelopes(_noise(), f0, RATE), envelopes(0.3 * _noise(), f0, RATE))])

    assert figures.mcd_db == pytest.approx(0.0, abs=1e-3)


def test_a_known_tilt_has_its_rms_distance():
    """Half a cosine over WORLD's mel axis (40 Hz to 20 kHz) of 6 dB amplitude: 6 / sqrt(2) dB RMS."""

    def mel(hz):
        return 1127.01048 * np.log1p(np.asarray(hz) / 700)

    bins = np.clip(np.linspace(0, RATE / 2, FFT_SIZE // 2 + 1), 40, 20_000)
    place = (mel(bins) - mel(40)) / (mel(20_000) - mel(40))
    tilt = 6.0 * np.log(10) / 10 * np.cos(np.pi * place)

    figures = distortion([distances(_frames(np.zeros_like(tilt)), _frames(tilt))])

    assert figures.rms_db == pytest.approx(6 / np.sqrt(2), rel=0.03)
    assert figures.mcd_db == pytest.approx(6.0, rel=0.03)


def test_frames_far_below_the_loudest_are_left_out():
    quiet = Envelopes(np.zeros((3, COEFFICIENTS)), np.array([0.0, -39.0, -41.0]))
    other = Envelopes(np.ones((3, COEFFICIENTS)), np.zeros(3))

    assert len(distances(quiet, other)) == 2
