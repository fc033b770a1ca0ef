"""Automation: points in quarters or seconds, and what they say for every sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from engine.audio import FloatArray
from engine.errors import InputError
from engine.score import TempoMap

Unit = Literal["quarters", "seconds"]


@dataclass(frozen=True, slots=True)
class Automation:
    """`points`: ((time, value), ...), times rising, straight lines between, held before and behind.

    `node` names a plugin or an effect, "" for whichever has `parameter`.  Times count in quarters or seconds from the
    start of the timeline (where the backing, or else the clip, begins).  Values are numbers, or texts that a plugin
    shows.
    """

    parameter: str
    points: tuple[tuple[float, str], ...]
    node: str = ""
    unit: Unit = "quarters"


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter that stands still."""

    parameter: str
    value: str
    node: str = ""


def parse_setting(text: str) -> Setting:
    """`Threshold=-20`, or `ZamComp:Threshold=-20` where two nodes have it.  Raises `InputError`."""
    name, equals, value = text.partition("=")
    node, parameter = _node_and_parameter(name)
    if not equals or not value.strip() or not parameter:
        raise InputError(f"{text!r} sets nothing.", "Write a parameter and its value, such as Threshold=-20.")
    return Setting(parameter, value.strip(), node)


def parse_automation(text: str) -> Automation:
    """`gain_db=0:-12, 4:0` in quarters, `=0s:-12, 2.5s:0` in seconds, `reverb:level_db=...`.  Raises `InputError`."""
    name, equals, rest = text.partition("=")
    node, parameter = _node_and_parameter(name)
    points = [point.strip().rpartition(":")[::2] for point in rest.split(",") if point.strip()]
    example = "Write times and values, such as gain_db=0:-12,4:0 (quarters) or gain_db=0s:-12,2.5s:0 (seconds)."
    if not equals or not parameter or not points or not all(time and value.strip() for time, value in points):
        raise InputError(f"{text!r} is no automation.", example)
    in_seconds = {time.strip().lower().endswith("s") for time, _ in points}
    if len(in_seconds) == 2:
        raise InputError(f"{text!r} has times in quarters and in seconds.", "Write all of them in one unit.")
    try:
        times = [float(time.strip().lower().removesuffix("s")) for time, _ in points]
    except ValueError as error:
        raise InputError(f"{text!r} has a time that is no number.", example) from error
    if not all(math.isfinite(time) for time in times) or any(b <= a for a, b in pairwise(times)):
        raise InputError(f"{text!r} has times that do not rise.", "Write the points in the order of time.")
    values = [value.strip() for _, value in points]
    return Automation(
        parameter, tuple(zip(times, values, strict=True)), node, "seconds" if True in in_seconds else "quarters"
    )


def positions(curve: Automation, tempo: TempoMap, start_s: float, sample_rate: int, length: int) -> FloatArray:
    """Between which points every sample lies: float32 [length]; 1.25 is a quarter of the way from the 2nd to the 3rd.

    `start_s`: where the first sample lies on the timeline.
    """
    times = np.array([time for time, _ in curve.points])
    seconds = start_s + np.arange(length) / sample_rate
    if curve.unit == "quarters":
        seconds = _quarters(seconds, tempo)
    return np.interp(seconds, times, np.arange(len(times))).astype(np.float32)


def at_samples(values: Sequence[float], places: FloatArray, late: int = 0) -> FloatArray:
    """The curve's value for every sample, `late` samples later: float32 [late + T]."""
    data = np.interp(places, np.arange(len(values)), np.asarray(values, np.float64)).astype(np.float32)
    return np.pad(data, (late, 0), mode="edge") if late and data.size else data


def _quarters(
    seconds: np.ndarray[tuple[int], np.dtype[np.float64]], tempo: TempoMap
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """`TempoMap.quarters` for many at once: straight between tempo changes."""
    inner = [quarter for quarter, _ in tempo.tempi[1:]]
    first = tempo.quarters(float(seconds[0])) if len(seconds) else 0.0
    last = tempo.quarters(float(seconds[-1])) if len(seconds) else 0.0
    known = sorted({first, last, *(quarter for quarter in inner if first < quarter < last)})
    return np.interp(seconds, [tempo.seconds(quarter) for quarter in known], known)


def _node_and_parameter(name: str) -> tuple[str, str]:
    node, _, parameter = name.rpartition(":")
    return node.strip(), parameter.strip()
