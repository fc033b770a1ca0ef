"""The queue of jobs, with an engine that says what the test wants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.engine_process import Ask, Failure
from gui.jobs import TELLS_AFTER_S, Job, Jobs, JobState, Pace


class Engine:
    """Remembers what it was asked; the test answers."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self.asked: list[tuple[str, Mapping[str, Any], str]] = []
        self.stopped: list[Ask] = []

    def ask(self, op: str, args: Mapping[str, Any], key: str = "") -> Ask:
        ask = Ask(self, str(len(self.asks)), op, key)  # type: ignore[arg-type]
        self.asks.append(ask)
        self.asked.append((op, args, key))
        return ask

    def stop(self, ask: Ask) -> None:
        self.stopped.append(ask)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Told:
    """What the signals said."""

    def __init__(self, jobs: Jobs) -> None:
        self.added: list[str] = []
        self.changed: list[str] = []
        self.removed: list[str] = []
        jobs.added.connect(self.added.append)
        jobs.changed.connect(self.changed.append)
        jobs.removed.connect(self.removed.append)


@pytest.fixture
def engine(qapp: object) -> Engine:
    return Engine()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(engine: Engine, clock: Clock) -> Jobs:
    return Jobs(engine, clock=clock)


def _files(answer: dict[str, Any]) -> tuple[Path, ...]:
    return tuple(Path(name) for name in answer["files"])


def _run(jobs: Jobs, title: str = "Song") -> Job:
    return jobs.run("isolate", title, "isolate", {"mixes": ["a.wav"]}, _files)


def test_a_job_goes_from_waiting_to_done(jobs: Jobs, engine: Engine) -> None:
    told = Told(jobs)
    job = _run(jobs)
    assert told.added == [job.id]
    assert engine.asked == [("isolate", {"mixes": ["a.wav"]}, "")]
    assert (job.state, job.started_at, jobs.running) == (JobState.WAITING, 0.0, 1)
    engine.asks[0].begun.emit()
    assert (job.state, job.started_at > 0) == (JobState.RUNNING, True)
    engine.asks[0].progressed.emit("Separating", 3, 9)
    assert (job.stage, job.done, job.total, job.left_s) == ("Separating", 3, 9, None)
    engine.asks[0].done.emit({"files": ["a", "b"]})
    assert (job.state, job.results, jobs.running) == (JobState.DONE, (Path("a"), Path("b")), 0)
    assert job.answer == {"files": ["a", "b"]}
    assert job.ended_at >= job.started_at
    assert set(told.changed) == {job.id}
    assert job.state == "done"


@pytest.mark.parametrize("signal", ["cancelled", "lost", "failed"])
def test_a_job_that_ended_otherwise_can_be_done_again(jobs: Jobs, engine: Engine, signal: str) -> None:
    job = _run(jobs)
    engine.asks[0].begun.emit()
    failure = Failure("input", "There is no file x.")
    getattr(engine.asks[0], signal).emit(*([failure] if signal == "failed" else []))
    assert job.state == signal
    assert job.failure == (failure if signal == "failed" else None)
    jobs.again(job.id)
    assert (job.state, job.failure, len(engine.asks)) == (JobState.WAITING, None, 2)
    assert engine.asked[0] == engine.asked[1]
    jobs.again(job.id)  # it waits already
    assert len(engine.asks) == 2
    engine.asks[1].done.emit({"files": []})
    assert job.state is JobState.DONE
    assert jobs.all() == (job,)


def test_an_answer_without_files_is_our_fault(jobs: Jobs, engine: Engine) -> None:
    job = _run(jobs)
    engine.asks[0].done.emit({"other": 1})
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.kind == "ours"


def test_a_cancel_goes_to_the_engine(jobs: Jobs, engine: Engine) -> None:
    job = _run(jobs)
    jobs.cancel(job.id)
    assert engine.stopped == engine.asks
    assert job.state is JobState.WAITING  # until the engine says so
    engine.asks[0].cancelled.emit()
    jobs.cancel(job.id)
    jobs.cancel("unknown")
    assert len(engine.stopped) == 1


def test_only_what_is_over_is_forgotten(jobs: Jobs, engine: Engine) -> None:
    told = Told(jobs)
    first, second = _run(jobs, "First"), _run(jobs, "Second")
    jobs.forget(first.id)
    assert jobs.all() == (first, second)
    engine.asks[0].done.emit({"files": []})
    jobs.forget(first.id)
    jobs.forget("unknown")
    assert (jobs.all(), told.removed, jobs.get(first.id)) == ((second,), [first.id], None)
    assert jobs.get(second.id) is second


def test_time_left_is_told_when_it_can_be_and_counts_down(jobs: Jobs, engine: Engine, clock: Clock, qtbot: Any) -> None:
    job = _run(jobs)
    ask = engine.asks[0]
    ask.progressed.emit("Loading", 0, 1)
    clock.now += 60  # loading says nothing about separating
    ask.progressed.emit("Separating", 0, 10)
    clock.now += 4
    ask.progressed.emit("Separating", 2, 10)
    assert job.left_s == pytest.approx(16)
    clock.now += 3
    with qtbot.waitSignal(jobs.changed, timeout=10_000):
        pass
    assert job.left_s == pytest.approx(13)
    ask.done.emit({"files": []})
    assert job.left_s is None


@given(
    st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 50)), min_size=1, max_size=20),
    st.floats(0, 1000),
)
def test_time_left_is_never_negative_and_zero_at_the_end(steps: list[tuple[float, int]], later_s: float) -> None:
    clock = Clock()
    pace = Pace(clock)
    done = 0
    total = sum(step for _, step in steps)
    pace.tell("x", 0, total)
    for passed_s, step in steps:
        clock.now += passed_s
        done += step
        pace.tell("x", done, total)
        assert pace.left_s is None or pace.left_s >= 0
    clock.now += later_s
    assert pace.left_s is None or pace.left_s == 0


def test_an_even_pace_is_foretold() -> None:
    clock = Clock()
    pace = Pace(clock)
    for done in range(10):
        pace.tell("x", done, 10)
        if done * 1.5 >= TELLS_AFTER_S:
            assert pace.left_s == pytest.approx((10 - done) * 1.5)
        clock.now += 1.5
