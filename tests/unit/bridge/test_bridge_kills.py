"""Jobs survive the end of the program, however it came."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.jobs import JobState
from plugin_host.bridge.events import Happened
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.task import Prepared, Task
from plugin_host.ports import Action
from tests.unit.bridge.stand_ins import LONG_S, Start, Watcher, Worker, request

pytestmark = pytest.mark.usefixtures("no_thread_leaks")


def states(service: BridgeService) -> dict[str, JobState]:
    return {job.id: job.state for job in service.jobs()}


def test_what_was_not_done_goes_on_after_a_clean_end(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    for name in ("running", "waiting", "unwanted"):
        service.submit(name, request(tmp_path), "me")
    worker.wait_begun()
    service.cancel("unwanted")
    service.close()
    again = start()
    assert states(again)["unwanted"] is JobState.CANCELLED
    assert states(again)["waiting"] is JobState.PENDING
    seen = Watcher(again)
    worker.let_go()
    assert seen.ended("running").client == "me"
    assert seen.ended("waiting").state is JobState.DONE
    assert worker.begun == ["running", "running", "waiting"]


def killed(service: BridgeService, tmp_path: Path) -> Path:
    """The folder as it would be found after a kill right now."""
    import shutil

    return Path(shutil.copytree(tmp_path / "bridge", tmp_path / "found"))


def test_what_was_running_at_a_kill_goes_on(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    for name in ("running", "unwanted", "waiting"):
        service.submit(name, request(tmp_path))
    worker.wait_begun()
    service.cancel("unwanted")
    found = killed(service, tmp_path)
    worker.let_go()
    with BridgeService(JobStore(found), Worker(free=True)) as again:
        ended = {job.id for job in again.jobs() if job.state is JobState.CANCELLED}
        assert ended == {"unwanted"}
        assert [job.id for job in again.jobs()] == ["running", "unwanted", "waiting"]


def test_a_cancelled_job_stays_cancelled_when_the_kill_comes_before_it_ended(
    start: Start, worker: Worker, tmp_path: Path
) -> None:
    service = start()
    stuck = threading.Event()
    in_there = threading.Event()

    def deaf(task: Task) -> None:
        in_there.set()
        stuck.wait(LONG_S)

    service._work = deaf  # type: ignore[assignment]
    service.submit("a", request(tmp_path))
    assert in_there.wait(LONG_S)
    assert service.cancel("a").state is JobState.RUNNING  # it has not noticed yet
    found = killed(service, tmp_path)
    stuck.set()
    jobs, _ = JobStore(found).load()
    assert [job.state for job in jobs] == [JobState.CANCELLED]


def test_a_job_that_takes_the_program_down_is_given_up(start: Start, tmp_path: Path) -> None:
    service = start()
    service.submit("a", request(tmp_path))
    (job,) = service.jobs()
    service.close()
    store = JobStore(tmp_path / "bridge")
    for begun, state in ((2, JobState.PENDING), (3, JobState.FAILED)):
        store.keep_state(replace(job, state=JobState.RUNNING, begun=begun))
        again = start()
        assert again.get("a").state in (state, JobState.RUNNING if state is JobState.PENDING else state)
        again.close()
    assert "3 times" in store.load()[0][0].sentence


def test_a_kill_while_placing_never_places_twice(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    service.submit("a", request(tmp_path))
    service.close()
    store = JobStore(tmp_path / "bridge")
    store.keep_state(replace(service.get("a"), state=JobState.RUNNING, placing="/music/a.wav"))
    again = start()
    job = again.get("a")
    assert job.state is JobState.FAILED
    assert "/music/a.wav" in job.sentence
    assert len(worker.begun) <= 1


def test_old_jobs_are_swept_and_their_sounds_are_not(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start(kept_jobs=3)
    seen = Watcher(service)
    worker.let_go()
    for number in range(6):
        service.submit(f"j{number}", request(tmp_path))
        seen.ended(f"j{number}")
        (tmp_path / "bridge" / "jobs" / f"j{number}" / "sounds" / "a.wav").write_bytes(b"kept")
    seen.wait(lambda event: event.what is Happened.FORGOTTEN and event.job.id == "j2")
    assert [job.id for job in service.jobs()] == ["j3", "j4", "j5"]
    service.close()
    again = start(kept_jobs=3)
    assert [job.id for job in again.jobs()] == ["j3", "j4", "j5"]
    assert len(list((tmp_path / "bridge" / "jobs").glob("*/sounds/a.wav"))) == 6
    with pytest.raises(InputError):  # it was done, and its sound lies there
        again.submit("j0", request(tmp_path))


def test_a_kill_before_the_clip_was_read(start: Start, worker: Worker, tmp_path: Path) -> None:
    service = start()
    inside, leave = threading.Event(), threading.Event()

    def prepare(_: Task) -> Prepared:
        inside.set()
        leave.wait(LONG_S)
        return Prepared(request(tmp_path))

    service.submit_later("a", Action.SING, "selection", prepare)
    assert inside.wait(LONG_S)
    found = killed(service, tmp_path)
    leave.set()
    with BridgeService(JobStore(found), worker) as again:
        assert again.get("a").state is JobState.FAILED
        assert "Ask for it again" in again.get("a").sentence
