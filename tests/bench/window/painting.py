"""How long a picture of ten thousand notes takes: the real window is scrolled, zoomed, and painted at once each time.

The engine stands still meanwhile: what it takes of the processor is measured by the scenes.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PyQt6.QtWidgets import QApplication

from gui.panels.sing import SingPanel
from gui.viewmodels.timeline import Timeline
from tests.bench.window import songs
from tests.bench.window.stage import Stage, rest, wait

STEPS = 120
SIZE = (1600, 900)
_SIDEWAYS_PX, _UPWARDS_PX = 37.0, 5.0
_ZOOMS = {"one bar": 300.0, "8 bars": 40.0, "100 bars": 3.0}


@dataclass(slots=True)
class Painted:
    """Milliseconds of a picture, from the wish to scroll until it is painted; `own_ms`: of the processor alone."""

    what: str
    mean: float
    p99: float
    worst: float
    own_ms: float

    @property
    def fps(self) -> float:
        return 1e3 / self.mean


def measure(app: QApplication, folder: Path) -> Iterator[Painted]:
    """Scrolled at each zoom, then zoomed, in both themes."""
    stage = Stage(app)
    stage.window.resize(*SIZE)
    panel = stage.panel(SingPanel)
    stage.window.open_song(songs.long_clip(folder / "long.mid"))
    wait(lambda: panel.showing.phones, "the plan of 10,000 notes")
    rest(1.5)
    engine = stage.studio.engine.pid
    os.kill(engine, signal.SIGSTOP)
    try:
        for theme in ("dark", "light"):
            stage.window.choose_theme(theme)
            app.processEvents()
            for name, per_quarter in _ZOOMS.items():
                yield _painted(f"{theme}, scrolled, {name} in view", panel, _scrolled(panel, per_quarter))
            yield _painted(f"{theme}, zoomed between one bar and the whole song", panel, _zoomed(panel))
    finally:
        os.kill(engine, signal.SIGCONT)
    stage.close()


def _scrolled(panel: SingPanel, per_quarter: float) -> Iterator[Timeline]:
    view = panel.view
    timeline = view.timeline.zoomed(per_quarter / view.timeline.per_quarter, 0).around_keys(55, 72)
    view.place(timeline.scrolled(-1e9))
    for step in range(STEPS):
        yield view.timeline.scrolled(_SIDEWAYS_PX, _UPWARDS_PX if step % 20 < 10 else -_UPWARDS_PX)


def _zoomed(panel: SingPanel) -> Iterator[Timeline]:
    view = panel.view
    whole = view.timeline.fitted(0.0, float(panel.area.roll.rows.ends[-1])).per_quarter
    for share in np.linspace(0.0, 1.0, STEPS):
        wanted = _ZOOMS["one bar"] * (whole / _ZOOMS["one bar"]) ** share
        yield view.timeline.zoomed(wanted / view.timeline.per_quarter, view.timeline.width / 2)


def _painted(what: str, panel: SingPanel, steps: Iterator[Timeline]) -> Painted:
    taken, own = [], []
    for timeline in steps:
        begun, used = time.perf_counter(), time.thread_time()
        panel.view.place(timeline)
        QApplication.processEvents()  # the window paints what was asked to be painted again
        taken.append(1e3 * (time.perf_counter() - begun))
        own.append(1e3 * (time.thread_time() - used))
    figures = np.array(taken)
    p99 = float(np.percentile(figures, 99))
    return Painted(what, float(figures.mean()), p99, float(figures.max()), float(np.mean(own)))
