"""A speaker's diphones, chosen from aligned recordings so that any two meet without a seam.

A unit runs from the middle of one phone (its anchor) to the middle of the next.  For each phone the
recordings agree on a target: the median spectrum at its anchor.  Of all recordings of a diphone the
one nearest to both targets is taken, and bent so that its ends are the targets exactly; then every
join is smooth and a vowel can be held for as long as the note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.phonemize.phones import AFFRICATES, DIPHTHONGS, PHONE_CLASS, STOPS, is_vowel
from engine.singing.timing import SILENCE, ConsonantTable
from engine.train.corpus.align import Segment
from engine.train.corpus.speech import UNIT_HOP_LENGTH, Sentence

FRAME_S = UNIT_HOP_LENGTH / 48_000
LONGEST_HALF = 24
"""Frames (0.13 s) from a boundary to where a phone is itself: in sung recordings its middle lies further away."""
GLIDE_FRAMES = 8
"""On either side of the boundary of two vowels that the speaker never joined: 85 ms in all."""
KNEE, PRESSED = 0.92, 0.25
"""In units of the first coefficient (4 dB), and what is left of all above."""
_SONORANT = frozenset({"nasal", "liquid", "glide"})
MATCHED_COEFFICIENTS = 40
"""Coefficients that decide likeness; the finer ones are noise."""


@dataclass(frozen=True, slots=True)
class Half:
    """Frames of one phone between its anchor and a boundary, in time order.

    envelope [n, D], aperiodicity [n, bands], voiced bool [n].
    """

    envelope: np.ndarray
    aperiodicity: np.ndarray
    voiced: np.ndarray

    @property
    def duration_s(self) -> float:
        """As spoken."""
        return len(self.voiced) * FRAME_S


@dataclass(frozen=True, slots=True)
class Unit:
    """Anchor of `left` to boundary, boundary to anchor of `right`."""

    left: Half
    right: Half


@dataclass(frozen=True, slots=True)
class Target:
    """What a phone is at its anchor: envelope [D], aperiodicity [bands], voiced."""

    envelope: np.ndarray
    aperiodicity: np.ndarray
    voiced: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """Targets by phone, units by pair of phones."""

    targets: dict[str, Target]
    units: dict[tuple[str, str], Unit]

    def unit(self, left: str, right: str) -> Unit:
        """The unit of a pair; for one never spoken, a glide of two vowels, else halves of the nearest two that were."""
        if (left, right) not in self.units or (left == right and is_vowel(left)):
            glides = is_vowel(left) and is_vowel(right)
            self.units[left, right] = self._glide(left, right) if glides else self._substitute(left, right)
        return self.units[left, right]

    def _glide(self, left: str, right: str) -> Unit:
        before, after = (_held(self.targets[label], GLIDE_FRAMES) for label in (left, right))
        half = 0.5 * (after.envelope[0] - before.envelope[0])
        return Unit(_bent(before, np.zeros_like(half), half), _bent(after, -half, np.zeros_like(half)))

    def _substitute(self, left: str, right: str) -> Unit:
        first = min((p for p in self.units if p[0] == left), key=lambda p: _unlike(p[1], right), default=None)
        second = min((p for p in self.units if p[1] == right), key=lambda p: _unlike(p[0], left), default=None)
        if first is None or second is None:
            return Unit(_held(self.targets[left]), _held(self.targets[right]))
        before, after = self.units[first].left, self.units[second].right
        middle = 0.5 * (before.envelope[-1] + after.envelope[0])
        return Unit(
            _bent(before, np.zeros_like(middle), middle - before.envelope[-1]),
            _bent(after, middle - after.envelope[0], np.zeros_like(middle)),
        )


def anchor_share(label: str) -> float:
    """Where in a phone its anchor lies, 0 to 1: early in diphthongs (the nucleus) and stops (the closure)."""
    if label in DIPHTHONGS:
        return 0.3
    if label in STOPS or label in AFFRICATES:
        return 0.25
    return 0.5


def build_inventory(sentences: Iterable[Sentence]) -> Inventory:
    """Targets and best units of a speaker."""
    material = list(sentences)
    targets = _targets(material)
    chosen: dict[tuple[str, str], tuple[float, Sentence, int]] = {}
    medians = _median_durations(material)
    for sentence in material:
        for index in range(len(sentence.segments) - 1):
            left, right = sentence.segments[index], sentence.segments[index + 1]
            cost = _cost(sentence, left, right, targets, medians)
            pair = (left.label, right.label)
            if cost < chosen.get(pair, (np.inf,))[0]:
                chosen[pair] = (cost, sentence, index)
    units = {pair: _cut(sentence, index, targets) for pair, (_, sentence, index) in chosen.items()}
    return Inventory(targets, units)


def measure_consonants(sentences: Iterable[Sentence]) -> ConsonantTable:
    """Median seconds of each consonant by place in the syllable, over the recordings."""
    onset: dict[str, list[float]] = defaultdict(list)
    cluster: dict[str, list[float]] = defaultdict(list)
    coda: dict[str, list[float]] = defaultdict(list)
    for sentence in sentences:
        labels = [SILENCE, *(s.label for s in sentence.segments), SILENCE]
        for index, segment in enumerate(sentence.segments, start=1):
            if segment.label == SILENCE or is_vowel(segment.label):
                continue
            before, after = is_vowel(labels[index - 1]), is_vowel(labels[index + 1])
            place = onset if after and (before or labels[index - 1] == SILENCE) else cluster if after else coda
            place[segment.label].append(segment.end_s - segment.start_s)
    return ConsonantTable(_medians(onset), _medians(cluster), _medians(coda))


def _medians(durations: dict[str, list[float]]) -> dict[str, float]:
    return {label: round(float(np.median(found)), 4) for label, found in sorted(durations.items())}


def _unlike(one: str, other: str) -> int:
    if one == other:
        return 0
    return 1 if PHONE_CLASS.get(one) == PHONE_CLASS.get(other) else 2


def _frame(time_s: float, count: int) -> int:
    return int(np.clip(round(time_s / FRAME_S), 0, count - 1))


def _anchor_frame(segment: Segment, count: int) -> int:
    return _frame(segment.start_s + anchor_share(segment.label) * (segment.end_s - segment.start_s), count)


def _median_durations(material: list[Sentence]) -> dict[str, float]:
    durations: dict[str, list[float]] = defaultdict(list)
    for sentence in material:
        for segment in sentence.segments:
            durations[segment.label].append(segment.end_s - segment.start_s)
    return {label: float(np.median(values)) for label, values in durations.items()}


def _targets(material: list[Sentence]) -> dict[str, Target]:
    """Median over the longer half of each phone's recordings: those are spoken with care."""
    medians = _median_durations(material)
    rows: dict[str, list[tuple[np.ndarray, np.ndarray, bool]]] = defaultdict(list)
    for sentence in material:
        analysis = sentence.analysis
        for segment in sentence.segments:
            if segment.end_s - segment.start_s < medians[segment.label]:
                continue
            at = _anchor_frame(segment, len(analysis.f0))
            voiced = bool(analysis.f0[at] > 0)
            if is_vowel(segment.label) and not voiced:
                continue
            rows[segment.label].append((analysis.envelope[at], analysis.aperiodicity[at], voiced))
    return {label: _target(found) for label, found in rows.items()}


def _target(rows: list[tuple[np.ndarray, np.ndarray, bool]]) -> Target:
    envelopes, aperiodicities, voiced = zip(*rows, strict=True)
    return Target(np.median(envelopes, axis=0), np.median(aperiodicities, axis=0), bool(np.mean(voiced) > 0.5))


def _cost(
    sentence: Sentence, left: Segment, right: Segment, targets: dict[str, Target], medians: dict[str, float]
) -> float:
    """Distance from both targets, dearer for hurried phones and for vowels that lose their voice."""
    count = len(sentence.analysis.f0)
    total = 0.0
    for segment in (left, right):
        if segment.label not in targets:
            return float("inf")
        at = _anchor_frame(segment, count)
        away = sentence.analysis.envelope[at] - targets[segment.label].envelope
        total += float(np.sqrt(np.mean(away[1:MATCHED_COEFFICIENTS] ** 2)) + 0.15 * abs(away[0]) / MATCHED_COEFFICIENTS)
        pace = (segment.end_s - segment.start_s) / medians[segment.label]
        total += 0.25 * abs(np.log(max(pace, 0.1))) if segment.label != SILENCE else 0.0
        if bool(sentence.analysis.f0[at] > 0) != targets[segment.label].voiced:
            total += 1.0
    return total


def _cut(sentence: Sentence, index: int, targets: dict[str, Target]) -> Unit:
    left, right = sentence.segments[index], sentence.segments[index + 1]
    count = len(sentence.analysis.f0)
    start, end = _anchor_frame(left, count), _anchor_frame(right, count)
    boundary = max(start + 1, min(_frame(left.end_s, count), end))
    start, end = max(start, boundary - LONGEST_HALF), min(max(end, boundary), boundary + LONGEST_HALF)
    away_left = targets[left.label].envelope - sentence.analysis.envelope[start]
    away_right = targets[right.label].envelope - sentence.analysis.envelope[end]
    middle = np.zeros_like(away_left)
    share = _weight_of_right(left.label, right.label, (boundary - start) / (end + 1 - start))
    middle[0] = (1 - share) * away_left[0] + share * away_right[0]  # loudness is corrected all along
    loudest = max(targets[left.label].envelope[0], targets[right.label].envelope[0])
    return Unit(
        _calmed(_bent(_half(sentence, start, boundary), away_left, middle), loudest),
        _calmed(_bent(_half(sentence, boundary, end + 1), middle, away_right), loudest),
    )


def _calmed(half: Half, loudest: float) -> Half:
    """What rises far above both targets is pressed down: speakers stress, and a song stresses by its notes."""
    limit = loudest + KNEE
    envelope = half.envelope.copy()
    envelope[:, 0] = np.minimum(envelope[:, 0], limit + PRESSED * (envelope[:, 0] - limit))
    return Half(envelope, half.aperiodicity, half.voiced)


def _weight_of_right(left: str, right: str, share: float) -> float:
    """Whose loudness counts at a boundary: that of the one that sings; how soft a closure was says nothing of it."""
    sings = [is_vowel(label) or PHONE_CLASS.get(label) in _SONORANT for label in (left, right)]
    return share if sings[0] == sings[1] else float(sings[1])


def _half(sentence: Sentence, start: int, end: int) -> Half:
    analysis = sentence.analysis
    return Half(analysis.envelope[start:end], analysis.aperiodicity[start:end], analysis.f0[start:end] > 0)


def _bent(half: Half, at_start: np.ndarray, at_end: np.ndarray) -> Half:
    """Add `at_start` fading to `at_end` to the envelope."""
    share = np.linspace(0, 1, len(half.voiced))[:, None]
    return Half(half.envelope + (1 - share) * at_start + share * at_end, half.aperiodicity, half.voiced)


def _held(target: Target, frames: int = 6) -> Half:
    return Half(
        np.repeat(target.envelope[None], frames, 0),
        np.repeat(target.aperiodicity[None], frames, 0),
        np.full(frames, target.voiced),
    )
