"""Lanes of worker threads.  The newest request of a key supersedes its older ones."""

from __future__ import annotations

import enum
import threading
from collections import deque
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from engine.errors import Cancelled
from engine.jobs.context import CancelToken, JobContext, ProgressSink, nowhere

T = TypeVar("T")
Work = Callable[[JobContext], T]

# One worker for the engine: there is one processor to fill, and two renders would only slow each other.
DEFAULT_LANES: Mapping[str, int] = {"engine": 1, "io": 4}


class JobState(enum.Enum):
    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobHandle(Generic[T]):
    """What the one who asked holds: the job's state, its result, and a way to cancel it."""

    def __init__(self, key: str, work: Work[T], progress_sink: ProgressSink) -> None:
        self.key = key
        self._work = work
        self._context = JobContext(progress_sink, CancelToken())
        self._state = JobState.PENDING
        self._result: T | None = None
        self._error: BaseException | None = None
        self._finished = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[JobHandle[T]], None]] = []

    @property
    def state(self) -> JobState:
        return self._state

    @property
    def finished(self) -> bool:
        return self._finished.is_set()

    def cancel(self) -> None:
        """Ask to stop: a waiting job ends at once, a running one at its next step."""
        self._context.token.cancel()
        with self._lock:
            waiting = self._state is JobState.PENDING
            if waiting:
                self._state = JobState.CANCELLED  # from here on `run` will not begin it
        if waiting:
            self._finish(JobState.CANCELLED, error=Cancelled())

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; says whether it came within `timeout_s`."""
        return self._finished.wait(timeout_s)

    def result(self, timeout_s: float | None = None) -> T:
        """The work's result.  Raises what it raised, `Cancelled`, or `TimeoutError`."""
        if not self._finished.wait(timeout_s):
            raise TimeoutError(f"{self.key} is still {self._state.value}")
        if self._error is not None:
            raise self._error
        return cast(T, self._result)

    def on_finish(self, callback: Callable[[JobHandle[T]], None]) -> None:
        """Call `callback(handle)` at the end, on the worker's thread, or right now when it is over."""
        with self._lock:
            if not self._finished.is_set():
                self._callbacks.append(callback)
                return
        callback(self)

    def run(self) -> None:
        """Do the work on this thread, unless it was cancelled while it waited."""
        with self._lock:
            if self._state is not JobState.PENDING:
                return
            self._state = JobState.RUNNING
        try:
            result = self._work(self._context)
        except Cancelled as wish:
            self._finish(JobState.CANCELLED, error=wish)
        except BaseException as error:  # belongs to whoever asks for the result
            self._finish(JobState.FAILED, error=error)
        else:
            self._finish(JobState.DONE, result=result)

    def _finish(self, state: JobState, result: T | None = None, error: BaseException | None = None) -> None:
        with self._lock:
            self._state, self._result, self._error = state, result, error
            self._finished.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)


class JobQueue:
    """Runs jobs on named lanes, each with a fixed number of threads that start when first needed.

    Use as a context manager, or call `shutdown`: it cancels what is left and joins every thread.
    """

    def __init__(self, lanes: Mapping[str, int] = DEFAULT_LANES) -> None:
        self._lanes = {name: _Lane(name, workers) for name, workers in lanes.items()}
        self._latest: dict[str, JobHandle[Any]] = {}
        self._lock = threading.Lock()
        self._open = True

    def submit(self, lane: str, key: str, work: Work[T], progress_sink: ProgressSink = nowhere) -> JobHandle[T]:
        """Queue `work`; an unfinished job of the same `key` is cancelled.  Raises `RuntimeError` after shutdown."""
        handle = JobHandle(key, work, progress_sink)
        with self._lock:
            if not self._open:
                raise RuntimeError("the queue is shut down")
            older = self._latest.get(key)
            self._latest[key] = handle
            self._lanes[lane].put(handle)
        if older is not None:
            older.cancel()
        handle.on_finish(self._forget)
        return handle

    def shutdown(self) -> None:
        """Cancel everything and wait until every thread has ended.  May be called twice."""
        with self._lock:
            self._open = False
            unfinished = list(self._latest.values())
        for handle in unfinished:
            handle.cancel()
        for lane in self._lanes.values():
            lane.shutdown()

    def __enter__(self) -> JobQueue:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()

    def _forget(self, handle: JobHandle[Any]) -> None:
        with self._lock:
            if self._latest.get(handle.key) is handle:
                del self._latest[handle.key]


class _Lane:
    """A line of jobs and the threads that serve it."""

    def __init__(self, name: str, workers: int) -> None:
        self._name, self._workers = name, workers
        self._waiting: deque[JobHandle[Any]] = deque()
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._open = True

    def put(self, handle: JobHandle[Any]) -> None:
        with self._changed:
            self._waiting.append(handle)
            if len(self._threads) < self._workers:
                name = f"melisma-{self._name}-{len(self._threads)}"
                # Daemons, so that a program that dies without `shutdown` still ends.
                thread = threading.Thread(target=self._serve, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify()

    def shutdown(self) -> None:
        with self._changed:
            self._open = False
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or not self._open)
                if not self._waiting:
                    return
                handle = self._waiting.popleft()
            handle.run()
