"""What DawDreamer's playback-warp processor needs to put every moment of a sound where it belongs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import FloatArray

WARP_OPTIONS = 0x20000001
"""Rubber Band in real time with its finer engine (R3): rounder vowels, sharper consonants, three times the work."""

# Measured: a moment of the sound comes out as if everything happened this many samples earlier in the sound and
# later in the result, at 44.1 and 48 kHz; its windows are powers of two.  With no stretching the two cancel.
_AHEAD = 2170
_LEAD_S = 0.5
"""Silence before the sound, in which the stretcher finds its feet."""


@dataclass(frozen=True, slots=True)
class WarpPlan:
    """`sound` with silence around it; `markers` [N, 2]: seconds in it, and seconds at which they are to be heard.

    The result begins `lead` samples into what the processor gives.
    """

    sound: FloatArray
    markers: NDArray[np.float64]
    lead: int


def warp_plan(sound: FloatArray, markers: Sequence[Sequence[float]], sample_rate: int) -> WarpPlan:
    """`markers`: (second in `sound`, second in the result), from (0, 0) on, both rising; straight lines between."""
    lead = round(_LEAD_S * sample_rate)
    padded = np.pad(sound, ((0, 0), (lead, lead)))
    lead_s, ahead_s = lead / sample_rate, _ahead(sample_rate) / sample_rate
    inner = np.asarray(markers, np.float64) + lead_s
    # Before and behind the sound, silence passes as fast as it is.
    table = np.vstack(([0.0, 0.0], inner, inner[-1] + 2 * lead_s))
    # What is to be heard at w(u) is asked for as w(u + ahead) - ahead.
    asked = np.unique(np.concatenate(([0.0], table[:, 0] - ahead_s, [padded.shape[1] / sample_rate])))
    asked = asked[(asked >= 0.0) & (asked <= padded.shape[1] / sample_rate)]
    heard = np.interp(asked + ahead_s, table[:, 0], table[:, 1]) - ahead_s
    return WarpPlan(padded, np.column_stack((asked, heard)), lead)


def _ahead(sample_rate: int) -> float:
    return _AHEAD * 2.0 ** round(math.log2(sample_rate / 48000))
