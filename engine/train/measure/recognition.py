"""How well the words come through: PocketSphinx writes down phones, they are compared with those sung.

The recogniser was made for speech and errs a lot on singing, so only differences mean something: voice
against teacher, singing against speech.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.errors import MelismaError
from engine.singing.timing import BREATH, SILENCE

RECOGNISER_RATE = 16_000
LANGUAGE_WEIGHT = 2.0
BEAM = 1e-20
_NO_PHONES = frozenset({SILENCE, BREATH, "SIL", "(NULL)"})


@dataclass(frozen=True, slots=True)
class PhoneErrors:
    """`rate`: substitutions, insertions and deletions per phone of the reference."""

    rate: float
    phones: int


class Recogniser:
    """Phone recognition with PocketSphinx's own English models; one instance, one thread."""

    def __init__(self) -> None:
        import pocketsphinx

        found = sorted(Path(pocketsphinx.get_model_path()).rglob("en-us-phone.lm.bin"))
        if not found:
            raise MelismaError("PocketSphinx came without its phone model.", "Install the train extra again.")
        self._decoder = pocketsphinx.Decoder(
            allphone=str(found[0]),
            lm=None,
            lw=LANGUAGE_WEIGHT,
            beam=BEAM,
            pbeam=BEAM,
            samprate=RECOGNISER_RATE,
            loglevel="FATAL",
        )

    def phones(self, samples: NDArray[np.floating], sample_rate: int) -> list[str]:
        """ARPAbet phones heard in samples [N]."""
        mono = soxr.resample(samples, sample_rate, RECOGNISER_RATE)
        pcm = (np.clip(mono, -1, 1) * 32767).astype("<i2").tobytes()
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, no_search=False, full_utt=True)
        self._decoder.end_utt()
        return spoken(segment.word for segment in self._decoder.seg())


def spoken(labels: Iterable[str]) -> list[str]:
    """Labels without silences, breaths and noises (`+SPN+`)."""
    return [label for label in labels if label not in _NO_PHONES and not label.startswith("+")]


def edits(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance."""
    row = list(range(len(heard) + 1))
    for count, label in enumerate(wanted, start=1):
        diagonal, row[0] = row[0], count
        for index, other in enumerate(heard, start=1):
            cost = min(row[index] + 1, row[index - 1] + 1, diagonal + (label != other))
            diagonal, row[index] = row[index], cost
    return row[-1]


def phone_errors(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> PhoneErrors:
    """Error rate over (wanted, heard) pairs, every wanted phone alike."""
    wrong = total = 0
    for wanted, heard in pairs:
        wrong += edits(wanted, heard)
        total += len(wanted)
    return PhoneErrors(wrong / max(total, 1), total)
