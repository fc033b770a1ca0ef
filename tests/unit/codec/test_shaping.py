"""Shaping of gains: each knob moves what it names, neutral moves nothing, and only dynamics move the level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.codec.harmonic import BandFilters
from engine.codec.shaping import NEPERS_PER_DB, Shaping, shape_gains, with_level

FILTERS = BandFilters(48_000, 256, 128)
HZ = FILTERS.band_hz
WIDTHS = np.gradient(HZ)
ROWS = 9
F0 = np.full(ROWS, 220.0, np.float32)
KNOBS = ("dynamics", "breathiness", "tension", "gender")


def vowel() -> tuple[np.ndarray, np.ndarray]:
    """A source that falls 12 dB per octave through formants at 700, 1200 and 2600 Hz; noise 40 dB below."""
    harmonic = -2 * np.log(np.maximum(HZ, 200.0) / 200.0)
    for formant in (700.0, 1200.0, 2600.0):
        harmonic = harmonic + 2.0 * np.exp(-(((HZ - formant) / (0.1 * formant)) ** 2))
    noise = np.full_like(harmonic, -4.6) - 0.5 * np.log(np.maximum(HZ, 200.0) / 200.0)
    return tuple(np.tile(row, (ROWS, 1)).astype(np.float32) for row in (harmonic, noise))


def knobs(**values: float | np.ndarray) -> Shaping:
    still = np.zeros(ROWS, np.float32)
    return Shaping(**{name: np.asarray(still + values.get(name, 0.0), np.float32) for name in KNOBS})


def shaped(**values: float) -> tuple[np.ndarray, np.ndarray]:
    return shape_gains(*vowel(), F0, HZ, knobs(**values))


def power_db(gains: np.ndarray, low: float = 0.0, high: float = 24_000.0) -> float:
    within = (low <= HZ) & (high > HZ)
    return float(10 * np.log10((np.exp(2.0 * gains[0]) * WIDTHS)[within].sum()))


def whole_db(pair: tuple[np.ndarray, np.ndarray]) -> float:
    return float(10 * np.log10(sum(10 ** (power_db(gains) / 10) for gains in pair)))


def test_neutral_changes_nothing() -> None:
    harmonic, noise = vowel()
    same = shape_gains(harmonic, noise, F0, HZ, knobs())
    assert same[0] is harmonic
    assert same[1] is noise


@given(st.sampled_from(KNOBS), st.integers(0, ROWS - 1), st.floats(-1, 1).filter(lambda value: abs(value) > 1e-3))
@settings(deadline=None, max_examples=30)
def test_subframes_do_not_know_of_each_other(name: str, row: int, value: float) -> None:
    harmonic, noise = vowel()
    kept = harmonic.copy(), noise.copy()
    asked = np.zeros(ROWS, np.float32)
    asked[row] = value
    moved = shape_gains(harmonic, noise, F0, HZ, knobs(**{name: asked}))
    others = np.arange(ROWS) != row
    for after, before, still in zip(moved, (harmonic, noise), kept, strict=True):
        assert np.array_equal(after[others], before[others])
        assert np.array_equal(before, still)
    alone = shaped(**{name: value})
    assert np.allclose(moved[0][row], alone[0][0], atol=1e-6)
    assert np.allclose(moved[1][row], alone[1][0], atol=1e-6)


@given(st.floats(-24, 12), st.floats(-1, 1), st.floats(-1, 1), st.floats(-6, 6))
@settings(deadline=None, max_examples=60)
def test_only_dynamics_move_the_level(dynamics: float, breathiness: float, tension: float, gender: float) -> None:
    after = shaped(dynamics=dynamics, breathiness=breathiness, tension=tension, gender=gender)
    assert whole_db(after) - whole_db(vowel()) == pytest.approx(dynamics, abs=0.01)
    assert all(np.isfinite(gains).all() and gains.dtype == np.float32 for gains in after)


@given(st.sampled_from(KNOBS), st.floats(-1, 0.98))
@settings(deadline=None, max_examples=60)
def test_a_small_turn_is_a_small_change(name: str, value: float) -> None:
    """No steps on the way, not around neutral either: a curve may cross it."""
    one, other = shaped(**{name: value}), shaped(**{name: value + 0.02})
    for before, after in zip(one, other, strict=True):
        assert np.abs(after - before).max() < 6 * NEPERS_PER_DB


def tilt(pair: tuple[np.ndarray, np.ndarray]) -> float:
    return power_db(pair[0], 2000, 5000) - power_db(pair[0], 0, 1000)


def test_louder_is_brighter_and_tense_is_brighter() -> None:
    for name, values in (("dynamics", (-24, -12, 0, 6, 12)), ("tension", (-1, -0.5, 0, 0.5, 1))):
        assert (np.diff([tilt(shaped(**{name: value})) for value in values]) > 1).all()


def test_breath_is_noise_and_none_is_none() -> None:
    ratios = []
    for value in (-1, -0.5, 0, 0.1, 0.3, 0.6, 1):
        harmonic, noise = shaped(breathiness=value)
        ratios.append(power_db(harmonic) - power_db(noise))
    assert (np.diff(ratios) < 0).all()
    assert ratios[2] - ratios[-1] > 12
    assert ratios[0] - ratios[2] == pytest.approx(20, abs=1)


def test_consonants_keep_their_noise() -> None:
    harmonic, noise = vowel()
    quiet = harmonic - 8
    after = shape_gains(quiet, noise, F0, HZ, knobs(breathiness=-1.0))
    assert np.allclose(after[1], noise, atol=1e-4)


@pytest.mark.parametrize("semitones", [-6, -2, 2, 6])
def test_gender_moves_every_formant_by_the_same_interval(semitones: float) -> None:
    before, after = vowel()[0][0], shaped(gender=semitones)[0][0]

    def peaks(gains: np.ndarray) -> np.ndarray:
        fine = np.geomspace(400, 4500, 4000)
        curve = np.interp(fine, HZ, gains)
        return fine[1:-1][(curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:])]

    assert len(peaks(before)) == 3
    moved = 12 * np.log2(peaks(after) / peaks(before))
    assert moved == pytest.approx([semitones] * 3, abs=0.75)


def test_the_fundamental_does_not_fall_out_of_a_smaller_head() -> None:
    """What lies below f0 was never heard: it must not be moved onto the first harmonic."""
    harmonic, noise = vowel()
    harmonic = np.where(HZ < 180, harmonic - 6, harmonic).astype(np.float32)
    after = shape_gains(harmonic, noise, F0, HZ, knobs(gender=6.0))[0][0]
    first = int(np.abs(HZ - 220).argmin())
    assert after[first] == pytest.approx(harmonic[0, first], abs=0.5)


def test_a_codec_without_gains_takes_the_level() -> None:
    shaping = replace(knobs(), dynamics=np.linspace(0, -12, ROWS).astype(np.float32))
    samples = with_level(np.ones(ROWS * 100, np.float32), shaping)
    middles = samples[50::100]
    assert 20 * np.log10(middles) == pytest.approx(np.linspace(0, -12, ROWS), abs=0.1)
    assert np.abs(np.diff(samples)).max() < 0.01


def test_knobs_of_another_length_are_refused() -> None:
    harmonic, noise = vowel()
    with pytest.raises(ValueError, match="9 values of shaping for 5 subframes"):
        shape_gains(harmonic[:5], noise[:5], F0[:5], HZ, knobs(dynamics=1.0))


def test_a_tone_is_taken_away_and_the_breath_stays() -> None:
    harmonic, noise = vowel()
    still, voicing = np.zeros(ROWS, np.float32), np.ones(ROWS, np.float32)
    voicing[4:] = 0
    muted, breath = shape_gains(harmonic, noise, F0, HZ, Shaping(still, still, still, still, voicing))
    assert np.array_equal(muted[:4], harmonic[:4])
    assert (harmonic - muted)[4:] / NEPERS_PER_DB == pytest.approx(40, abs=0.01)
    assert breath == pytest.approx(noise, abs=1e-5)
