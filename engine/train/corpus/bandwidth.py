"""A speaker whose recordings end at a few kilohertz borrows what lies above from one whose do not.

Above the knee a frame takes the shape that the model speaker's same phone has there, at the level that the frame has
just below the knee.  It is a guess, as every extension of bandwidth is; but sibilants hiss and vowels have air again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyworld

from engine.phonemize.phones import accented
from engine.singing.timing import SILENCE
from engine.train.corpus.units import Half, Inventory, Target, Unit
from engine.train.corpus.world import ENVELOPE_DIM, FFT_SIZE

SAMPLE_RATE = 48_000
APERIODICITY_BAND_HZ = 3000.0
"""WORLD states aperiodicity at multiples of this."""
MEETING_FRAMES = 5
"""Frames to either side of a phones' boundary over which one borrowed shape becomes the other."""
SOFTER_DB, FALL_DB_PER_KHZ = 7.0, 0.7
"""Voiced frames borrow this much less, and less yet further up: a speaker's top is half the room's noise."""
LEVEL_FRAMES = 7
"""Over which the level below the knee is averaged: a borrowed top must not flutter."""


@dataclass(frozen=True, slots=True)
class Knee:
    """Recordings are whole up to `low_hz` and say nothing above `high_hz`; levels are compared from `from_hz` on."""

    from_hz: float
    low_hz: float
    high_hz: float


def widened(inventory: Inventory, model: Inventory, knee: Knee) -> Inventory:
    """`inventory` with the model's spectra above the knee; silences stay as they are."""
    shapes = _shapes(inventory, model)
    top = _Top(knee, shapes, {label: model_target.aperiodicity for label, model_target in _models(inventory, model)})
    targets = {label: top.of_target(label, target) for label, target in inventory.targets.items()}
    units = {pair: top.of_unit(pair, unit) for pair, unit in inventory.units.items()}
    return Inventory(targets, units)


def _models(inventory: Inventory, model: Inventory) -> list[tuple[str, Target]]:
    """For every phone the target of the model's that comes nearest; of a phone said as two, the last."""
    found = []
    for label in inventory.targets:
        said = label if label in model.targets else accented([label], model.targets)[0][-1]
        if label != SILENCE and said in model.targets:
            found.append((label, model.targets[said]))
    return found


def _shapes(inventory: Inventory, model: Inventory) -> dict[str, np.ndarray]:
    return {label: _log_spectra(target.envelope[None])[0] for label, target in _models(inventory, model)}


class _Top:
    def __init__(self, knee: Knee, shapes: Mapping[str, np.ndarray], aperiodicities: Mapping[str, np.ndarray]) -> None:
        hz = np.arange(FFT_SIZE // 2 + 1) * SAMPLE_RATE / FFT_SIZE
        self._shapes, self._aperiodicities = shapes, aperiodicities
        self._compared = (hz >= knee.from_hz) & (hz <= knee.low_hz)
        rise = np.clip((hz - knee.low_hz) / (knee.high_hz - knee.low_hz), 0, 1)
        self._borrowed = 0.5 - 0.5 * np.cos(np.pi * rise)
        softer_db = SOFTER_DB + FALL_DB_PER_KHZ * np.maximum(hz - knee.high_hz, 0) / 1000
        self._softer = softer_db * np.log(10) / 10
        self._first_band = int(np.ceil(knee.high_hz / APERIODICITY_BAND_HZ)) - 1

    def of_target(self, label: str, target: Target) -> Target:
        if label not in self._shapes:
            return target
        voiced = np.array([target.voiced])
        envelope = self._filled(target.envelope[None], self._shapes[label][None], voiced)[0]
        return Target(envelope, self._breath(target.aperiodicity[None], label)[0], target.voiced)

    def of_unit(self, pair: tuple[str, str], unit: Unit) -> Unit:
        known = [label for label in pair if label in self._shapes]
        if not known:
            return unit
        left, right = (label if label in self._shapes else known[0] for label in pair)
        count = len(unit.left.voiced)
        place = np.arange(count + len(unit.right.voiced)) - count + 0.5
        share = np.clip(0.5 + 0.5 * place / MEETING_FRAMES, 0, 1)[:, None]
        shape = (1 - share) * self._shapes[left] + share * self._shapes[right]
        voiced = np.concatenate([unit.left.voiced, unit.right.voiced])
        filled = self._filled(np.concatenate([unit.left.envelope, unit.right.envelope]), shape, voiced)
        filled = np.concatenate(
            [
                filled[:count] if pair[0] in self._shapes else unit.left.envelope,
                filled[count:] if pair[1] in self._shapes else unit.right.envelope,
            ]
        )
        return Unit(
            Half(filled[:count], self._breath(unit.left.aperiodicity, pair[0]), unit.left.voiced),
            Half(filled[count:], self._breath(unit.right.aperiodicity, pair[1]), unit.right.voiced),
        )

    def _filled(self, envelope: np.ndarray, shape: np.ndarray, voiced: np.ndarray) -> np.ndarray:
        """Coded envelopes [T, D] with the top of `shape` [T, bins]; voiced bool [T]."""
        own = _log_spectra(envelope)
        level = (own - shape)[:, self._compared].mean(axis=1)
        level = _smoothed(level)[:, None] - _smoothed(voiced.astype(float))[:, None] * self._softer
        mixed = own + self._borrowed * (shape + level - own)
        return pyworld.code_spectral_envelope(np.exp(mixed), SAMPLE_RATE, ENVELOPE_DIM).astype(envelope.dtype)

    def _breath(self, aperiodicity: np.ndarray, label: str) -> np.ndarray:
        """Coded aperiodicity with the model's bands above the knee, where there is voice at all."""
        if label not in self._aperiodicities or not len(aperiodicity):
            return aperiodicity
        taken = aperiodicity.copy()
        voiced = (aperiodicity < 0).any(axis=1)
        taken[voiced, self._first_band :] = self._aperiodicities[label][self._first_band :]
        return taken


def _smoothed(level: np.ndarray) -> np.ndarray:
    reach = LEVEL_FRAMES // 2
    padded = np.pad(level, reach, mode="edge")
    return np.convolve(padded, np.full(LEVEL_FRAMES, 1 / LEVEL_FRAMES), mode="valid")


def _log_spectra(envelope: np.ndarray) -> np.ndarray:
    """Natural log of the power spectra [T, bins] of coded envelopes [T, D]."""
    rows = np.ascontiguousarray(envelope, np.float64)
    return np.log(pyworld.decode_spectral_envelope(rows, SAMPLE_RATE, FFT_SIZE) + 1e-20)
