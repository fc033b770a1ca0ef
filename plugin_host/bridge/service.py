"""The bridge's core: jobs come in, are done one after the other, survive a kill, and are told about.

Knows neither OSC nor DAWs; a window uses it as the server does.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, MelismaError
from engine.jobs import JobContext, JobHandle, JobQueue, JobState, Progress
from plugin_host.bridge.ending import ending
from plugin_host.bridge.events import Happened, JobEvent, Listener, Listeners, Throttle
from plugin_host.bridge.job import Errand, Job, check_job_id
from plugin_host.bridge.job_file import kind_of, subject
from plugin_host.bridge.recovery import resumed
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.task import Later, Outcome, Prepare, Task, Work
from plugin_host.ports import Action

if TYPE_CHECKING:
    from plugin_host.bridge.job_file import JobRequest

_LONGEST_SENTENCE = 2000

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Live:
    """One job while we run.  `unwanted`: its user cancelled it."""

    job: Job
    handle: JobHandle[Any] | None = None
    throttle: Throttle = field(default_factory=Throttle)
    unwanted: bool = False


class BridgeService:
    """Use as a context manager: `start` on the way in, `close` on the way out.  Safe from any thread.

    `daws`: each has a thread of its own, for one that hangs must hold up neither the engine nor another DAW.
    """

    def __init__(self, store: JobStore, work: Work, daws: Iterable[str] = ()) -> None:
        self._store, self._work = store, work
        self._listeners = Listeners()
        self._lanes = {daw: f"daw-{daw}" for daw in daws}
        self._queue = JobQueue({"engine": 1, "io": 2, **dict.fromkeys(self._lanes.values(), 1)})
        self._lock = threading.RLock()
        self._live: dict[str, _Live] = {}
        self._next_order = 0
        self._closing = False

    def start(self) -> tuple[str, ...]:
        """Take up the jobs of last time; what is wrong with some of them, in sentences."""
        jobs, remarks = self._store.load()
        given_up: list[Job] = []
        with self._lock:
            for job in jobs:
                taken = resumed(job)
                self._live[job.id] = _Live(taken)
                self._next_order = job.order + 1
                if taken != job:
                    self._keep(taken)
                    given_up += [taken] if taken.ended else []
        for job in given_up:
            self._tell(Happened.STATE, job)  # whoever asked for it hears of it
        for job in self.jobs():
            if not job.ended:
                self._enqueue(job.id)
        self._sweep()
        return tuple(remarks)

    def submit(self, job_id: str, request: JobRequest, client: str = "", name: str = "") -> Job:
        """Queue `request`.  A job of this id that is already there is given back, and nothing else happens.

        Raises `InputError` for an id that cannot be one or was one, `MelismaError` when the disk refuses.
        """
        job, new = self._add(job_id, Action(kind_of(request)), name or subject(request).name, client, request=request)
        if new:
            self._tell(Happened.STATE, job)
            self._enqueue(job.id)
        return job

    def submit_later(
        self, job_id: str, kind: Action, name: str, prepare: Prepare, client: str = "", errand: Errand | None = None
    ) -> Job:
        """As `submit`, for a request that only `prepare` can tell, which may take seconds."""
        job, new = self._add(job_id, kind, name, client, errand=errand)
        if new:
            self._tell(Happened.STATE, job)
            self._enqueue_prepare(job, prepare)
        return job

    def cancel(self, job_id: str) -> Job:
        """Stop a job; nothing happens when it has ended.  Raises `InputError` when there is none of this id."""
        with self._lock:
            live = self._find(job_id)
            if live.job.ended:
                return live.job
            live.unwanted = True
            # Written down before it is true: a kill in between must not bring the job back.
            self._keep(replace(live.job, state=JobState.CANCELLED, ended_at=time.time()))
            handle = live.handle
        if handle is not None:
            handle.cancel()
        return self.get(job_id)

    def forget(self, job_id: str) -> None:
        """Take an ended job off the list; what it made stays.  Raises `InputError` while it has not ended."""
        with self._lock:
            live = self._live.get(check_job_id(job_id))
            if live is None:
                return
            if not live.job.ended:
                raise InputError(f"The job {live.job.name} has not ended.", "Cancel it first.")
            del self._live[job_id]
            self._store.remove(job_id)
        self._tell(Happened.FORGOTTEN, live.job)

    def find(self, job_id: str) -> Job | None:
        """The job as it is now, None when there is none of this id."""
        with self._lock:
            return live.job if (live := self._live.get(job_id)) else None

    def get(self, job_id: str) -> Job:
        """As `find`, but raises `InputError` when there is none of this id."""
        with self._lock:
            return self._find(job_id).job

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, in the order in which they came."""
        with self._lock:
            return tuple(sorted((live.job for live in self._live.values()), key=lambda job: job.order))

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told of everything; see `Listeners.subscribe`."""
        return self._listeners.subscribe(listener)

    def close(self) -> None:
        """Stop working.  Jobs that have not ended are taken up at the next start.  May be called twice."""
        with self._lock:
            self._closing = True
        self._queue.shutdown()

    def __enter__(self) -> BridgeService:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _add(self, job_id: str, kind: Action, name: str, client: str, **more: Any) -> tuple[Job, bool]:
        with self._lock:
            if self._closing:
                raise MelismaError("Melisma is being closed.", "Start it again and ask once more.")
            known = self._live.get(check_job_id(job_id))
            if known is not None:
                return known.job, False
            job = Job(job_id, kind, name, client, self._next_order, time.time(), **more)
            self._store.add(job)
            self._next_order += 1
            self._live[job_id] = _Live(job)
            return job, True

    def _find(self, job_id: str) -> _Live:
        live = self._live.get(job_id)
        if live is None:
            raise InputError(f"There is no job {job_id[:64]}.", "Ask for the list of jobs.")
        return live

    def _enqueue(self, job_id: str) -> None:
        def over(job_id: str, handle: JobHandle[Any]) -> None:
            rest = handle.result(0) if handle.state is JobState.DONE else None
            if isinstance(rest, Later):
                self._enqueue_rest(job_id, rest)
            else:
                self._over(job_id, handle)

        self._put(job_id, "engine", job_id, lambda context: self._run(job_id, context), over)

    def _enqueue_rest(self, job_id: str, rest: Later) -> None:
        def work(context: JobContext) -> Outcome:
            task = self._task(self.get(job_id), self._watched(job_id, context))
            return self._store.keep_result(job_id, rest.finish(task))

        self._put(job_id, self._lanes.get(rest.daw, "io"), f"finish {job_id}", work, self._over)

    def _enqueue_prepare(self, job: Job, prepare: Prepare) -> None:
        def work(context: JobContext) -> None:
            prepared = prepare(self._task(job, context))
            with self._lock:
                live = self._live[job.id]
                name = prepared.name or live.job.name
                live.job = replace(live.job, request=prepared.request, errand=prepared.errand, name=name)
                self._store.keep_job(live.job)

        def over(job_id: str, handle: JobHandle[None]) -> None:
            if handle.state is JobState.DONE:
                self._enqueue(job_id)
            else:
                self._over(job_id, handle)

        daw = "" if job.errand is None else job.errand.daw
        self._put(job.id, self._lanes.get(daw, "io"), f"prepare {job.id}", work, over)

    def _put(
        self,
        job_id: str,
        lane: str,
        key: str,
        work: Callable[[JobContext], Any],
        over: Callable[[str, JobHandle[Any]], None],
    ) -> None:
        with self._lock:
            if self._closing:
                return  # it stays pending on the disk
            live = self._live[job_id]
            live.handle = handle = None if live.unwanted else self._queue.submit(lane, key, work)
        if handle is None:
            self._end(job_id, JobState.CANCELLED, "")
        else:
            handle.on_finish(lambda finished: over(job_id, finished))

    def _run(self, job_id: str, context: JobContext) -> Outcome | Later:
        job = self._change(job_id, state=JobState.RUNNING, begun=self.get(job_id).begun + 1)
        self._tell(Happened.STATE, job)
        task = self._task(job, self._watched(job_id, context))
        made = self._work(task)
        return made if isinstance(made, Later) else self._store.keep_result(job_id, made)

    def _watched(self, job_id: str, context: JobContext) -> JobContext:
        return JobContext(lambda progress: self._progress(job_id, progress), context.token)

    def _task(self, job: Job, context: JobContext) -> Task:
        folder, sounds = self._store.folder(job.id), self._store.sounds(job.id)
        return Task(job, folder, sounds, context, lambda where: self._about_to_place(job.id, where, context))

    def _about_to_place(self, job_id: str, where: str, context: JobContext) -> None:
        context.token.raise_if_cancelled()
        self._change(job_id, placing=where)

    def _progress(self, job_id: str, progress: Progress) -> None:
        with self._lock:
            live = self._live[job_id]
            live.job = job = replace(live.job, progress=progress)
            told = live.throttle.lets(progress)
        if told:
            self._tell(Happened.PROGRESS, job)

    def _over(self, job_id: str, handle: JobHandle[Any]) -> None:
        """On the worker's thread, or on that of whoever cancelled."""
        job = self.get(job_id)
        if handle.state is JobState.CANCELLED and self._closing and not self._live[job_id].unwanted:
            self._change(job_id, state=JobState.PENDING, begun=max(0, job.begun - 1))
            return
        self._end(job_id, *ending(job_id, handle))

    def _end(self, job_id: str, state: JobState, sentence: str, has_result: bool = False) -> None:
        job = self._change(
            job_id,
            state=state,
            sentence=sentence[:_LONGEST_SENTENCE],
            result=self._store.result(job_id) if has_result else None,
            ended_at=time.time(),
            placing="",
            progress=None,
        )
        self._store.tidy(job_id)
        self._tell(Happened.STATE, job)
        self._sweep()

    def _change(self, job_id: str, **changes: Any) -> Job:
        with self._lock:
            live = self._live[job_id]
            live.job = replace(live.job, **changes)
            self._keep(live.job if not live.unwanted or live.job.ended else replace(live.job, state=JobState.CANCELLED))
            return live.job

    def _keep(self, job: Job) -> None:
        """A full disk costs only what is remembered, never the work."""
        try:
            self._store.keep_state(job)
        except MelismaError as error:
            _log.error("the state of job %s was not kept: %s", job.id, error)

    def _sweep(self) -> None:
        for job in self._store.surplus(self.jobs()):
            with contextlib.suppress(InputError):
                self.forget(job.id)

    def _tell(self, what: Happened, job: Job) -> None:
        self._listeners.tell(JobEvent(what, job))
