"""A piece of a recording with its phones as a sung phrase: notes are read off its pitch, one a syllable."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.phonemize.phones import accented, is_vowel
from engine.singing.timing import SungNote, TimedPhone
from engine.train.corpus.align import Segment
from engine.train.corpus.shards import Shard
from engine.train.corpus.singing import SungPhrase

TEMPO_BPM = 120.0
"""Nobody counted.  The networks hear tempi of 40 to 200; the middle says least."""
HOP_LENGTH = 256


def phrase_of(
    shard: Shard, segments: Sequence[Segment], own: Collection[str], language: int, subframes: int = 2
) -> SungPhrase:
    """`shard` cut to whole frames, with phones from 0 to its end, in sounds that the voice has (`own`).

    segments: without gaps, from 0, at least one vowel or consonant.
    """
    count = len(shard.f0) // subframes * subframes
    length_s = count * HOP_LENGTH / 48_000
    spans = _in_own_sounds(segments, own, length_s)
    notes, numbers = _notes(spans, shard.f0[:count], length_s)
    phones = tuple(
        TimedPhone(label, start, end, number) for (label, start, end), number in zip(spans, numbers, strict=True)
    )
    audio = shard.audio[: count * HOP_LENGTH]
    return SungPhrase(
        shard.name, 0, TEMPO_BPM, audio, shard.f0[:count], shard.gains[:count], phones, tuple(notes), language
    )


Span = tuple[str, float, float]


def _in_own_sounds(segments: Sequence[Segment], own: Collection[str], length_s: float) -> list[Span]:
    """A sound that the voice's table lacks becomes those that it has, in the same time."""
    spans: list[Span] = []
    for segment, said in zip(segments, accented([s.label for s in segments], own), strict=True):
        start, end = min(segment.start_s, length_s), min(segment.end_s, length_s)
        edges = np.linspace(start, end, len(said) + 1)
        spans += [(label, float(a), float(b)) for label, a, b in zip(said, edges, edges[1:], strict=False) if b > a]
    last = spans[-1]
    spans[-1] = (last[0], last[1], length_s)
    return spans


def _notes(spans: Sequence[Span], f0: NDArray[np.float32], length_s: float) -> tuple[list[SungNote], list[int]]:
    """Notes from vowel to vowel, and the note of every phone: consonants before a vowel belong to it."""
    vowels = [index for index, (label, _, _) in enumerate(spans) if is_vowel(label)] or [0]
    starts = [spans[index][1] for index in vowels]
    notes = []
    for index, start, end in zip(vowels, starts, [*starts[1:], length_s], strict=True):
        notes.append(SungNote(start, end, _key(f0, spans[index][1], spans[index][2])))
    numbers = [min(int(np.searchsorted(vowels, index)), len(vowels) - 1) for index in range(len(spans))]
    return notes, _closing(numbers, spans, vowels)


def _closing(numbers: list[int], spans: Sequence[Span], vowels: Sequence[int]) -> list[int]:
    """Consonants right after the last vowel before a silence close that vowel's syllable."""
    for number, vowel in enumerate(vowels):
        following = vowels[number + 1] if number + 1 < len(vowels) else len(spans)
        rest = next((i for i in range(vowel, following) if spans[i][0] in ("SP", "AP")), None)
        for index in range(vowel, rest if rest is not None else vowel):
            numbers[index] = number
    return numbers


def _key(f0: NDArray[np.float32], start_s: float, end_s: float) -> int:
    frames = 48_000 / HOP_LENGTH
    first = min(int(start_s * frames), len(f0) - 1)
    hz = float(np.median(f0[first : max(first + 1, int(end_s * frames))]))
    return int(np.clip(round(69 + 12 * np.log2(hz / 440)), 0, 127))
