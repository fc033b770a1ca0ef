"""Jobs come in once, in order, and are told about."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import InputError, MelismaError
from engine.jobs import JobState
from plugin_host.bridge.events import EVERY_S, Happened, JobEvent, Throttle
from plugin_host.bridge.job import Job
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.task import Prepared, Task
from plugin_host.ports import Action
from tests.unit.bridge.stand_ins import LONG_S, Start, Watcher, Worker, request

pytestmark = pytest.mark.usefixtures("no_thread_leaks")


def test_a_job_is_done_and_leaves_its_result(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    worker.free = True
    assert service.submit("a", request(tmp_path), "me").state is JobState.PENDING
    job = seen.ended("a")
    assert (job.state, job.client, job.sentence) == (JobState.DONE, "me", "clip.mid was made.")
    assert seen.states("a") == [JobState.PENDING, JobState.RUNNING, JobState.DONE]
    assert job.result is not None
    assert json.loads(job.result.read_text())["made"] == "clip.mid"


def test_the_same_id_never_makes_a_second_job(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda n: service.submit("same", request(tmp_path, f"c{n}")), range(32)))
    assert len({job.name for job in jobs}) == 1
    worker.let_go()
    done = seen.ended("same")
    assert service.submit("same", request(tmp_path, "other")) == done
    service.close()
    again = start()
    assert again.submit("same", request(tmp_path, "third")) == done
    assert worker.begun == ["same"]


def test_jobs_of_many_clients_keep_their_order(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    names = [f"j{number:02}" for number in range(20)]
    for number, name in enumerate(names):
        service.submit(name, request(tmp_path), f"client-{number % 3}")
    worker.let_go()
    seen.ended(names[-1])
    assert worker.begun == names
    assert [job.id for job in service.jobs()] == names


def test_cancel_waiting_and_running(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    service.submit("a", request(tmp_path))
    service.submit("b", request(tmp_path))
    worker.wait_begun()
    assert service.cancel("b").state is JobState.CANCELLED
    service.cancel("a")
    assert seen.ended("a").state is JobState.CANCELLED
    assert service.cancel("a").state is JobState.CANCELLED
    assert worker.begun == ["a"]
    assert seen.states("b") == [JobState.PENDING, JobState.CANCELLED]
    with pytest.raises(InputError):
        service.cancel("nobody")


def test_failures_are_told_in_sentences(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    worker.fails = {"a": InputError("The clip is empty.", "Draw notes."), "b": KeyError("secret")}
    worker.let_go()
    service.submit("a", request(tmp_path))
    service.submit("b", request(tmp_path))
    assert seen.ended("a").sentence == "The clip is empty. Draw notes."
    assert "KeyError" in seen.ended("b").sentence
    assert "secret" not in seen.ended("b").sentence


def test_a_long_sentence_does_not_spoil_the_store(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    worker.fails = {"a": InputError("é" * 200_000)}
    worker.let_go()
    service.submit("a", request(tmp_path))
    seen.ended("a")
    service.close()
    assert start().get("a").state is JobState.FAILED


def test_forget(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    service.submit("a", request(tmp_path))
    with pytest.raises(InputError):
        service.forget("a")
    worker.let_go()
    seen.ended("a")
    service.forget("a")
    service.forget("a")
    assert service.jobs() == ()
    seen.wait(lambda event: event.what is Happened.FORGOTTEN)
    service.close()
    assert start().jobs() == ()


@pytest.mark.parametrize("bad", ["", "../a", "a/b", ".hidden", "a" * 65, "a\0b", "-x", "ä"])
def test_ids_that_would_be_paths(start: Start, tmp_path: Path, bad: str) -> None:
    with pytest.raises(InputError):
        start().submit(bad, request(tmp_path))


def test_a_request_that_must_be_read_first(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    worker.let_go()

    def prepare(task: Task) -> Prepared:
        assert task.folder.is_dir()
        return Prepared(request(tmp_path, "read"), name="Lead")

    def refuse(_: Task) -> Prepared:
        raise InputError("Nothing is selected.", "Select something.")

    service.submit_later("good", Action.SING, "selection", prepare)
    service.submit_later("good", Action.SING, "selection", refuse)
    service.submit_later("bad", Action.SING, "selection", refuse)
    assert seen.ended("good").name == "Lead"
    assert seen.ended("bad").sentence == "Nothing is selected. Select something."
    assert worker.begun == ["good"]


def test_cancelled_while_it_is_read(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    inside, leave = threading.Event(), threading.Event()

    def prepare(_: Task) -> Prepared:
        inside.set()
        leave.wait(LONG_S)
        return Prepared(request(tmp_path))

    service.submit_later("a", Action.SING, "selection", prepare)
    assert inside.wait(LONG_S)
    service.cancel("a")
    leave.set()
    assert seen.ended("a").state is JobState.CANCELLED
    assert worker.begun == []


def test_a_listener_that_fails_hinders_nobody(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()

    def broken(_: JobEvent) -> None:
        raise RuntimeError

    service.subscribe(broken)
    seen = Watcher(service)
    worker.let_go()
    service.submit("a", request(tmp_path))
    assert seen.ended("a").state is JobState.DONE


def test_progress_is_thinned_but_begins_and_ends_are_told(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    seen = Watcher(service)
    worker.steps = 5000
    worker.let_go()
    service.submit("a", request(tmp_path))
    seen.ended("a")
    told = [e.job.progress for e in seen.events if e.what is Happened.PROGRESS and e.job.progress is not None]
    assert (told[0].done, told[-1].done) == (0, 5000)
    assert len(told) < 500


def test_the_throttle_counts_by_the_clock() -> None:
    from engine.jobs import Progress

    now = [0.0]
    throttle = Throttle(lambda: now[0])
    told = []
    for step in range(1000):
        now[0] = step * 0.001
        if throttle.lets(Progress("Singing", step, 1000)):
            told.append(now[0])
    assert len(told) == round(1.0 / EVERY_S)
    assert throttle.lets(Progress("Writing", 0, 1))
    assert throttle.lets(Progress("Writing", 1, 1))


def test_after_closing_nothing_is_taken(start: Start, tmp_path: Path) -> None:
    service = start()
    service.close()
    service.close()
    with pytest.raises(MelismaError):
        service.submit("a", request(tmp_path))


def test_a_disk_that_refuses_costs_only_what_is_remembered(
    start: Start, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = start()
    seen = Watcher(service)
    service.submit("a", request(tmp_path))

    def full(_store: JobStore, _job: Job) -> None:
        raise MelismaError("The disk is full.")

    monkeypatch.setattr(JobStore, "keep_state", full)
    worker.let_go()
    assert seen.ended("a").state is JobState.DONE
