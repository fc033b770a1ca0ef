"""What the user sees in the queue: work of the engine with its progress, its end and its files."""

from __future__ import annotations

import enum
import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from gui.engine_process import Ask, Failure
from gui.texts import engine as texts

Results = Callable[[dict[str, Any]], tuple[Path, ...]]
TICK_MS = 1000
TELLS_AFTER_S = 2.0
"""Before, how long it takes is a guess that would jump about."""


class JobState(enum.StrEnum):
    """A job waits, runs, and ends in one of the others; `LOST`: the engine died under it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def over(self) -> bool:
        return self not in (JobState.WAITING, JobState.RUNNING)


class Engine(Protocol):
    """What jobs need of `gui.engine_process.EngineProcess`."""

    def ask(self, op: str, args: Mapping[str, Any] = ..., key: str = "") -> Ask: ...


@dataclass(slots=True, eq=False)
class Job:
    """One line of the queue.  `done` of `total` units of `stage` are finished; `total` 0: it is not known.

    `stopping`: it was cancelled and has not ended yet.  `started_at`: seconds since 1970, 0 while it waits; `left_s`:
    None until it can be told; `answer`: the engine's; `op`: what it was asked for.
    """

    id: str
    kind: str
    title: str
    state: JobState = JobState.WAITING
    stage: str = ""
    done: int = 0
    total: int = 0
    started_at: float = 0.0
    ended_at: float = 0.0
    left_s: float | None = None
    stopping: bool = False
    results: tuple[Path, ...] = ()
    failure: Failure | None = None
    answer: Mapping[str, Any] = field(default_factory=dict)
    op: str = ""


@dataclass(slots=True, eq=False)
class _Work:
    """What a job is made of, and how it goes."""

    op: str
    args: Mapping[str, Any]
    results: Results
    pace: Pace
    ask: Ask | None = None


class Pace:
    """How long a stage will take, by how far it came; seconds of `clock`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage = ""
        self._began_s = self._at_s = 0.0
        self._first = self._done = self._total = 0

    def tell(self, stage: str, done: int, total: int) -> None:
        """Another stage, or one that goes backwards, is timed anew."""
        now = self._clock()
        if stage != self._stage or done < self._done or total != self._total:
            self._stage, self._began_s, self._first, self._total = stage, now, done, total
        self._done, self._at_s = done, now

    @property
    def left_s(self) -> float | None:
        """None until it can be told."""
        passed_s, came = self._at_s - self._began_s, self._done - self._first
        if came <= 0 or passed_s <= 0 or self._clock() - self._began_s < TELLS_AFTER_S:
            return None
        left_s = passed_s / came * (self._total - self._done)
        return max(0.0, left_s - (self._clock() - self._at_s))


class Jobs(QObject):
    """All jobs of the window, in the order in which they were asked for.  `renamed`: its files have other names."""

    added = pyqtSignal(str)
    changed = pyqtSignal(str)
    removed = pyqtSignal(str)
    renamed = pyqtSignal(str)

    def __init__(
        self, engine: Engine, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._engine, self._clock = engine, clock
        self._numbers = itertools.count(1)
        self._jobs: dict[str, Job] = {}
        self._work: dict[str, _Work] = {}
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._count_down)

    def run(self, kind: str, title: str, op: str, args: Mapping[str, Any], results: Results) -> Job:
        """Ask the engine for `op`; `results` finds the finished files in its answer."""
        job = Job(f"job-{next(self._numbers)}", kind, title, op=op)
        self._jobs[job.id] = job
        self._work[job.id] = _Work(op, dict(args), results, Pace(self._clock))
        self.added.emit(job.id)
        self._begin(job)
        return job

    def cancel(self, job_id: str) -> None:
        """Ask it to stop; one that is over, or unknown, stays as it is."""
        job, work = self._jobs.get(job_id), self._work.get(job_id)
        if job is not None and work is not None and work.ask is not None:
            job.stopping = True
            work.ask.cancel()
            self.changed.emit(job_id)

    def again(self, job_id: str) -> None:
        """Do a job that is over once more, in its old place."""
        job = self._jobs.get(job_id)
        if job is None or not job.state.over:
            return
        job.state, job.stage, job.done, job.total = JobState.WAITING, "", 0, 0
        job.started_at, job.ended_at, job.left_s = 0.0, 0.0, None
        job.results, job.failure, job.answer = (), None, {}
        self._work[job_id].pace = Pace(self._clock)
        self._begin(job)
        self.changed.emit(job_id)

    def placed(self, job_id: str, results: tuple[Path, ...]) -> None:
        """The files of a job that is done have names with their place."""
        job = self._jobs.get(job_id)
        if job is not None and job.state is JobState.DONE and job.results != results:
            job.results = results
            self.renamed.emit(job_id)

    def fail(self, job_id: str, failure: Failure) -> None:
        """What comes behind a job that is done went wrong: its files are not there."""
        job = self._jobs.get(job_id)
        if job is not None and job.state is JobState.DONE:
            job.results = ()
            self._over(job, JobState.FAILED, failure)

    def forget(self, job_id: str) -> None:
        """Take a job that is over off the list; its files stay."""
        job = self._jobs.get(job_id)
        if job is not None and job.state.over:
            del self._jobs[job_id], self._work[job_id]
            self.removed.emit(job_id)

    def get(self, job_id: str) -> Job | None:
        """By id."""
        return self._jobs.get(job_id)

    def all(self) -> tuple[Job, ...]:
        """The oldest first."""
        return tuple(self._jobs.values())

    @property
    def running(self) -> int:
        """How many wait or run."""
        return sum(not job.state.over for job in self._jobs.values())

    def _begin(self, job: Job) -> None:
        work = self._work[job.id]
        ask = work.ask = self._engine.ask(work.op, work.args)
        ask.precious = True
        ask.begun.connect(lambda: self._running(job))
        ask.progressed.connect(lambda stage, done, total: self._progressed(job, stage, done, total))
        ask.done.connect(lambda answer: self._done(job, answer))
        ask.failed.connect(lambda failure: self._over(job, JobState.FAILED, failure))
        ask.cancelled.connect(lambda: self._over(job, JobState.CANCELLED))
        ask.lost.connect(lambda: self._over(job, JobState.LOST))

    def _running(self, job: Job) -> None:
        if job.state is JobState.WAITING:
            job.state, job.started_at = JobState.RUNNING, time.time()
            self._tick.start()
            self.changed.emit(job.id)

    def _progressed(self, job: Job, stage: str, done: int, total: int) -> None:
        self._running(job)
        pace = self._work[job.id].pace
        pace.tell(stage, done, total)
        job.stage, job.done, job.total, job.left_s = stage, done, total, pace.left_s
        self.changed.emit(job.id)

    def _done(self, job: Job, answer: dict[str, Any]) -> None:
        try:
            job.results = self._work[job.id].results(answer)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            self._over(job, JobState.FAILED, Failure("ours", texts.NO_RESULT, texts.REPORT, repr(error)))
            return
        job.answer = answer
        self._over(job, JobState.DONE)

    def _over(self, job: Job, state: JobState, failure: Failure | None = None) -> None:
        job.state, job.failure, job.left_s, job.ended_at = state, failure, None, time.time()
        job.stopping = False
        self._work[job.id].ask = None
        if not self.running:
            self._tick.stop()
        self.changed.emit(job.id)

    def _count_down(self) -> None:
        for job in self.all():
            if job.state is JobState.RUNNING:
                job.left_s = self._work[job.id].pace.left_s
                self.changed.emit(job.id)
