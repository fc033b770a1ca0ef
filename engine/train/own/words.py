"""Which phone sounds when in a recording whose words lie beside it.

English goes to PocketSphinx as it is; other languages are heard through English phones first, and where there are
enough pieces, models trained on them find better boundaries (engine.train.corpus.align_trained).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.phonemize import phonemizer
from engine.phonemize.phones import BREATH, EVERY_PHONE, SILENCE
from engine.score import read_score
from engine.train.corpus.align import Aligner, Segment
from engine.train.corpus.align_trained import EnglishEar, Utterance, features, train_aligner, without_short_pauses
from engine.train.own.recordings import SAMPLE_RATE

LONGEST_S = 600.0
"""Of one recording with words: beyond it the aligner loses its way and its memory grows."""
ENOUGH_PIECES = 12
_RESTS = frozenset({"pau", "sil", "sp", "rest", "#", ""})
_BREATHS = frozenset({"br", "ap", "breath"})
_BETWEEN_WORDS = re.compile(r"[\s,.;:!?\"“”„()\[\]…–—/|]+")
_HTK_UNITS = 1e7
_SCORES = frozenset({".mid", ".midi", ".musicxml", ".mxl"})


class WordFinder:
    """Aligns recordings of one language; opens its aligner when first asked."""

    def __init__(self, language: str) -> None:
        self._language = language.split("-", maxsplit=1)[0]
        self._speak = phonemizer(language)
        self._pronounce: dict[str, list[str]] = {}

    def find(self, words: Path, samples: NDArray[np.float32]) -> list[Segment]:
        """Phones of the words in `words` in samples [N] at 48 kHz; empty where they cannot be found.

        Raises `InputError` when the file cannot be read as what its suffix says.
        """
        if words.suffix.lower() == ".lab":
            return read_labels(words)
        if len(samples) > LONGEST_S * SAMPLE_RATE:
            return []
        spoken = [(word, self._phones(word)) for word in text_words(words)]
        known = [(word, phones) for word, phones in spoken if phones]
        if not known:
            return []
        if self._language == "en":
            return self._english(known, samples)
        return self._ear.align(np.asarray(samples, np.float64), known)

    def refine(
        self, cuts: Mapping[str, tuple[NDArray[np.float64], list[Segment]]], go_on: Callable[[], object]
    ) -> dict[str, list[Segment]]:
        """Better boundaries for pieces (samples at 48 kHz and their segments), by name.

        `go_on` is called now and then, and may raise."""
        if self._language == "en" or len(cuts) < ENOUGH_PIECES:
            return {name: segments for name, (_, segments) in cuts.items()}
        utterances = [Utterance(name, features(x), _runs_of_words(segments)) for name, (x, segments) in cuts.items()]
        found, _ = train_aligner(utterances, {name: found for name, (_, found) in cuts.items()}, go_on=go_on)
        return {name: list(without_short_pauses(segments)) for name, segments in found.items()}

    @cached_property
    def _aligner(self) -> Aligner:
        return Aligner(self._pronounce)

    @cached_property
    def _ear(self) -> EnglishEar:
        return EnglishEar()

    def _phones(self, word: str) -> tuple[str, ...]:
        return self._speak.phonemize_word(word).phones

    def _english(self, words: Sequence[tuple[str, tuple[str, ...]]], samples: NDArray[np.float32]) -> list[Segment]:
        self._pronounce.update({word: list(phones) for word, phones in words})
        return self._aligner.align(np.asarray(samples, np.float64), SAMPLE_RATE, " ".join(word for word, _ in words))


def text_words(path: Path) -> list[str]:
    """The words of a text or a score, lower case."""
    if path.suffix.lower() in _SCORES:
        text = _sung_text(path)
    else:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path} cannot be read as text ({error}).", "Save it as UTF-8.") from error
    spoken = text.lower().replace("’", "'").replace("-", " ")
    return [word for word in (w.strip("'") for w in _BETWEEN_WORDS.split(spoken)) if word]


def _sung_text(path: Path) -> str:
    try:
        score = read_score(path)
    except InputError as error:
        hint = f"{error.hint} Or put the words into a .txt instead."
        raise InputError(f"{path} cannot be read: {error.message}", hint) from error
    return "".join(note.lyric + " " * note.ends_word for note in score.notes if not note.holds)


def read_labels(path: Path) -> list[Segment]:
    """A label file: lines of start, end (in 100 ns or in seconds) and a phone in this program's or lower-case names.

    Raises `InputError` for anything else.
    """
    segments = []
    try:
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            if line.strip():
                start, end, label = line.split()[:3]
                unit = 1.0 if "." in start + end else _HTK_UNITS
                segments.append(Segment(_label(label), _time(start) / unit, _time(end) / unit))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        hint = "Write `start end phone` lines, or take the file away and put the words into a .txt."
        raise InputError(f"{path} is no label file this program knows ({error}).", hint) from error
    if any(s.end_s <= s.start_s for s in segments) or segments != sorted(segments, key=lambda s: s.start_s):
        raise InputError(f"The times in {path} do not follow each other.", "Mend or remove it.")
    return segments


def within(segments: Sequence[Segment], start_s: float, end_s: float) -> list[Segment]:
    """Segments between two times, told from the first, silence where there is none; empty when nothing is said."""
    found: list[Segment] = []
    at = 0.0
    for segment in segments:
        first, last = max(segment.start_s, start_s) - start_s, min(segment.end_s, end_s) - start_s
        if last - first < 0.005:
            continue
        if first > at + 1e-6:
            found.append(Segment(SILENCE, at, first))
        found.append(Segment(segment.label, max(first, at), last, segment.word))
        at = last
    if not any(s.label not in (SILENCE, BREATH) for s in found):
        return []
    length = end_s - start_s
    return [*found, Segment(SILENCE, at, length)] if at < length - 1e-6 else found


def _time(told: str) -> float:
    found = float(told)
    if not 0 <= found < math.inf:
        raise ValueError(f"{told} is no time")
    return found


def _label(label: str) -> str:
    if label.lower() in _RESTS:
        return SILENCE
    if label.lower() in _BREATHS:
        return BREATH
    if label.upper() not in EVERY_PHONE:
        raise ValueError(f"{label} is no phone")
    return label.upper()


def _runs_of_words(segments: Sequence[Segment]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is said between silences, each as one word: silences are asked for where the first cut found some."""
    runs = groupby((s for s in segments if s.label != BREATH), key=lambda s: s.label == SILENCE)
    return tuple((str(i), tuple(s.label for s in run)) for i, (silent, run) in enumerate(runs) if not silent)
