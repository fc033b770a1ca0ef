"""How well the words come through: distortion against the teacher, and phones that a recogniser hears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.train.measure.cepstra import Distortion, distances, distortion, envelopes
from engine.train.measure.material import plain_sentences
from engine.train.measure.progress import Report
from engine.train.measure.recognition import PhoneErrors, Recogniser, phone_errors, spoken
from engine.train.measure.takes import Take

_SOUNDS: dict[str, Callable[[Take], NDArray[np.float32]]] = {
    "voice": lambda take: take.voice,
    "mean": lambda take: take.mean,
    "codec": lambda take: take.copy,
    "teacher": lambda take: take.teacher,
}


def distortions(takes: Sequence[Take], sample_rate: int, report: Report) -> dict[str, Distortion]:
    """Of the whole system ("voice"), the prior's mean ("mean") and the codec alone ("codec"), from the teacher."""
    names = ("voice", "mean", "codec")
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in names}
    for number, take in enumerate(takes):
        report("Comparing timbre", number, len(takes))
        f0 = take.phrase.f0
        reference = envelopes(take.teacher, f0, sample_rate)
        for name in names:
            found[name].append(distances(reference, envelopes(_SOUNDS[name](take), f0, sample_rate)))
    return {name: distortion(parts) for name, parts in found.items()}


def phone_error_rates(
    takes: Sequence[Take], sample_rate: int, data: Path, work: Path, report: Report
) -> dict[str, PhoneErrors]:
    """Of the voice, the teacher, the teacher through the codec, and plain sentences ("speech")."""
    names, recogniser = ("voice", "teacher", "codec"), Recogniser()
    pairs: dict[str, list[tuple[list[str], list[str]]]] = {name: [] for name in (*names, "speech")}
    for number, take in enumerate(takes):
        report("Recognising phones", number, len(takes))
        sung = spoken(p.label for p in take.phrase.phones)
        for name in names:
            pairs[name].append((sung, recogniser.phones(_SOUNDS[name](take), sample_rate)))
    report("Recognising plain speech", 0, 1)
    for sentence, samples, rate in plain_sentences(data, work, report):
        pairs["speech"].append((spoken(s.label for s in sentence.segments), recogniser.phones(samples, rate)))
    return {name: phone_errors(entries) for name, entries in pairs.items()}
