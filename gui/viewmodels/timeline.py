"""What of the song is seen: quarters, seconds and keys as places in pixels, and back.

`x` grows to the right from the left edge, `y` down from the top.  A frozen value: scrolling and zooming give another
one, so a drag that began under one view can go on with its own.  A panel that counts in seconds takes a tempo map of
60 quarters a minute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.score import TempoMap
from gui.viewmodels.bars import bars_between

Doubles = NDArray[np.float64]
Level = Literal["bar", "beat", "part"]

KEYS = 128
PER_QUARTER = (0.25, 2400.0)
"""Pixels a quarter may have: hours in a window, or a phone across it."""
PER_KEY = (6.0, 48.0)
LINE_PX = 9.0
"""Grid lines are no closer."""
LABEL_PX = 46.0
"""Bar numbers are no closer."""
PARTS = (8, 4, 2, 1)
"""Into how many a beat may be divided, the finest first."""


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line at `quarters`; `label`: "5" at a bar, "5.3" at a beat where there is room, else ""."""

    quarters: float
    x: float
    level: Level
    label: str = ""


@dataclass(frozen=True)
class Timeline:
    """`left`: quarters at x = 0; `per_quarter`: pixels; `top`: rows above y = 0, counted down from key 127;
    `per_key`: pixels a row; `width`, `height`: pixels of what is seen."""

    tempo_map: TempoMap = field(default_factory=TempoMap)
    left: float = 0.0
    per_quarter: float = 80.0
    top: float = 53.0
    per_key: float = 18.0
    width: float = 800.0
    height: float = 400.0

    def x(self, quarters: float) -> float:
        """Pixels."""
        return (quarters - self.left) * self.per_quarter

    def xs(self, quarters: NDArray[np.floating[Any]]) -> Doubles:
        """As `x`, of [N]."""
        return (np.asarray(quarters, np.float64) - self.left) * self.per_quarter

    def quarters(self, x: float) -> float:
        """The inverse of `x`; below 0 left of the song."""
        return self.left + x / self.per_quarter

    def x_of_s(self, seconds: float) -> float:
        """Pixels."""
        return self.x(self.tempo_map.quarters(seconds))

    def seconds(self, x: float) -> float:
        """The inverse of `x_of_s`."""
        return self.tempo_map.seconds(self.quarters(x))

    def y(self, key: float) -> float:
        """The upper edge of a key's row, in pixels."""
        return (KEYS - 1 - key - self.top) * self.per_key

    def key(self, y: float) -> int:
        """The key whose row holds `y`, 0 to 127."""
        return min(max(math.ceil(KEYS - 1 - self.top - y / self.per_key), 0), KEYS - 1)

    def y_of_pitch(self, key: float) -> float:
        """Where a pitch in fractional keys is drawn: a whole key in the middle of its row."""
        return self.y(key) + 0.5 * self.per_key

    def pitch(self, y: float) -> float:
        """The inverse of `y_of_pitch`, 0 to 127."""
        return min(max(KEYS - 1 - self.top - y / self.per_key + 0.5, 0.0), KEYS - 1.0)

    @property
    def shown(self) -> tuple[float, float]:
        """Quarters at the left and the right edge."""
        return self.left, self.quarters(self.width)

    @property
    def keys_shown(self) -> tuple[int, int]:
        """The lowest and the highest key of which anything is seen."""
        return self.key(self.height), self.key(0.0)

    def sized(self, width: float, height: float) -> Timeline:
        """In another window; what is at the upper left stays there."""
        return replace(self, width=max(width, 1.0), height=max(height, 1.0))._inside()

    def scrolled(self, dx: float, dy: float = 0.0) -> Timeline:
        """What is seen moves left by `dx` and up by `dy` pixels; never before the song or beyond the keys."""
        return replace(self, left=self.left + dx / self.per_quarter, top=self.top + dy / self.per_key)._inside()

    def zoomed(self, factor: float, x: float) -> Timeline:
        """Wider by `factor`; what is at `x` stays there."""
        per_quarter = min(max(self.per_quarter * factor, PER_QUARTER[0]), PER_QUARTER[1])
        return replace(self, per_quarter=per_quarter, left=self.quarters(x) - x / per_quarter)._inside()

    def zoomed_keys(self, factor: float, y: float) -> Timeline:
        """Taller by `factor`; what is at `y` stays there."""
        per_key = min(max(self.per_key * factor, PER_KEY[0]), PER_KEY[1])
        return replace(self, per_key=per_key, top=self.top + y / self.per_key - y / per_key)._inside()

    def fitted(self, first: float, last: float, margin: float = 0.04) -> Timeline:
        """With quarters `first` to `last` across the whole width, and a margin on both sides."""
        span = max(last - first, 0.25)
        wide = min(max(self.width * (1 - 2 * margin) / span, PER_QUARTER[0]), PER_QUARTER[1])
        return replace(self, per_quarter=wide, left=first - margin * self.width / wide)._inside()

    def around_keys(self, low: float, high: float) -> Timeline:
        """With the keys `low` to `high` in the middle of the height; rows keep theirs."""
        middle = KEYS - 1 - 0.5 * (low + high) + 0.5
        return replace(self, top=middle - 0.5 * self.height / self.per_key)._inside()

    def fitted_keys(self, low: float, high: float, least: float, most: float) -> Timeline:
        """With the keys `low` to `high` in the middle; rows so high that they fit, `least` to `most` pixels."""
        rows = high - low + 3
        return replace(self, per_key=min(max(self.height / rows, least), most)).around_keys(low, high)

    def showing(self, quarters: float, margin: float = 0.1) -> Timeline:
        """Scrolled by pages, only if `quarters` is not seen: a cursor that runs out begins again near the left."""
        first, last = self.shown
        if first <= quarters <= last - margin * (last - first):
            return self
        return replace(self, left=quarters - margin * (last - first))._inside()

    def grid(self) -> tuple[GridLine, ...]:
        """The lines that are seen, from left to right, as close as `LINE_PX` allows."""
        return self._grid

    @cached_property
    def _grid(self) -> tuple[GridLine, ...]:
        """Found once: roll, ruler, lane and wave paint the same ones."""
        first, last = self.shown
        lines: list[GridLine] = []
        bars = list(bars_between(self.tempo_map, first, last))
        widest = max((bar.end - bar.start for bar in bars), default=4.0) * self.per_quarter
        every = _every(LINE_PX, widest)
        labelled = max(every, _every(LABEL_PX, widest))
        for bar in bars:
            if bar.number % every == 0 or every == 1:
                label = str(bar.number) if bar.number % labelled == 0 or labelled == 1 else ""
                lines.append(GridLine(bar.start, self.x(bar.start), "bar", label))
            if every == 1:
                lines += self._within(bar.start, bar.end, bar.beat, bar.number)
        return tuple(lines)

    def part(self, beat: float, parts: tuple[int, ...] = PARTS) -> float:
        """Quarters of the finest part of a beat whose lines are far enough apart; 0: not even beats are."""
        return next((beat / count for count in parts if beat / count * self.per_quarter >= LINE_PX), 0.0)

    def _within(self, start: float, end: float, beat: float, number: int) -> list[GridLine]:
        step = self.part(beat)
        if not step:
            return []
        per_beat = round(beat / step)
        first, last = self.shown
        begin = max(1, math.ceil((first - start) / step - 1e-9))
        count = min(math.ceil((end - start) / step - 1e-9), math.floor((last - start) / step + 1e-9) + 1)
        roomy = beat * self.per_quarter >= LABEL_PX
        lines = []
        for i in range(begin, count):
            at, (beats, rest) = start + i * step, divmod(i, per_beat)
            level: Level = "part" if rest else "beat"
            label = f"{number}.{beats + 1}" if roomy and not rest else ""
            lines.append(GridLine(at, self.x(at), level, label))
        return lines

    def _inside(self) -> Timeline:
        """Not before the song; the rows fill the height as far as there are keys."""
        highest = max(0.0, KEYS - self.height / self.per_key)
        left, top = max(0.0, self.left), min(max(0.0, self.top), highest)
        return self if (left, top) == (self.left, self.top) else replace(self, left=left, top=top)


def quarters_of(tempo_map: TempoMap, seconds: NDArray[np.floating[Any]]) -> Doubles:
    """`tempo_map.quarters` of [N] at once."""
    places = np.array([quarters for quarters, _ in tempo_map.tempi], np.float64)
    begins = np.array([tempo_map.seconds(quarters) for quarters in places], np.float64)
    bpm = np.array([value for _, value in tempo_map.tempi], np.float64)
    asked = np.asarray(seconds, np.float64)
    run = np.clip(np.searchsorted(begins, asked, side="right") - 1, 0, len(places) - 1)
    return np.asarray(places[run] + (asked - begins[run]) * bpm[run] / 60.0, np.float64)


def _every(apart_px: float, bar_px: float) -> int:
    """Of so many bars one gets a line or a number: 1, 2, 4, 8 ..."""
    every = 1
    while every * bar_px < apart_px:
        every *= 2
    return every
