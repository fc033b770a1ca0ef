"""The singer's manner laid on the decoder's gains: louder, breathier, tenser, smaller.

Works on the natural-log gains of the two filters (`engine.codec.harmonic`), after the networks and before a sample is
made, so that every knob does what its name says whatever the networks learned.  f0 is never touched.  What of the
power a knob moves is given back (`_level`): only `dynamics` changes the level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

NEPERS_PER_DB = float(np.log(10) / 20)
TILT_HZ = 500.0
"""Tilts turn around here: near the first formant, where most of a voice's power lies."""
TILT_OCTAVES = (-1.0, 3.0)
"""Where tilts stop: below 250 Hz and above 4 kHz they stay as they are there."""
LOUDER_IS_BRIGHTER = 1.5 / 12
"""dB per octave of tilt, per dB of dynamics.  Where a voice gets 1 dB louder, its spectrum around 3 kHz rises by about
1.5 dB (Sundberg & Nordenberg, 2006); here by 1.3, so that a soft line stays bright enough for its words."""
TENSION_DB = 3.0
"""dB per octave of tilt at tension 1: 9 dB at 4 kHz, the difference between a flow and a pressed voice."""
BREATH_DB, BREATH_SLOPE_DB, BREATH_LIMITS_DB = -14.0, 6.0, (-22.0, 6.0)
"""Breath against the harmonics' envelope at breathiness 1: at `TILT_HZ`, per octave, and its limits.  Breath passes the
same tract but its source falls off 6 dB per octave less: above 3 kHz it is what one hears."""
BREATH_GROWTH_DB = 28.0
"""Breath at a tenth of breathiness 1, below that at 1."""
BREATHY_TILT_DB = 3.0
"""What harmonics lose per octave at breathiness 1: folds that leak close softly."""
DRY_DB = 20.0
"""What the breath in voiced sounds loses at breathiness -1."""
VOICED_DB = (0.0, 12.0)
"""Harmonics over noise, in power: from no voiced sound to surely one.  Consonants keep their noise."""
MUTE_DB = -40.0
"""A tone that is taken away; the way there is straight in dB."""
SEMITONES = 12.0


@dataclass(frozen=True, slots=True)
class Shaping:
    """Knobs [S] at the middles of subframes: dynamics in dB, breathiness and tension -1 to 1, gender in semitones.

    `voicing`: how much of the tone is left, 1 all to 0 none (`MUTE_DB`); None: all of it everywhere.
    """

    dynamics: Floats
    breathiness: Floats
    tension: Floats
    gender: Floats
    voicing: Floats | None = None

    @property
    def moved(self) -> NDArray[np.bool_]:
        """[S]: where anything is not neutral."""
        knobs = np.stack([self.dynamics, self.breathiness, self.tension, self.gender])
        moved = np.asarray((knobs != 0).any(axis=0), np.bool_)
        return moved if self.voicing is None else moved | (self.voicing < 1)

    def part(self, which: NDArray[np.bool_]) -> Shaping:
        """Some of the subframes."""
        voicing = None if self.voicing is None else self.voicing[which]
        return Shaping(self.dynamics[which], self.breathiness[which], self.tension[which], self.gender[which], voicing)


def shape_gains(
    harmonic: Floats, noise: Floats, f0: Floats, band_hz: Doubles, shaping: Shaping
) -> tuple[Floats, Floats]:
    """Log gains [S, bands] of harmonics and noise, shaped; f0 [S] in Hz.  Neutral subframes stay to the bit.

    Raises `ValueError` when the knobs are not as long as the gains.
    """
    if len(shaping.dynamics) != len(harmonic):
        raise ValueError(f"{len(shaping.dynamics)} values of shaping for {len(harmonic)} subframes")
    moved = shaping.moved
    if not moved.any():
        return harmonic, noise
    shaped = harmonic.copy(), noise.copy()
    shaped[0][moved], shaped[1][moved] = _shape(harmonic[moved], noise[moved], f0[moved], band_hz, shaping.part(moved))
    return shaped


def with_level(samples: Floats, shaping: Shaping) -> Floats:
    """Dynamics alone, on samples [N] of S subframes: for codecs without gains."""
    gains = np.exp(NEPERS_PER_DB * shaping.dynamics.astype(np.float64))
    middles = (np.arange(len(gains)) + 0.5) * len(samples) / len(gains)
    louder: Floats = (samples * np.interp(np.arange(len(samples)), middles, gains)).astype(np.float32)
    return louder


def _shape(harmonic: Floats, noise: Floats, f0: Floats, band_hz: Doubles, knobs: Shaping) -> tuple[Floats, Floats]:
    before = _power(harmonic, noise, band_hz)
    moved_harmonic = _shifted(harmonic, f0, band_hz, knobs.gender)
    moved_noise = _shifted(noise, None, band_hz, knobs.gender)
    moved_noise = _breath(moved_harmonic, moved_noise, band_hz, knobs.breathiness)
    tilt_db = LOUDER_IS_BRIGHTER * knobs.dynamics + TENSION_DB * knobs.tension
    tilt_db = tilt_db - BREATHY_TILT_DB * np.maximum(knobs.breathiness, 0)
    moved_harmonic = moved_harmonic + _tilt(band_hz, tilt_db)
    level = _level(before, _power(moved_harmonic, moved_noise, band_hz), knobs.dynamics)[:, None]
    if knobs.voicing is not None:
        moved_harmonic = moved_harmonic + (NEPERS_PER_DB * MUTE_DB * (1 - knobs.voicing))[:, None]
    return (moved_harmonic + level).astype(np.float32), (moved_noise + level).astype(np.float32)


def _octaves(band_hz: Doubles) -> Doubles:
    return np.asarray(np.log2(band_hz / TILT_HZ), np.float64)


def _tilt(band_hz: Doubles, db_per_octave: Floats) -> Floats:
    """[S, bands] in natural log: a straight line over octaves, flat beyond `TILT_OCTAVES`."""
    octaves = np.clip(_octaves(band_hz), *TILT_OCTAVES)
    return (NEPERS_PER_DB * db_per_octave[:, None] * octaves).astype(np.float32)


def _breath(harmonic: Floats, noise: Floats, band_hz: Doubles, breathiness: Floats) -> Floats:
    """Noise gains with breath that follows the harmonics' envelope, or with less of what voiced sounds have."""
    share = np.maximum(breathiness, 0.0)
    shape_db = np.clip(BREATH_DB + BREATH_SLOPE_DB * _octaves(band_hz), *BREATH_LIMITS_DB)
    grown_db = BREATH_GROWTH_DB * np.log10(np.maximum(share, 1e-6))
    breath = harmonic + (NEPERS_PER_DB * (shape_db + grown_db[:, None])).astype(np.float32)
    # Powers add: breath and noise are not alike.
    breathy = np.where(share[:, None] > 0, 0.5 * np.logaddexp(2 * noise, 2 * breath), noise)
    dry_db = DRY_DB * np.minimum(breathiness, 0.0) * _voiced(harmonic, noise, band_hz)
    return (breathy + NEPERS_PER_DB * dry_db[:, None]).astype(np.float32)


def _voiced(harmonic: Floats, noise: Floats, band_hz: Doubles) -> Doubles:
    """[S], 0 to 1."""
    widths = np.gradient(band_hz)
    ratio_db = (_sum(harmonic, widths) - _sum(noise, widths)) / (2 * NEPERS_PER_DB)
    low, high = VOICED_DB
    share = np.clip((ratio_db - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float64)


def _shifted(gains: Floats, f0: Floats | None, band_hz: Doubles, semitones: Floats) -> Floats:
    """The envelope moved by `semitones` [S] along a log-frequency axis.

    Below `f0` the harmonics' envelope was never heard and says nothing: what would come from there comes from f0.
    """
    if not semitones.any():
        return gains
    source = band_hz[None] * np.exp2(-np.asarray(semitones, np.float64)[:, None] / SEMITONES)
    if f0 is not None:
        source = np.maximum(source, np.minimum(band_hz[None], f0[:, None]))
    place = np.interp(source, band_hz, np.arange(len(band_hz)))
    low = np.minimum(place.astype(np.int64), len(band_hz) - 2)
    share = (place - low).astype(np.float32)
    below, above = np.take_along_axis(gains, low, 1), np.take_along_axis(gains, low + 1, 1)
    return (below + share * (above - below)).astype(np.float32)


def _sum(gains: Floats, widths: Doubles) -> Doubles:
    """Natural log of the power [S] behind one filter: both sources are white and equally strong."""
    top = gains.max(axis=1)
    return np.asarray(2 * top.astype(np.float64) + np.log(np.exp(2 * (gains - top[:, None])) @ widths), np.float64)


def _power(harmonic: Floats, noise: Floats, band_hz: Doubles) -> Doubles:
    widths = np.gradient(band_hz)
    return np.asarray(np.logaddexp(_sum(harmonic, widths), _sum(noise, widths)), np.float64)


def _level(before: Doubles, after: Doubles, dynamics: Floats) -> Doubles:
    """[S] in natural log: what brings the power back to `before`, and `dynamics` dB from there."""
    return np.asarray(0.5 * (before - after) + NEPERS_PER_DB * dynamics, np.float64)
