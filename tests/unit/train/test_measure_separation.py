"""The figures of separated vocals, on sounds whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.train.measure.separation import (
    CAP_DB,
    active_seconds,
    bleed_levels,
    free_seconds,
    lag,
    null_db,
    score_song,
    sdr,
    second_levels,
    si_sdr,
    stft_distance,
)

RATE = 8000


def _noise(seconds: float, seed: int = 0, level: float = 0.1) -> np.ndarray:
    return (level * np.random.default_rng(seed).standard_normal((2, int(seconds * RATE)))).astype(np.float32)


def test_noise_ten_db_below_gives_ten_db():
    truth, noise = _noise(20), _noise(20, seed=1)
    assert sdr(truth, truth + noise * np.float32(10**-0.5)) == pytest.approx(10, abs=0.05)


def test_silence_gives_nothing_and_the_truth_all():
    truth = _noise(2)
    assert sdr(truth, np.zeros_like(truth)) == 0
    assert sdr(truth, truth) == CAP_DB
    assert si_sdr(truth, np.zeros_like(truth)) == -CAP_DB


def test_only_the_scale_invariant_ratio_forgives_a_level():
    truth = _noise(2)
    assert sdr(truth, truth / 2) == pytest.approx(6.02, abs=0.01)
    assert si_sdr(truth, truth / 2) > 90


def test_a_late_estimate_is_late_by_its_samples():
    truth = _noise(3)
    for samples in (0, 37, -250):
        assert lag(truth, np.roll(truth, samples, axis=1)) == samples
    assert lag(truth, np.zeros_like(truth)) == 0


def test_distance_of_a_gain_is_its_logarithm_and_its_share():
    truth = _noise(2, level=1.0)
    assert stft_distance(truth, truth) == 0
    assert stft_distance(truth, truth / 2) == pytest.approx(0.5 + np.log(2), abs=0.01)


def test_distance_does_not_depend_on_how_a_song_is_cut_into_blocks():
    truth, other = _noise(40, level=1.0), _noise(40, seed=1, level=1.0)
    both = stft_distance(np.tile(truth, 2), np.tile(other, 2))
    assert both == pytest.approx(stft_distance(truth, other), rel=1e-3)


def test_seconds_are_sung_or_free_by_level():
    truth = np.concatenate([_noise(2), _noise(4, level=1e-4), _noise(1, level=2e-3), _noise(1)], axis=1)
    assert list(active_seconds(truth, RATE)) == [True, True, False, False, False, False, False, True]
    assert list(free_seconds(truth, RATE)) == [False, False, False, True, True, False, False, False]
    assert second_levels(_noise(1), RATE)[0] == pytest.approx(-20, abs=0.2)


def test_bleed_is_heard_only_where_nobody_sings():
    truth = np.concatenate(
        [_noise(2), np.zeros((2, 6 * RATE), np.float32), _noise(2), np.zeros((2, 2 * RATE), "f4")], 1
    )
    estimate = truth + _noise(12, seed=1, level=1e-3)
    estimate[:, -RATE:] += _noise(1, seed=2, level=1e-1)
    every, worst, p95 = bleed_levels(truth, estimate, RATE)
    assert every == pytest.approx(-20 - 10 * np.log10(5), abs=0.3)
    assert worst == pytest.approx(-20, abs=0.3)
    assert -60 < p95 < -19
    assert bleed_levels(_noise(5), _noise(5), RATE) is None


def test_scores_leave_out_what_a_song_does_not_have():
    silent = np.zeros((2, 4 * RATE), np.float32)
    score = score_song(silent, _noise(4, level=1e-2), RATE)
    assert score.sdr_db is None
    assert score.bleed_db == pytest.approx(-40, abs=0.2)
    assert score_song(_noise(4), _noise(4), RATE).bleed_db is None
    with pytest.raises(ValueError):
        score_song(silent, silent[:, 1:], RATE)


def test_silent_stretches_say_nothing_about_the_ratio():
    truth = np.concatenate([_noise(3), np.zeros((2, 3 * RATE), np.float32)], axis=1)
    estimate = truth.copy()
    estimate[:, 4 * RATE :] += 1
    assert score_song(truth, estimate, RATE).sdr_db == CAP_DB


def test_null_is_the_worst_sample():
    mix, vocals = _noise(1), _noise(1, seed=1)
    rest = mix - vocals
    rest[1, 100] += 1e-3
    assert null_db(mix, vocals, rest) == pytest.approx(-60, abs=0.1)
