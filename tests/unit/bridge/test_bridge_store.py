"""What lies in the store is read back; what is damaged is set aside and said; sounds stay where they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.jobs import JobState, Progress
from engine.score import TempoMap
from plugin_host.bridge.job import Errand, Job, Target
from plugin_host.bridge.store import JobStore
from plugin_host.ports import Action
from tests.unit.bridge.stand_ins import request

TEMPO = TempoMap(((0.0, 90.0), (1 / 3, 133.7)), ((0.0, 4, 4), (8.0, 3, 4)), 1.0)


def job(folder: Path, job_id: str = "a", order: int = 0) -> Job:
    target = Target("key", "Song\ud800", folder, 44_100, "Lead", "Vocal", -7, TEMPO, 17 / 3)
    errand = Errand("ardour", "ask-1", "group", target, ("one", "two"))
    return Job(job_id, Action.SING, "Lead", "me", order, 1e9, request(folder), errand)


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path / "bridge")


def test_a_job_is_read_back(store: JobStore, tmp_path: Path) -> None:
    whole = job(tmp_path)
    store.add(whole)
    ended = replace(whole, state=JobState.DONE, sentence="ü", ended_at=2e9, result=tmp_path / "r.json", begun=2)
    store.keep_state(replace(ended, progress=Progress("Singing", 1, 2)))
    bare = Job("b", Action.ISOLATE, "selection", "", 1, 1e9)
    store.add(bare)
    assert store.load() == ([ended, bare], [])


@pytest.mark.parametrize("name", ["job.json", "state.json"])
@pytest.mark.parametrize(
    "spoil",
    [b"", b"{}", b"nonsense", b'{"id": "other"}', b"\xff", None],
    ids=["empty", "bare", "nonsense", "another", "bytes", "folder"],
)
def test_a_damaged_job_is_set_aside(store: JobStore, tmp_path: Path, name: str, spoil: bytes | None) -> None:
    for number, job_id in enumerate("abc"):
        store.add(job(tmp_path, job_id, number))
    (store.sounds("b") / "take.wav").write_bytes(b"kept")
    path = store.folder("b") / name
    path.unlink()
    if spoil is None:
        path.mkdir()
    else:
        path.write_bytes(spoil)
    jobs, remarks = store.load()
    assert [each.id for each in jobs] == ["a", "c"]
    (remark,) = remarks
    assert "b" in remark
    assert "damaged" in remark
    assert (tmp_path / "bridge" / "damaged" / "b" / name).exists()
    assert (store.sounds("b") / "take.wav").read_bytes() == b"kept"
    assert store.load() == (jobs, [])


def test_a_job_that_calls_itself_otherwise(store: JobStore, tmp_path: Path) -> None:
    store.add(job(tmp_path))
    store.folder("a").rename(store.folder("b"))
    jobs, (remark,) = store.load()
    assert jobs == []
    assert "otherwise" in remark


def test_things_that_are_no_jobs(store: JobStore, tmp_path: Path) -> None:
    (tmp_path / "bridge" / "jobs" / "Thumbs.db").write_bytes(b"")
    (tmp_path / "bridge" / "jobs" / ".new-x").mkdir()
    jobs, remarks = store.load()
    assert jobs == []
    assert len(remarks) == 1
    assert list((tmp_path / "bridge" / "jobs").iterdir()) == []


def test_the_same_damage_twice(store: JobStore, tmp_path: Path) -> None:
    for _ in range(2):
        folder = store.folder("a")
        folder.mkdir(exist_ok=True)
        (folder / "job.json").write_bytes(b"")
        assert len(store.load()[1]) == 1
    assert len(list((tmp_path / "bridge" / "damaged").iterdir())) == 2


def test_an_id_is_used_once(store: JobStore, tmp_path: Path) -> None:
    store.add(job(tmp_path))
    with pytest.raises(InputError):
        store.add(job(tmp_path))
    assert [path.name for path in (tmp_path / "bridge" / "jobs").iterdir()] == ["a"]


def test_what_is_removed_leaves_only_sounds(store: JobStore, tmp_path: Path) -> None:
    for job_id in "ab":
        store.add(job(tmp_path, job_id))
        (store.folder(job_id) / "stems").mkdir()
        (store.folder(job_id) / "stems" / "x.wav").write_bytes(b"")
    (store.sounds("a") / "take.wav").write_bytes(b"kept")
    for job_id in "ab":
        store.remove(job_id)
        store.remove(job_id)
    assert [path.name for path in store.folder("a").rglob("*")] == ["sounds", "take.wav"]
    assert not store.folder("b").exists()
    assert store.load() == ([], [])


def test_a_kill_in_the_middle_of_removing(store: JobStore, tmp_path: Path) -> None:
    store.add(job(tmp_path))
    (store.folder("a") / "job.json").unlink()
    assert store.load() == ([], [])
