"""Where each phone lies in a recording of known words.

PocketSphinx aligns offline: its acoustic model and dictionary come in the wheel.  It answers in
10 ms frames.  A second pass (`set_alignment`) gives phones inside the words of the first.
It loses its way in a few sentences (background noise, a misread word); those are skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pocketsphinx
import soundfile as sf
import soxr

ALIGNER_RATE = 16000
ALIGNER_FRAME_S = 0.01
SILENCES = frozenset({"SIL", "+SPN+", "+NSN+", "(NULL)"})
_ALTERNATE = re.compile(r"\(\d+\)$")


@dataclass(frozen=True, slots=True)
class Segment:
    """One phone as spoken: `label` in ARPAbet without stress, "SP" for silence; times in seconds."""

    label: str
    start_s: float
    end_s: float
    word: str = ""


def words_of(text: str) -> list[str]:
    """The words of a sentence, lower case, apostrophes kept inside words."""
    plain = text.lower().replace("’", "'").replace("-", " ").replace("—", " ")
    return [w.strip("'") for w in re.findall(r"[a-z']+", plain) if w.strip("'")]


class Aligner:
    """English forced alignment; one instance serves many files, in one thread."""

    def __init__(self, pronounce: dict[str, list[str]] | None = None) -> None:
        self._decoder = pocketsphinx.Decoder(samprate=ALIGNER_RATE, loglevel="FATAL", lm=None)
        self._pronounce = pronounce or {}

    def align(self, samples: np.ndarray, sample_rate: int, text: str) -> list[Segment]:
        """Phones of `text` in `samples` (float [T]).  Empty when the aligner fails."""
        words = words_of(text)
        if not words or not all(self._knows(w) for w in words):
            return []
        mono = soxr.resample(samples, sample_rate, ALIGNER_RATE)
        pcm = (np.clip(mono, -1, 1) * 32767).astype("<i2").tobytes()
        try:
            self._decoder.set_align_text(" ".join(words))
            self._decode(pcm)
            self._decoder.set_alignment()
            self._decode(pcm)
            return _segments(self._decoder.get_alignment())
        except (RuntimeError, TypeError, AttributeError):
            return []

    def _decode(self, pcm: bytes) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, no_search=False, full_utt=True)
        self._decoder.end_utt()

    def _knows(self, word: str) -> bool:
        if self._decoder.lookup_word(word):
            return True
        phones = self._pronounce.get(word)
        if not phones:
            return False
        self._decoder.add_word(word, " ".join(phones), True)
        return True


def _segments(alignment: object) -> list[Segment]:
    if alignment is None:
        return []
    found: list[Segment] = []
    for word in alignment:  # type: ignore[attr-defined]
        name = _ALTERNATE.sub("", word.name)
        for phone in word:
            start = phone.start * ALIGNER_FRAME_S
            label = "SP" if phone.name in SILENCES else phone.name
            found.append(Segment(label, start, start + phone.duration * ALIGNER_FRAME_S, name))
    return found


def read_mono(path: Path) -> tuple[np.ndarray, int]:
    """Samples float64 [T] and their rate."""
    samples, rate = sf.read(path, dtype="float64", always_2d=True)
    return samples.mean(axis=1), rate
