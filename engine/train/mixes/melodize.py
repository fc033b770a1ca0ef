"""Speech to song: a speaker's syllables put on notes with WORLD.

A recording is cut into syllables at the dips of its loudness.  Each syllable sings one note: what comes before
and after its vowel keeps its pace, the vowel is held, the pitch is the melody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pyworld

from engine.singing.pitch import PitchStyle, f0_curve
from engine.singing.timing import SungNote
from engine.train.mixes.effects import smoothed
from engine.train.mixes.writing import SAMPLE_RATE

FRAME_S = 0.005
FFT_SIZE = 2048
BIN_HZ = SAMPLE_RATE / FFT_SIZE
PHRASE_REST_S = 0.25
"""A rest longer than this ends a phrase."""
PAD_S = 0.35
"""Room around a phrase for the first consonant and the last."""
MAX_BEFORE_S, MAX_AFTER_S = 0.22, 0.25
"""A syllable reaches no further from its loudest frame."""
QUIETEST_DB, DIP_DB = 26.0, 1.5
"""A syllable is at most so far below the loudest, and at least so far above the dips around it."""
LEVELLED = 0.65
"""How far syllables are brought to one loudness."""
MAX_STOLEN = 0.45
"""Largest share of a note that the next syllable's consonants take."""


@dataclass(frozen=True, slots=True)
class Syllable:
    """Frames of a source: from `start` until `end`, the vowel from `vowel` until `coda`; `level_db` at the peak."""

    start: int
    vowel: int
    coda: int
    end: int
    level_db: float


@dataclass(frozen=True, slots=True)
class Source:
    """A recording by WORLD, a frame every `FRAME_S`: f0 [T] in Hz (0: unvoiced), natural logarithm of the power
    `envelope` [T, 1025], `aperiodicity` [T, bands] in dB, and its syllables in time order."""

    f0: np.ndarray
    envelope: np.ndarray
    aperiodicity: np.ndarray
    syllables: tuple[Syllable, ...]

    @property
    def median_hz(self) -> float:
        """Of the voiced frames; 0 where there are none."""
        voiced = self.f0[self.f0 > 0]
        return float(np.median(voiced)) if len(voiced) else 0.0


@dataclass(frozen=True, slots=True)
class Singer:
    """How a source is sung: `style` of the pitch, `formants` above 1 make the voice smaller, `breath_db` is added
    to the aperiodicity of voiced frames."""

    style: PitchStyle
    formants: float = 1.0
    breath_db: float = 0.0


def analyse_source(samples: np.ndarray, floor_hz: float = 70.0, ceiling_hz: float = 600.0) -> Source:
    """WORLD's parameters of mono `samples` (float [N]) at the songs' rate."""
    samples = np.ascontiguousarray(samples, np.float64)
    period_ms = 1000 * FRAME_S
    rough, times = pyworld.dio(samples, SAMPLE_RATE, floor_hz, ceiling_hz, frame_period=period_ms)
    f0 = pyworld.stonemask(samples, rough, times, SAMPLE_RATE)
    spectrum = pyworld.cheaptrick(samples, f0, times, SAMPLE_RATE, fft_size=FFT_SIZE)
    aperiodicity = pyworld.d4c(samples, f0, times, SAMPLE_RATE, fft_size=FFT_SIZE)
    envelope = np.log(np.maximum(spectrum, 1e-14)).astype(np.float32)
    coded = pyworld.code_aperiodicity(aperiodicity, SAMPLE_RATE).astype(np.float32)
    return Source(f0, envelope, coded, find_syllables(f0, envelope))


def find_syllables(f0: np.ndarray, envelope: np.ndarray) -> tuple[Syllable, ...]:
    """Voiced peaks of the loudness between 300 and 3500 Hz, parted at the dips between them."""
    band = envelope[:, round(300 / BIN_HZ) : round(3500 / BIN_HZ)]
    loud = smoothed(10 * np.log10(np.exp(band.astype(np.float64)).mean(axis=1) + 1e-14), 4.0)
    peaks = [p for p in _peaks(loud, loud.max() - QUIETEST_DB) if (f0[max(0, p - 2) : p + 3] > 0).all()]
    if not peaks:
        return ()
    found = []
    dips = [p + int(np.argmin(loud[p:q])) for p, q in pairwise(peaks)]
    for peak, before, after in zip(peaks, [0, *dips], [*dips, len(f0)], strict=True):
        start = max(before, peak - round(MAX_BEFORE_S / FRAME_S))
        end = min(after, peak + round(MAX_AFTER_S / FRAME_S))
        held = (loud[start:end] > loud[peak] - 5) & (f0[start:end] > 0)
        vowel = coda = peak - start
        while vowel > 0 and held[vowel - 1]:
            vowel -= 1
        while coda < len(held) and held[coda]:
            coda += 1
        if coda - vowel >= 6:
            found.append(Syllable(start, start + vowel, start + coda, end, float(loud[peak])))
    return tuple(found)


def _peaks(curve: np.ndarray, lowest: float) -> list[int]:
    """Indices of the peaks above `lowest` that are parted from each other by a dip of `DIP_DB` at least."""
    inner = np.flatnonzero((curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:])) + 1
    kept: list[int] = []
    for peak in inner[curve[inner] > lowest].tolist():
        if kept:
            dip = float(curve[kept[-1] : peak].min())
            if min(curve[kept[-1]], curve[peak]) - dip < DIP_DB:
                if curve[peak] > curve[kept[-1]]:
                    kept[-1] = peak
                continue
        kept.append(peak)
    return kept


def joined(sources: Sequence[Source]) -> Source:
    """One source out of several, end to end."""
    offsets = np.cumsum([0, *(len(s.f0) for s in sources)])
    return Source(
        np.concatenate([s.f0 for s in sources]),
        np.concatenate([s.envelope for s in sources]),
        np.concatenate([s.aperiodicity for s in sources]),
        tuple(
            Syllable(y.start + at, y.vowel + at, y.coda + at, y.end + at, y.level_db)
            for s, at in zip(sources, offsets.tolist(), strict=False)
            for y in s.syllables
        ),
    )


def phrases_of(notes: Sequence[SungNote]) -> list[list[SungNote]]:
    """Runs of notes without a rest between them."""
    runs: list[list[SungNote]] = []
    for note in notes:
        if not runs or note.start_s - runs[-1][-1].end_s > PHRASE_REST_S:
            runs.append([])
        runs[-1].append(note)
    return runs


def sing_phrase(
    source: Source, first: int, notes: Sequence[SungNote], singer: Singer, seed: int
) -> tuple[np.ndarray, float, int]:
    """(samples float64 [N], their start in seconds, the next syllable's index) of one phrase.

    Syllables are taken in order from `first` on, around the end to the beginning.  Notes without phones hold the
    vowel of the one before.
    """
    rng = np.random.default_rng([seed, 1])
    start_s = notes[0].start_s - PAD_S
    times = start_s + FRAME_S * np.arange(round((notes[-1].end_s - start_s + PAD_S) / FRAME_S))
    sung = _sung_spans(notes)
    chosen = [source.syllables[(first + i) % len(source.syllables)] for i in range(len(sung))]
    positions, gains_db = _positions(chosen, sung, times, rng)
    envelope = _taken(source.envelope, positions)
    envelope += (gains_db / (10 * np.log10(np.e)))[:, None].astype(np.float32)
    aperiodicity = np.minimum(_taken(source.aperiodicity, positions) + singer.breath_db, 0.0)
    voiced = source.f0[np.round(positions).astype(int)] > 0
    f0 = np.where(voiced, f0_curve(notes, times, singer.style, seed), 0.0)
    return _synthesise(f0, _warped(envelope, singer.formants), aperiodicity), start_s, first + len(chosen)


def _sung_spans(notes: Sequence[SungNote]) -> list[tuple[float, float]]:
    """(start, end) in seconds of every syllable: held notes lengthen the one before."""
    spans: list[tuple[float, float]] = []
    for note in notes:
        if note.phones or not spans:
            spans.append((note.start_s, note.end_s))
        else:
            spans[-1] = (spans[-1][0], note.end_s)
    return spans


def _positions(
    chosen: Sequence[Syllable], spans: Sequence[tuple[float, float]], times: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(source frame [T], gain in dB [T]) at `times`: the vowel begins on the note, consonants come before it."""
    target_db = float(np.median([s.level_db for s in chosen]))
    knots: list[tuple[float, float]] = []
    gains: list[tuple[float, float]] = []
    for index, (syllable, (start, end)) in enumerate(zip(chosen, spans, strict=True)):
        room = 0.6 * (end - start)
        onset = FRAME_S * (syllable.vowel - syllable.start)
        before = knots[-1][0] if knots else start - MAX_BEFORE_S
        onset = min(onset, max(start - before, 0.01))
        following = spans[index + 1][0] if index + 1 < len(spans) else end + MAX_AFTER_S
        next_onset = 0.0
        if index + 1 < len(spans):
            after = chosen[index + 1]
            next_onset = min(FRAME_S * (after.vowel - after.start), MAX_STOLEN * (end - start) + following - end)
        stop = min(following - next_onset, end + MAX_AFTER_S)
        coda = min(FRAME_S * (syllable.end - syllable.coda), room)
        knots += [
            (start - onset, syllable.start),
            (start, syllable.vowel),
            (max(stop - coda, start + 0.01), syllable.coda - 1),
            (max(stop - 0.001, start + 0.02), syllable.end - 1),
        ]
        gain = LEVELLED * (target_db - syllable.level_db) + rng.normal(0, 1.0)
        gains += [(start, gain), (max(stop - coda, start + 0.01), gain)]
    at, frames = np.array(knots).T
    positions = np.interp(times, np.maximum.accumulate(at), frames)
    wander = smoothed(rng.standard_normal(len(times)), 10.0) * 8.0
    slow = np.abs(np.gradient(positions)) < 0.5
    low, high = min(s.start for s in chosen), max(s.end for s in chosen) - 1
    positions = np.clip(positions + np.where(slow, wander, 0.0), low, high)
    edges = np.interp(times, [at[0] - 0.02, at[0] + 0.01, at[-1] - 0.06, at[-1] + 0.02], [-90, 0, 0, -90])
    return positions, np.interp(times, *np.array(gains).T) + edges


def _taken(track: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Rows of `track` [T, K] at fractional positions."""
    below = np.clip(np.floor(positions).astype(int), 0, len(track) - 2)
    share = (positions - below)[:, None].astype(np.float32)
    return track[below] * (1 - share) + track[below + 1] * share


def _warped(envelope: np.ndarray, factor: float) -> np.ndarray:
    """The envelope [T, bins] with its formants `factor` times as high."""
    if factor == 1.0:
        return envelope
    bins = np.minimum(np.arange(envelope.shape[1]) / factor, envelope.shape[1] - 1.001)
    below = bins.astype(int)
    share = (bins - below).astype(np.float32)
    return envelope[:, below] * (1 - share) + envelope[:, below + 1] * share


def _synthesise(f0: np.ndarray, envelope: np.ndarray, aperiodicity: np.ndarray) -> np.ndarray:
    decoded = pyworld.decode_aperiodicity(np.ascontiguousarray(aperiodicity, np.float64), SAMPLE_RATE, FFT_SIZE)
    spectrum = np.exp(np.ascontiguousarray(envelope, np.float64))
    return pyworld.synthesize(np.ascontiguousarray(f0, np.float64), spectrum, decoded, SAMPLE_RATE, 1000 * FRAME_S)


def extended(source: Source, envelope: np.ndarray, aperiodicity: np.ndarray) -> Source:
    """The source with another envelope and aperiodicity."""
    return replace(source, envelope=envelope, aperiodicity=aperiodicity)
