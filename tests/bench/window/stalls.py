"""How long the event loop stands still, and who holds it.

A timer of 5 ms beats in the event loop.  A beat that comes late says how long a key press would have waited; all those
presses count that could have fallen into the gap (every 5 ms one), or one long stall would weigh as much as one short
beat.  A thread looks at the window's stack whenever a beat is more than 30 ms late.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np
from PyQt6.QtCore import Qt, QTimer

from tests.bench.window.idle_process import IdleProcess

ROOT = Path(__file__).resolve().parents[3]
BEAT_S = 0.005
LOOKED_AT_S = 0.030
MOST_KEPT = 12
_DEPTH = 14
_OURS = ("gui", "engine", "plugin_host")

Places = tuple[tuple[str, int, str], ...]
"""Of a thread: files, lines and functions, the innermost first."""


@dataclass(slots=True)
class Stall:
    """`own_ms`: what the window's thread had of the processor (the rest it waited for others); `gc_ms`: so long garbage
    was collected, on whatever thread; `stack`: where it stood, the innermost first; `beside`: what others were at."""

    at_s: float
    ms: float
    own_ms: float
    gc_ms: float
    stack: str
    beside: str


@dataclass(slots=True)
class Stalls:
    """Of a scene: waits of key presses in milliseconds, and the longest stalls.  `idle_`: the same of a process beside
    the window that does nothing: the machine's share."""

    name: str
    seconds: float
    p50: float
    p95: float
    p99: float
    longest: float
    over_50: int
    busy_percent: float
    idle_p99: float
    idle_longest: float
    worst: list[Stall] = field(default_factory=list)


class Watch:
    """`with Watch("a scene", idle) as watch: ...` and then `watch.found`."""

    found: Stalls

    def __init__(self, name: str, idle: IdleProcess) -> None:
        self.name, self._idle = name, idle
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(1000 * BEAT_S))
        self._timer.timeout.connect(self._beat)
        self._thread = threading.Thread(target=self._look, name="stalls", daemon=True)
        self._main = threading.get_ident()
        self._gaps: list[float] = []
        self._stalls: list[Stall] = []
        self._seen: list[dict[int, Places]] = []
        self._over = threading.Event()
        self._gc_begun = self._gc_s = 0.0

    def __enter__(self) -> Watch:
        gc.callbacks.append(self._collecting)
        self._idle.late()
        self._begun = self._last = time.perf_counter()
        self._used = self._begun_used = time.thread_time()
        self._thread.start()
        self._timer.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._beat()  # a stall at the very end counts as well
        self._timer.stop()
        self._over.set()
        self._thread.join()
        gc.callbacks.remove(self._collecting)
        seconds = self._last - self._begun
        waits = waits_of(self._gaps)
        p50, p95, p99 = np.percentile(waits, (50, 95, 99)).tolist()
        worst = sorted(self._stalls, key=lambda stall: -stall.ms)[:MOST_KEPT]
        over = sum(gap - BEAT_S > 0.050 for gap in self._gaps)
        busy = 100 * (self._used - self._begun_used) / seconds
        longest = float(waits.max())
        self.found = Stalls(self.name, seconds, p50, p95, p99, longest, over, busy, *self._idle.late(), worst)

    def _beat(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        gap, own = now - self._last, used - self._used
        if gap - BEAT_S > LOOKED_AT_S:
            stack, beside = _commonest(self._seen, self._main)
            at_s = self._last - self._begun
            self._stalls.append(Stall(at_s, 1e3 * (gap - BEAT_S), 1e3 * own, 1e3 * self._gc_s, stack, beside))
        self._gaps.append(gap)
        self._seen, self._gc_s = [], 0.0
        self._last, self._used = now, used

    def _look(self) -> None:
        own = threading.get_ident()
        while not self._over.wait(BEAT_S):
            if time.perf_counter() - self._last - BEAT_S > LOOKED_AT_S:
                # Only places are kept, and taken at one go: whoever holds a frame longer holds the painter in it too.
                self._seen.append({number: _places(frame) for number, frame in sys._current_frames().items()})
                self._seen[-1].pop(own)

    def _collecting(self, phase: str, _info: dict[str, Any]) -> None:
        """On any thread: the others stand still until it is over."""
        if phase == "start":
            self._gc_begun = time.perf_counter()
        else:
            self._gc_s += time.perf_counter() - self._gc_begun


def waits_of(gaps: Sequence[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Milliseconds that key presses waited, one every 5 ms, from the seconds between beats."""
    waits: list[float] = []
    for gap in gaps:
        late = max(0.0, gap - BEAT_S)
        waits.extend(late - BEAT_S * missed for missed in range(1 + int(late / BEAT_S)))
    return 1e3 * np.array(waits or [0.0])


def _places(frame: FrameType | None) -> Places:
    places: list[tuple[str, int, str]] = []
    while frame is not None and len(places) < _DEPTH:
        places.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back
    return tuple(places)


def _commonest(seen: Sequence[Mapping[int, Places]], main: int) -> tuple[str, str]:
    """Where the window's thread stood most often, and what others were at then."""
    if not seen:
        return "", ""
    stood = Counter(places[main] for places in seen).most_common(1)[0][0]
    beside = next(places for places in seen if places[main] == stood)
    return _told(stood), " | ".join(
        filter(None, (_told(places) for number, places in beside.items() if number != main))
    )


def _told(places: Places) -> str:
    """The innermost place, and those of ours above it; "" for a thread that waits."""
    told = [f"{_short(file)}:{line} {name}" for file, line, name in places if _is_ours(file)]
    file, line, name = places[0]
    if not _is_ours(file):
        if not told and file.endswith(("threading.py", "selectors.py", "queue.py")):
            return ""
        told.insert(0, f"{Path(file).name}:{line} {name}")
    return " < ".join(told)


def _is_ours(file: str) -> bool:
    return any(Path(file).is_relative_to(ROOT / room) for room in _OURS)


def _short(file: str) -> str:
    return Path(file).relative_to(ROOT).as_posix()
