"""Keeps the status bar true: engine, jobs, player and bridge tell, the bar shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, QTimer, pyqtSlot

from gui.engine_process import EngineState, Failure
from gui.jobs import Job, JobState
from gui.panels.base import Studio
from gui.texts import shell as texts
from gui.viewmodels.clock_text import time_left
from gui.viewmodels.device_line import STARTING, device_line, stopped
from gui.widgets.rail import Rail
from gui.widgets.status_bar import StatusBar

_PAINTS_MS = 100
"""Progress comes oftener than anybody can see."""


class StatusLink(QObject):
    """Also counts the jobs at the queue's icon.  `choose_device` is where another one is chosen."""

    def __init__(self, studio: Studio, bar: StatusBar, rail: Rail, choose_device: Callable[[], object]) -> None:
        super().__init__(bar)
        self._studio, self._bar, self._rail, self._choose_device = studio, bar, rail, choose_device
        self._facts: dict[str, Any] = {}
        self._loads: dict[tuple[str, str], dict[str, Any]] = {}
        self._singing = (0, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAINTS_MS)
        self._timer.timeout.connect(self._show_jobs)
        bar.device.clicked.connect(self._clicked)
        studio.engine.changed.connect(self._engine)
        studio.engine.ready.connect(self.ask_device)
        studio.engine.loaded.connect(self._loaded)
        for signal in (studio.jobs.added, studio.jobs.changed, studio.jobs.removed):
            signal.connect(self._soon)
        studio.desk.sung.connect(self._sung)
        studio.player.device_changed.connect(self._sound)
        studio.bridge.changed.connect(self._bridge)
        self._engine()
        self._show_jobs()
        self._bridge()

    @pyqtSlot()
    def ask_device(self) -> None:
        """What will compute from now on; what was loaded before counts no more."""
        self._loads.clear()
        ask = self._studio.engine.ask("facts", {}, "facts")
        ask.done.connect(self._told)
        ask.failed.connect(self._not_told)

    @pyqtSlot()
    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @pyqtSlot()
    def _clicked(self) -> None:
        engine = self._studio.engine
        if engine.state is EngineState.STOPPED:
            engine.try_again()
        else:
            self._choose_device()

    def _engine(self) -> None:
        """It starts, runs or is no more; of one that runs `facts` tells."""
        engine = self._studio.engine
        if engine.state is not EngineState.READY:
            self._facts = {}
            self._loads.clear()
            self._bar.show_device(stopped(engine.why) if engine.state is EngineState.STOPPED else STARTING)

    def _told(self, facts: dict[str, Any]) -> None:
        if self._studio.engine.state is EngineState.READY:
            self._facts = facts
            self._bar.show_device(device_line(facts, tuple(self._loads.values())))

    def _not_told(self, failure: Failure) -> None:
        self._told({"problem": failure.message, "hint": failure.hint})

    def _loaded(self, load: dict[str, Any]) -> None:
        """A network that is loaded anew computes where it does now."""
        place = (str(load.get("model")), str(load.get("file")))
        self._loads.pop(place, None)
        self._loads[place] = load
        if self._facts:
            self._told(self._facts)

    def _show_jobs(self) -> None:
        open_jobs = [job for job in self._studio.jobs.all() if not job.state.over]
        self._rail.show_count("queue", len(open_jobs))
        running = [job for job in open_jobs if job.state is JobState.RUNNING] or open_jobs
        if not running:
            self._show_singing(*self._singing)
            return
        job = running[0]
        self._bar.show_job(_title(job, len(open_jobs) - 1), job.done, job.total, time_left(job.left_s))

    def _sung(self, done: int, total: int) -> None:
        self._singing = (done, total)
        self._soon()

    def _show_singing(self, done: int, total: int) -> None:
        """What is sung while the song is edited is no job, but it is work."""
        told = texts.SINGING_LIVE.format(done=done, total=total) if total else ""
        self._bar.show_job(told, done, total, "")

    def _sound(self, device: str) -> None:
        self._bar.show_sound("" if device else texts.NO_SOUND, texts.NO_SOUND_TIP)

    def _bridge(self) -> None:
        bridge = self._studio.bridge
        self._bar.show_bridge(bridge.state.value, bridge.why)


def _title(job: Job, more: int) -> str:
    return texts.JOB_AND_MORE.format(title=job.title, more=more) if more else job.title
