"""The teacher: a diphone singer that plays a speaker's units at the score's times and pitches.

It is what the networks learn from, and what they are measured against.  Given the same phones, times
and f0 it always sings the same.  WORLD makes the sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyworld

from engine.phonemize.phones import DIPHTHONGS, GLIDES, LIQUIDS, NASALS, accented, is_vowel
from engine.singing.timing import BREATH, SILENCE, TimedPhone
from engine.train.corpus.high_notes import at_pitch
from engine.train.corpus.speech import UNIT_HOP_LENGTH
from engine.train.corpus.units import Half, Inventory, Target, Unit
from engine.train.corpus.world import FFT_SIZE, Analysis, synthesise

SAMPLE_RATE = 48_000
SUNG_LEVEL_DB = -23.0
"""RMS of a held vowel in the teacher's singing."""
LEVELLED = 0.7
"""How far vowels are brought to one loudness: a singer's are more alike than a speaker's."""
DIPHTHONG_STRETCH = 1.8
VOWEL_STRETCH = 1.25
FIRST_OF_GLIDE = 0.6
"""Share of a diphthong that its first vowel gets from a speaker who says it as two."""
HUSH_DB = 30.0
"""The room of the recordings is faded out of silences, this far down."""
HUSH_FRAMES = 16
HEADROOM_DB = 4.0
"""No frame is louder than the loudest vowel by more: a recording bent too far would crack."""


@dataclass(frozen=True, slots=True)
class _Track:
    """Frames of a phrase."""

    envelope: np.ndarray
    aperiodicity: np.ndarray
    voiced: np.ndarray


class Teacher:
    """Sings timed phones with one speaker's inventory; sounds that it lacks are sung with the speaker's accent."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._gain = _level_gains(inventory)
        self._hush = HUSH_DB * _c0_per_db()
        loudest = max(target.envelope[0] + self._gain[p] for p, target in inventory.targets.items() if is_vowel(p))
        self._ceiling = loudest + HEADROOM_DB * _c0_per_db()

    def sing(self, phones: Sequence[TimedPhone], f0: np.ndarray) -> np.ndarray:
        """Samples float64 [S * hop] from timed phones (the first starts at time 0 of the phrase) and f0 [S]."""
        return synthesise(self.parameters(phones, f0), SAMPLE_RATE, UNIT_HOP_LENGTH)[: len(f0) * UNIT_HOP_LENGTH]

    def parameters(self, phones: Sequence[TimedPhone], f0: np.ndarray) -> Analysis:
        """WORLD's parameters at the subframes of f0 [S], unvoiced where the phones are."""
        phones = self.in_own_sounds(phones)
        origin = phones[0].start_s
        frame_s = UNIT_HOP_LENGTH / SAMPLE_RATE
        edges = [round((p.start_s - origin) / frame_s) for p in phones] + [len(f0)]
        parts = []
        for index, phone in enumerate(phones):
            count = edges[index + 1] - edges[index]
            before = phones[index - 1].label if index else SILENCE
            after = phones[index + 1].label if index + 1 < len(phones) else SILENCE
            parts.append(self._phone(before, phone.label, after, count))
        envelope = np.concatenate([p.envelope for p in parts])
        envelope[:, 0] = np.minimum(envelope[:, 0], self._ceiling)
        aperiodicity = np.concatenate([p.aperiodicity for p in parts])
        voiced = np.concatenate([p.voiced for p in parts])
        sonority = np.repeat([_sonority(p.label) for p in phones], np.diff(edges))
        return at_pitch(Analysis(np.where(voiced, f0, 0.0), envelope, aperiodicity), sonority)

    def in_own_sounds(self, phones: Sequence[TimedPhone]) -> tuple[TimedPhone, ...]:
        """Phones that the speaker has, in the same time: a glide of two vowels stays longer on the first."""
        said = accented([p.label for p in phones], self._inventory.targets.keys() | {BREATH})
        found = []
        for phone, labels in zip(phones, said, strict=True):
            shares = [FIRST_OF_GLIDE, 1 - FIRST_OF_GLIDE] if len(labels) == 2 and is_vowel(labels[0]) else []
            at = phone.start_s
            for index, label in enumerate(labels):
                size = phone.duration_s * (shares[index] if shares else 1 / len(labels))
                found.append(TimedPhone(label, at, at + size, phone.note))
                at += size
        return tuple(found)

    def _phone(self, before: str, label: str, after: str, count: int) -> _Track:
        """`count` frames of a phone: in from the unit before, held, out to the unit after."""
        if label == BREATH:
            return self._breath(count)
        entering = self._steady(label, self._unit(before, label).right)
        leaving = self._steady(label, self._unit(label, after).left)
        target = self._inventory.targets[label]
        into, out = _spans(label, len(entering.voiced), len(leaving.voiced), count)
        parts = [
            _resampled(entering, into),
            _held(target, count - into - out),
            _resampled(leaving, out),
        ]
        envelope = np.concatenate([p.envelope for p in parts])
        envelope[:, 0] += self._gain[label]
        if is_vowel(label):
            envelope[:, 0] += _c0_per_db() * _swell_db(count)
        if label == SILENCE:
            envelope[:, 0] -= self._hush * _distance_from_ends(count, before == SILENCE, after == SILENCE)
        return _Track(
            envelope, np.concatenate([p.aperiodicity for p in parts]), np.concatenate([p.voiced for p in parts])
        )

    def _unit(self, left: str, right: str) -> Unit:
        return self._inventory.unit(SILENCE if left == BREATH else left, SILENCE if right == BREATH else right)

    def _steady(self, label: str, half: Half) -> Half:
        """A sonorant sings throughout: frames that the speaker let go silent take the target's voice."""
        if not (is_vowel(label) or label in NASALS or label in LIQUIDS or label in GLIDES):
            return half
        target = self._inventory.targets[label]
        aperiodicity = np.where(half.voiced[:, None], half.aperiodicity, target.aperiodicity)
        return Half(half.envelope, aperiodicity, np.ones(len(half.voiced), bool))

    def _breath(self, count: int) -> _Track:
        """Breath drawn in: an unvoiced H, swelling and fading."""
        target = self._inventory.targets.get("HH", self._inventory.targets[SILENCE])
        swell = np.sin(np.pi * (np.arange(count) + 0.5) / max(count, 1))[:, None]
        silent = self._inventory.targets[SILENCE].envelope
        envelope = silent + swell * (target.envelope - silent)
        envelope[:, 0] += self._gain.get("HH", 0.0) - self._hush * (1 - swell[:, 0])
        return _Track(envelope, np.zeros((count, len(target.aperiodicity))), np.zeros(count, bool))


def _sonority(label: str) -> float:
    """How far a phone's spectrum and level follow the pitch."""
    if is_vowel(label):
        return 1.0
    return 0.5 if label in LIQUIDS or label in GLIDES or label in NASALS else 0.0


def frames_of(phones: Sequence[TimedPhone], hop_length: int) -> int:
    """Whole codec frames that cover the phrase."""
    return int(np.ceil((phones[-1].end_s - phones[0].start_s) * SAMPLE_RATE / hop_length))


def _spans(label: str, entering: int, leaving: int, count: int) -> tuple[int, int]:
    """Frames given to the way in and the way out; long vowels move a little slower than speech."""
    if label in DIPHTHONGS:
        stretch = (VOWEL_STRETCH, DIPHTHONG_STRETCH)
    elif is_vowel(label):
        stretch = (VOWEL_STRETCH, VOWEL_STRETCH)
    else:
        stretch = (1.0, 1.0)
    into, out = entering * stretch[0], leaving * stretch[1]
    if into + out > count:
        into, out = (count * into / (into + out), count * out / (into + out))
    first = round(into)
    return first, min(round(out), count - first)


def _resampled(half: Half, count: int) -> _Track:
    """A half's frames spread over `count` frames."""
    size = len(half.voiced)
    position = np.clip((np.arange(count) + 0.5) * size / max(count, 1) - 0.5, 0, size - 1)
    low = np.minimum(position.astype(int), max(size - 2, 0))
    high = np.minimum(low + 1, size - 1)
    share = (position - low)[:, None]
    return _Track(
        half.envelope[low] * (1 - share) + half.envelope[high] * share,
        half.aperiodicity[low] * (1 - share) + half.aperiodicity[high] * share,
        half.voiced[np.round(position).astype(int)] if count else np.zeros(0, bool),
    )


def _held(target: Target, count: int) -> _Track:
    return _Track(
        np.repeat(target.envelope[None], count, 0),
        np.repeat(target.aperiodicity[None], count, 0),
        np.full(count, target.voiced),
    )


def _level_gains(inventory: Inventory) -> dict[str, float]:
    """What to add to each phone's c0: one gain for all, plus a nudge of vowels towards their mean level."""
    levels = {p: _power_db(t) for p, t in inventory.targets.items() if is_vowel(p)}
    mean = float(np.mean(list(levels.values())))
    common = SUNG_LEVEL_DB - mean
    return {
        label: _c0_per_db() * (common + (LEVELLED * (mean - levels[label]) if label in levels else 0.0))
        for label in inventory.targets
    }


def _c0_per_db() -> float:
    """What one dB of level adds to WORLD's coded c0."""
    flat = pyworld.code_spectral_envelope(np.full((1, FFT_SIZE // 2 + 1), np.e), SAMPLE_RATE, 1)[0, 0]
    return float(flat * np.log(10) / 10)


def _distance_from_ends(count: int, open_start: bool, open_end: bool) -> np.ndarray:
    """0 at the ends that touch sound to 1 at `HUSH_FRAMES` from them, [count]."""
    index = np.arange(count)
    start = np.full(count, HUSH_FRAMES) if open_start else index
    end = np.full(count, HUSH_FRAMES) if open_end else count - 1 - index
    return np.clip(np.minimum(start, end) / HUSH_FRAMES, 0, 1)


def _swell_db(count: int) -> np.ndarray:
    """Level of a held vowel over its frames, [count] dB: it blooms in, and eases off when long."""
    time_s = np.arange(count) * UNIT_HOP_LENGTH / SAMPLE_RATE
    length_s = max(count * UNIT_HOP_LENGTH / SAMPLE_RATE, 1e-3)
    ease = np.clip((time_s / length_s - 0.5) / 0.5, 0, 1) ** 2 * min(1.0, length_s / 0.8)
    return -2.0 * np.exp(-time_s / 0.09) - 3.0 * ease


def _power_db(target: Target) -> float:
    """Power of WORLD's output for this envelope, in dB (WORLD's spectrum sums to it over the bins)."""
    row = np.ascontiguousarray(target.envelope[None], np.float64)
    spectrum = pyworld.decode_spectral_envelope(row, SAMPLE_RATE, FFT_SIZE)[0]
    return float(10 * np.log10(spectrum[1:].mean()))
