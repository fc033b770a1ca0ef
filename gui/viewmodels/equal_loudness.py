"""Equal loudness for comparing by ear: the louder of two always seems the better."""

from __future__ import annotations

from collections.abc import Iterable

MOST_DB = 24.0
"""A sound with hardly anything in it does not make the others inaudible."""


def turned_down_db(own_lufs: float, others_lufs: Iterable[float]) -> float:
    """Gain in dB that makes a sound as loud as the softest of the others; never above 0."""
    softest = min(others_lufs, default=own_lufs)
    return max(-MOST_DB, min(0.0, softest - own_lufs))
