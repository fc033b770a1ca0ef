"""The tempo map: quarters to seconds and back, quarters to bar and beat.

Quarters are the truth (a DAW and a score both count them); seconds are derived.  Tempo is piecewise
constant, as the Standard MIDI File's set_tempo has it; ramps from a DAW arrive as steps.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from engine.errors import InputError

DEFAULT_BPM = 120.0
"""What a Standard MIDI File means before its first set_tempo."""

# Set_tempo holds 1 .. 16777215 microseconds per quarter; anything slower or faster cannot be written down.
MIN_BPM = 60e6 / 16_777_215
MAX_BPM = 60e6

_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class _Bars:
    """A run of bars of one meter: bar number `bar` begins at quarter `start`."""

    start: float
    bar: int
    bar_quarters: float
    beat_quarters: float


@dataclass(frozen=True, slots=True)
class TempoMap:
    """`tempi`: ((quarter, bpm), ...), `meters`: ((quarter, numerator, denominator), ...), both by ascending quarter.

    bpm counts quarters per minute.  `pickup` is the length in quarters of a short first bar (0: none);
    that bar is number 0.  `origin_s` is the second at which `tempi[0]` begins: 0 but for slices.
    Raises InputError where the tables are empty, unsorted or out of range; `from_events` mends instead.
    """

    tempi: tuple[tuple[float, float], ...] = ((0.0, DEFAULT_BPM),)
    meters: tuple[tuple[float, int, int], ...] = ((0.0, 4, 4),)
    pickup: float = 0.0
    origin_s: float = 0.0
    _tempo_quarters: tuple[float, ...] = field(init=False, repr=False, compare=False, default=())
    _tempo_seconds: tuple[float, ...] = field(init=False, repr=False, compare=False, default=())
    _bars: tuple[_Bars, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        _check(self)
        seconds = [self.origin_s]
        for (q0, bpm), (q1, _) in pairwise(self.tempi):
            seconds.append(seconds[-1] + (q1 - q0) * 60.0 / bpm)
        object.__setattr__(self, "_tempo_quarters", tuple(q for q, _ in self.tempi))
        object.__setattr__(self, "_tempo_seconds", tuple(seconds))
        object.__setattr__(self, "_bars", _bar_runs(self.meters, self.pickup))

    @classmethod
    def from_events(
        cls,
        tempi: Iterable[tuple[float, float]],
        meters: Iterable[tuple[float, int, int]] = (),
        pickup: float = 0.0,
    ) -> TempoMap:
        """Build from events in any order: bad values are left out, the last of several at one quarter wins."""
        tempo_at = {max(0.0, q): bpm for q, bpm in sorted(tempi, key=lambda t: t[0]) if _is_bpm(bpm)}
        meter_at = {max(0.0, q): (n, d) for q, n, d in sorted(meters, key=lambda m: m[0]) if n > 0 and d > 0}
        tempo_at.setdefault(0.0, DEFAULT_BPM)
        meter_at.setdefault(0.0, (4, 4))
        kept_tempi: list[tuple[float, float]] = []
        for q in sorted(tempo_at):
            if not kept_tempi or kept_tempi[-1][1] != tempo_at[q]:
                kept_tempi.append((q, tempo_at[q]))
        kept_meters = tuple((q, *meter_at[q]) for q in sorted(meter_at))
        first_bar = kept_meters[0][1] * 4.0 / kept_meters[0][2]
        return cls(tuple(kept_tempi), kept_meters, pickup if 0.0 < pickup < first_bar else 0.0)

    def seconds(self, quarters: float) -> float:
        """Seconds at a quarter; before the first tempo its bpm is carried backwards."""
        i = max(0, bisect_right(self._tempo_quarters, quarters) - 1)
        q0, bpm = self.tempi[i]
        return self._tempo_seconds[i] + (quarters - q0) * 60.0 / bpm

    def quarters(self, seconds: float) -> float:
        """The inverse of `seconds`."""
        i = max(0, bisect_right(self._tempo_seconds, seconds) - 1)
        q0, bpm = self.tempi[i]
        return q0 + (seconds - self._tempo_seconds[i]) * bpm / 60.0

    def bpm_at(self, quarters: float) -> float:
        """Quarters per minute in force at a quarter (a change counts from its own quarter on)."""
        return self.tempi[max(0, bisect_right(self._tempo_quarters, quarters) - 1)][1]

    def bar_beat(self, quarters: float) -> tuple[int, float]:
        """Bar (first full bar = 1, pickup = 0) and beat (from 1.0, in the meter's denominator)."""
        i = max(0, bisect_right(self._bars, quarters + _EPSILON, key=lambda run: run.start) - 1)
        run = self._bars[i]
        position = quarters - run.start
        if position < -_EPSILON:  # The pickup is the tail of a bar; a meter change within may leave it longer than one.
            return run.bar - 1, 1.0 + max(0.0, position + max(run.bar_quarters, run.start)) / run.beat_quarters
        bars = math.floor(position / run.bar_quarters + _EPSILON)
        within = max(0.0, position - bars * run.bar_quarters)
        return run.bar + bars, 1.0 + within / run.beat_quarters

    def slice(self, start: float, end: float) -> TempoMap:
        """The same map, cut to what [start, end] quarters need; `seconds` there is unchanged."""
        i = max(0, bisect_right(self._tempo_quarters, start) - 1)
        tempi = (self.tempi[i], *(t for t in self.tempi[i + 1 :] if t[0] < end))
        return TempoMap(tempi, self.meters, self.pickup, self._tempo_seconds[i])


def _is_bpm(bpm: float) -> bool:
    return math.isfinite(bpm) and MIN_BPM * 0.999 <= bpm <= MAX_BPM * 1.001


def _check(tempo_map: TempoMap) -> None:
    tempi, meters = tempo_map.tempi, tempo_map.meters
    hint = "Write the tempo or meter again in your DAW and export once more."
    if not tempi or not meters:
        raise InputError("The tempo map is empty.", hint)
    if any(not _is_bpm(bpm) for _, bpm in tempi):
        raise InputError("A tempo is not a number of beats per minute one could play.", hint)
    if any(n <= 0 or d <= 0 for _, n, d in meters):
        raise InputError("A meter has no beats.", hint)
    places = ([q for q, _ in tempi], [q for q, _, _ in meters])
    if any(not a < b for row in places for a, b in pairwise(row)):
        raise InputError("The tempo map is out of order.", hint)
    if not all(math.isfinite(q) for row in places for q in row) or not math.isfinite(tempo_map.pickup):
        raise InputError("A tempo or meter has no place in time.", hint)


def _bar_runs(meters: tuple[tuple[float, int, int], ...], pickup: float) -> tuple[_Bars, ...]:
    """A meter change off the bar line starts a new bar, so irregular bars are counted too."""
    runs: list[_Bars] = []
    for quarter, numerator, denominator in meters:
        beat = 4.0 / denominator
        if not runs:
            runs.append(_Bars(pickup, 1, numerator * beat, beat))
        elif quarter <= pickup + _EPSILON:
            runs = [_Bars(pickup, 1, numerator * beat, beat)]
        else:
            last = runs[-1]
            bars = math.ceil((quarter - last.start) / last.bar_quarters - _EPSILON)
            runs.append(_Bars(quarter, last.bar + bars, numerator * beat, beat))
    return tuple(runs)
