"""Which seconds of a sound are shown, and where: shared by everything that stands above each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PyQt6.QtCore import QObject, pyqtSignal

from gui.viewmodels import clock_text

_CLOSEST_PX_PER_S = 24_000.0  # two samples a pixel
_STEPS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_LABEL_PX = 84.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the ruler; `label` is "" between two that are named."""

    seconds: float
    label: str


class TimeView(QObject):
    """`duration_s` over `width` pixels, zoomed and scrolled; `changed` with every move.

    The whole sound is the widest that is shown.  `tall` stretches waveforms upwards.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.duration_s = 0.0
        self.width = 1
        self.start_s = 0.0
        self.tall = 1.0
        self._zoom = 1.0  # how many times closer than the whole

    @property
    def px_per_s(self) -> float:
        return self._zoom * self.width / max(self.duration_s, 1e-3)

    @property
    def shown_s(self) -> float:
        """Seconds from the left edge to the right one."""
        return self.width / self.px_per_s

    @property
    def all_shown(self) -> bool:
        return self._zoom <= 1.0

    def x(self, seconds: float) -> float:
        """Where a second lies, in pixels."""
        return (seconds - self.start_s) * self.px_per_s

    def seconds(self, x: float) -> float:
        """What lies at a pixel; may be outside of the sound."""
        return self.start_s + x / self.px_per_s

    def inside(self, seconds: float) -> float:
        """The nearest second of the sound."""
        return min(max(0.0, seconds), self.duration_s)

    def between(self, x: float, other_x: float) -> tuple[float, float]:
        """The stretch of the sound between two pixels, in whichever order: (begin, end) in seconds."""
        begin, end = sorted((self.inside(self.seconds(x)), self.inside(self.seconds(other_x))))
        return begin, end

    def set_duration(self, seconds: float) -> None:
        """Another sound: all of it is shown."""
        self.duration_s, self.start_s, self._zoom = max(0.0, seconds), 0.0, 1.0
        self.changed.emit()

    def set_width(self, pixels: int) -> None:
        """The window became wider or narrower; what is at the left stays there."""
        if pixels != self.width and pixels > 0:
            self.width = pixels
            self._place(self.start_s, self._zoom)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Closer (above 1) or away; what lies at `x`, or in the middle, stays there."""
        x = self.width / 2 if x is None else x
        held = self.seconds(x)
        closest = max(1.0, _CLOSEST_PX_PER_S * self.duration_s / self.width)
        zoom = min(max(1.0, self._zoom * factor), closest)
        px_per_s = zoom * self.width / max(self.duration_s, 1e-3)
        self._place(held - x / px_per_s, zoom)

    def scroll(self, pixels: float) -> None:
        """To the right (above 0) or left."""
        self._place(self.start_s + pixels / self.px_per_s, self._zoom)

    def scroll_to(self, seconds: float) -> None:
        """With this second at the left edge."""
        self._place(seconds, self._zoom)

    def fit(self) -> None:
        """All of it."""
        self._place(0.0, 1.0)

    def show(self, begin_s: float, end_s: float) -> None:
        """A stretch, with a little room on both sides."""
        length = max(end_s - begin_s, self.width / _CLOSEST_PX_PER_S) * 1.1
        zoom = min(max(1.0, self.duration_s / length), max(1.0, _CLOSEST_PX_PER_S * self.duration_s / self.width))
        self._place((begin_s + end_s) / 2 - self.duration_s / zoom / 2, zoom)

    def follow(self, seconds: float) -> None:
        """Turn the page when this second has left it."""
        if not self.all_shown and not self.start_s <= seconds < self.start_s + self.shown_s:
            self._place(seconds - 0.05 * self.shown_s, self._zoom)

    def set_tall(self, factor: float) -> None:
        """Waveforms `factor` times as high, 1 to 16."""
        self.tall = min(max(1.0, factor), 16.0)
        self.changed.emit()

    def ticks(self) -> list[Tick]:
        """The ruler's lines that are seen, five from one named line to the next."""
        step = next((step for step in _STEPS_S if step * self.px_per_s >= _LABEL_PX), _STEPS_S[-1])
        fine = step / 5
        first, last = math.ceil(self.start_s / fine), math.floor((self.start_s + self.shown_s) / fine)
        return [Tick(n * fine, clock(n * fine, step) if n % 5 == 0 else "") for n in range(first, last + 1)]

    def _place(self, start_s: float, zoom: float) -> None:
        self._zoom = zoom
        self.start_s = min(max(0.0, start_s), max(0.0, self.duration_s - self.shown_s))
        self.changed.emit()


def clock(seconds: float, step: float = 0.001) -> str:
    """Minutes and seconds, as fine as steps of `step` seconds need; hours when there are any."""
    return clock_text.clock(seconds, 0 if step >= 1 else max(1, -math.floor(math.log10(step) + 1e-9)))
