"""Tells what happens where nobody looks: an engine that dies, jobs that are lost, fail, or are done after a while."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QApplication, QWidget

from gui.desk import Kind, Notice
from gui.engine_process import EngineState
from gui.jobs import Job, JobState
from gui.panels.base import Panel, Studio
from gui.texts import engine as texts
from gui.workshop.table import room_of

LONG_S = 10.0
"""Who waited less still looks."""
_TELLS_ITSELF = {"models.add"}
_TELLS_WHEN_DONE = {"sing", "isolate", "resing", "mix", "train", *_TELLS_ITSELF}
"""Kinds of jobs whose panel says more than that it is done."""
_SHOWS_FAULTS = {"isolate", "avatar"}
"""Panels in which a failed job of theirs is seen; it is in the queue too."""


class News(QObject):
    """`seen` gives the id of the panel that is shown; `window` calls for a look when another program is in front."""

    def __init__(self, studio: Studio, seen: Callable[[], str], window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._seen, self._window = studio, seen, window
        self._lost: list[str] = []
        studio.engine.died.connect(self._died)
        studio.jobs.changed.connect(self._job_changed)

    def _died(self, why: str) -> None:
        engine = self._studio.engine
        if engine.state is EngineState.STOPPED:
            told = texts.DIED_STAYS.format(why=why, stays=engine.why)
            self._tell(told, "bad", texts.TRY_AGAIN, engine.try_again)
        else:
            self._tell(texts.DIED_RESTARTS.format(why=why), "warn")

    def _job_changed(self, job_id: str) -> None:
        job = self._studio.jobs.get(job_id)
        if job is None or not job.state.over:
            return
        if job.state is JobState.LOST:
            if not self._lost:  # all that are lost at once are told in one sentence
                QTimer.singleShot(0, self._tell_lost)
            self._lost.append(job_id)
        elif job.state is JobState.FAILED:
            self._tell_failed(job)
        elif job.state is JobState.DONE:
            self._tell_done(job)

    def _tell_lost(self) -> None:
        lost, self._lost = self._lost, []
        jobs = [job for job in map(self._studio.jobs.get, lost) if job is not None]
        if not jobs:
            return
        again = texts.DO_ALL_AGAIN if len(jobs) > 1 else texts.DO_AGAIN
        self._tell(_told_lost(jobs), "bad", again, lambda: self._again(jobs))

    def _again(self, lost: Sequence[Job]) -> None:
        for op in {job.op for job in lost}:  # a process that stopped for good would refuse them
            if room_of(op):
                self._studio.workshop.try_again(op)
            else:
                self._studio.engine.try_again()
        for job in lost:
            self._studio.jobs.again(job.id)

    def _tell_failed(self, job: Job) -> None:
        seen = self._seen()
        if job.failure is None or job.kind in _TELLS_ITSELF or seen == "queue":
            return
        if seen in _SHOWS_FAULTS and seen == job.kind:
            return
        why = f"{job.failure.message} {job.failure.hint}".strip()
        told = texts.JOB_FAILED.format(title=job.title, why=why)
        self._tell(told, "bad", texts.SHOW, lambda: self._studio.desk.hand("queue"), job.failure.details)

    def _tell_done(self, job: Job) -> None:
        shown = self._seen() in (job.kind, "queue")
        if job.kind in _TELLS_WHEN_DONE or shown or job.ended_at - job.started_at < LONG_S:
            return
        panel = job.kind if job.kind == "avatar" else "queue"
        self._tell(texts.JOB_DONE.format(title=job.title), "good", texts.SHOW, lambda: self._studio.desk.hand(panel))

    def _tell(
        self, text: str, kind: Kind, action: str = "", run: Callable[[], object] | None = None, details: str = ""
    ) -> None:
        self._studio.desk.told.emit(Notice(text, kind, action, run, details))
        QApplication.alert(self._window)  # does nothing while the window is in front


def _told_lost(jobs: Sequence[Job]) -> str:
    """Which process it was: a room of the workshop ends without the engine."""
    alone = any(room_of(job.op) for job in jobs)
    if len(jobs) > 1:
        return (texts.JOBS_LOST_ALONE if alone else texts.JOBS_LOST).format(n=len(jobs))
    return (texts.JOB_LOST_ALONE if alone else texts.JOB_LOST).format(title=jobs[0].title)


def tell_done(panel: Panel, text: str) -> None:
    """Something of a panel is ready; with a button that leads there, for who looks at another."""
    desk, name = panel.studio.desk, panel.id
    desk.tell(text, "good", "" if panel.isVisible() else texts.SHOW, lambda: desk.hand(name))
