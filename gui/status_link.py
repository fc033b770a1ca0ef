"""Keeps the status bar true: engine, jobs, player and bridge tell, the bar shows."""

from __future__ import annotations

from typing import Any

from PyQt6.QtCore import QObject, QTimer

from gui.jobs import Job, JobState
from gui.panels.base import Studio
from gui.texts import shell as texts
from gui.viewmodels.clock_text import time_left
from gui.widgets.rail import Rail
from gui.widgets.status_bar import StatusBar

_PAINTS_MS = 100
"""Progress comes oftener than anybody can see."""


class StatusLink(QObject):
    """Also counts the jobs at the queue's icon."""

    def __init__(self, studio: Studio, bar: StatusBar, rail: Rail) -> None:
        super().__init__(bar)
        self._studio, self._bar, self._rail = studio, bar, rail
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAINTS_MS)
        self._timer.timeout.connect(self._show_jobs)
        studio.engine.ready.connect(lambda _facts: self._ask())
        studio.engine.died.connect(lambda _why: bar.show_device(texts.ENGINE_STARTING, "", True))
        for signal in (studio.jobs.added, studio.jobs.changed, studio.jobs.removed):
            signal.connect(lambda _id: self._soon())
        studio.player.device_changed.connect(self._sound)
        studio.bridge.changed.connect(self._bridge)
        self._show_jobs()
        self._bridge()

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _ask(self) -> None:
        ask = self._studio.engine.ask("facts", {"device": self._studio.settings.text("device", "auto")}, "facts")
        ask.done.connect(self._told)
        ask.failed.connect(lambda failure: self._bar.show_device(texts.ENGINE_GONE, failure.message, False))

    def _told(self, facts: dict[str, Any]) -> None:
        if facts.get("problem"):
            why = f"{facts['problem']} {facts.get('hint', '')}".strip()
            self._bar.show_device(texts.ENGINE_GONE, why, False)
            return
        why = texts.DEVICE_TIP.format(
            reason=facts.get("reason", ""),
            threads=facts.get("threads", "?"),
            cores=facts.get("cores", "?"),
            runtime=facts.get("runtime", ""),
        )
        self._bar.show_device(
            texts.DEVICE.format(provider=str(facts.get("provider", "")).removeprefix("the ")), why, True
        )

    def _show_jobs(self) -> None:
        open_jobs = [job for job in self._studio.jobs.all() if not job.state.over]
        self._rail.show_count("queue", len(open_jobs))
        running = [job for job in open_jobs if job.state is JobState.RUNNING] or open_jobs
        if not running:
            self._bar.show_job("", 0, 0, "")
            return
        job = running[0]
        self._bar.show_job(_title(job, len(open_jobs) - 1), job.done, job.total, time_left(job.left_s))

    def _sound(self, device: str) -> None:
        self._bar.show_sound("" if device else texts.NO_SOUND, texts.NO_SOUND_TIP)

    def _bridge(self) -> None:
        bridge = self._studio.bridge
        self._bar.show_bridge(bridge.state.value, bridge.why)


def _title(job: Job, more: int) -> str:
    return texts.JOB_AND_MORE.format(title=job.title, more=more) if more else job.title
