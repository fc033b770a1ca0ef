"""Who sings each frame: one speaker of a package, or several blended, also over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError
from engine.models.registry import speaker_numbers
from engine.score import BLEND, Curve

__all__ = ["speaker_number", "speaker_numbers", "speaker_shares"]

Floats = NDArray[np.float32]
_SLACK = 1e-3
"""Shares are written with a few digits: three times 0.333 and one of 0.001 too much are a whole."""


def speaker_number(settings: Mapping[str, Any], speaker: str | int) -> int:
    """The number of a speaker by name (letters' case does not count) or number.  Raises `InputError`."""
    numbers = speaker_numbers(settings)
    if isinstance(speaker, int):
        if not 0 <= speaker < _count(settings):
            raise InputError(f"There is no speaker number {speaker} in this voice.", f"It has {_count(settings)}.")
        return speaker
    by_name = {name.casefold(): number for name, number in numbers.items()}
    if speaker.casefold() not in by_name:
        known = f"It has: {', '.join(numbers)}." if numbers else "It is one voice: there is nobody to choose."
        raise InputError(f"There is no speaker called {speaker} in this voice.", known)
    return by_name[speaker.casefold()]


def speaker_shares(
    curves: Mapping[str, Curve],
    times_quarters: NDArray[np.floating[Any]],
    blend: Iterable[tuple[str, float]],
    settings: Mapping[str, Any],
    speaker: str | int = 0,
) -> Floats:
    """Every speaker's share at `times_quarters` [T]: float32 [T, speakers], each row sums to 1.

    `curves`: those named `blend:NAME` count, in quarters as `times_quarters`.  `blend`: (name, share 0 to 1) all
    along; both of one name add up.  What they leave is `speaker`'s.  `settings`: the voice's.

    Raises `InputError` for a speaker that the voice lacks, a share outside 0 to 1, and shares of more than a whole.
    """
    shares = np.zeros((len(times_quarters), _count(settings)), np.float64)
    names = []
    for name, share in blend:
        if not 0 <= share <= 1:
            raise InputError(f"The share of {name} cannot be {share:g}.", "Keep it within 0 to 1.")
        shares[:, speaker_number(settings, name)] += share
        names.append(name)
    for knob, curve in curves.items():
        if knob.startswith(BLEND):
            name = knob.removeprefix(BLEND)
            values = curve.at(times_quarters)
            if len(values) and not (values.min() >= 0 and values.max() <= 1):
                raise InputError(f"The curve {knob} leaves the range of a share.", "Keep it within 0 to 1.")
            shares[:, speaker_number(settings, name)] += values
            names.append(name)
    whole = shares.sum(axis=1)
    if len(whole) and whole.max() > 1 + _SLACK:
        most = int(whole.argmax())
        what = f"At quarter {times_quarters[most]:.4g} the blended shares add up to {whole[most]:.3g}."
        raise InputError(what, f"Lower {' or '.join(dict.fromkeys(names))}: together they are 1 at most.")
    shares /= np.maximum(whole, 1.0)[:, None]
    shares[:, speaker_number(settings, speaker)] += 1.0 - np.minimum(whole, 1.0)
    return shares.astype(np.float32)


def _count(settings: Mapping[str, Any]) -> int:
    several = settings.get("voices")
    return int(several["num_speakers"]) if several else 1
