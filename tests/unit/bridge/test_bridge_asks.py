"""What is asked for inside a DAW is neither lost nor done twice, whenever a kill comes."""

from __future__ import annotations

import os
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.jobs import JobState
from plugin_host.adapters.fake import FakeAdapter, FakeDaw
from plugin_host.bridge.asks import Asks
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.task import Task
from plugin_host.bridge.work import make_work
from plugin_host.ports import Action, Ask, Capability, Session
from plugin_host.spool import Spool, SpoolAdapter
from plugin_host.spool.records import pack
from tests.unit.bridge.stand_ins import LONG_S, NOTES, PlainLyrics, Rig, Watcher

SESSION = ("session", "key-1", "Song", "48000", "")
REGION = ("region", "r1", "Verse", "Lead", "midi", "256000", "96000", "8.0", "4.0")
ASK = pack(["sing"], [SESSION, ("tempo", "0", "90"), ("meter", "0", "4", "4"), REGION, ("note", "0", "1", "60", "90")])


def adapter(folder: Path) -> SpoolAdapter:
    return SpoolAdapter("fake", "Fake", frozenset(Capability), folder)


def test_an_ask_that_nobody_wrote_down_is_there_after_a_kill(tmp_path: Path) -> None:
    (tmp_path / "ask-1").write_bytes(ASK)
    assert [ask.id for ask in adapter(tmp_path).asks()] == ["1"]
    again = adapter(tmp_path)  # the first one was killed
    assert [ask.id for ask in again.asks()] == ["1"]
    assert again.asks() == ()  # now it was written down
    assert not (tmp_path / "ask-1").exists()
    assert adapter(tmp_path).asks() == ()


def test_what_was_written_down_goes_at_a_clean_end(tmp_path: Path) -> None:
    (tmp_path / "ask-1").write_bytes(ASK)
    daw = adapter(tmp_path)
    daw.asks()
    daw.close()
    assert list(tmp_path.iterdir()) == []


def test_an_ask_that_cannot_be_removed_is_given_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ask-1").write_bytes(ASK)
    daw = adapter(tmp_path)

    def refuse(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert [len(daw.asks()) for _ in range(4)] == [1, 0, 0, 0]


def test_an_ask_that_comes_again_makes_only_what_is_missing(rig: Rig) -> None:
    for name in ("Lead", "Choir"):
        rig.daw.add_clip(name, name, 8.0, NOTES)
    both = Ask("ask-7", Action.SING, tuple(rig.daw.clips))
    rig.asks.take("fake", replace(both, clips=both.clips[:1]))  # a kill came after the first of two jobs
    rig.asks.take("fake", both)
    rig.asks.take("fake", both)
    jobs = rig.service.jobs()
    assert [job.name for job in jobs] == ["Lead", "Choir"]
    assert len({job.errand.group for job in jobs if job.errand}) == 1
    for job in jobs:
        rig.seen.ended(job.id)
    rig.service.close()
    assert [len(rig.daw.sounds_on[f"{name} (sung)"]) for name in ("Lead", "Choir")] == [1, 1]


def test_the_user_is_told_of_a_job_that_a_kill_ended(tmp_path: Path) -> None:
    daw = FakeDaw(Session("key", "Song", 44_100))
    clip = daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    inside, leave = threading.Event(), threading.Event()

    class Stuck(PlainLyrics):
        def words(self, *_: object) -> None:  # type: ignore[override]
            inside.set()
            leave.wait(LONG_S)
            raise InputError("It is over.")

    daws = Daws([FakeAdapter(daw)])
    service = BridgeService(JobStore(tmp_path / "bridge"), make_work(daws), daws.ids)
    with service:
        Asks(service, daws, Stuck()).take("fake", Ask("ask-1", Action.SING, (clip,)))
        assert inside.wait(LONG_S)
        found = Path(shutil.copytree(tmp_path / "bridge", tmp_path / "found"))
        leave.set()
    daw.answers.clear()
    again = BridgeService(JobStore(found), make_work(daws), daws.ids)
    Asks(again, daws, PlainLyrics())
    with again:
        ((ask, sentence, failed),) = daw.answers
    assert (ask, failed) == ("ask-1", True)
    assert "Ask for it again" in sentence


def test_the_lyrics_hear_for_which_daw_a_clip_is_sung(rig: Rig) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    rig.do(Action.SING, "Lead")
    assert rig.lyrics.daws == [rig.adapter.name]


def test_a_clip_that_fails_at_once_does_not_speak_for_the_others(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its job is over before that of the next clip is there."""
    rig.daw.add_clip("Empty", "Vocal", 20.0, [])
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    submit = rig.service.submit_later

    def slowly(job_id: str, *rest: object, **more: object) -> object:
        job = submit(job_id, *rest, **more)  # type: ignore[arg-type]
        if job.name == "Empty":
            rig.seen.ended(job_id)
        return job

    monkeypatch.setattr(rig.service, "submit_later", slowly)
    rig.do(Action.SING, "Empty", "Lead")
    rig.service.close()
    ((_, sentence, _),) = rig.daw.answers
    assert "Empty has no notes" in sentence
    assert "Lead is now on" in sentence


def test_a_command_of_yesterday_is_not_obeyed_today(tmp_path: Path) -> None:
    for name in ("cmd", "answer", "reply-1"):
        (tmp_path / name).write_bytes(pack(["1", "place"]))
    (tmp_path / "ask-1").write_bytes(ASK)
    spool = Spool(tmp_path, "Fake")
    spool.open(9000, "secret")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ask-1", "bridge"]
    spool.close()
    spool.close()
    assert [path.name for path in tmp_path.iterdir()] == ["ask-1"]


def test_the_bridge_file_of_another_one_stays(tmp_path: Path) -> None:
    first, second = Spool(tmp_path, "Fake"), Spool(tmp_path, "Fake")
    first.open(9000, "secret")
    second.open(9001, "other")
    first.close()
    assert (tmp_path / "bridge").is_file()


def test_the_sound_for_a_daw_that_is_not_served_today(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    monkeypatch.setattr(rig.daws, "_daws", dict(rig.daws._daws))
    job_id = rig.asks.sing("id1", "fake", "Lead", "me").id
    seen = rig.seen.ended(job_id)
    assert seen.errand is not None
    assert seen.errand.target is not None
    rig.service.close()
    store = JobStore(rig.store.folder("x").parent.parent)
    store.keep_state(replace(seen, state=JobState.PENDING, ended_at=0.0, result=None))
    nobody = Daws([])
    again = BridgeService(store, make_work(nobody), nobody.ids)
    watcher = Watcher(again)
    with again:
        job = watcher.ended(job_id)
    assert job.state is JobState.FAILED
    assert "The sound is kept: " in job.sentence


def test_what_a_job_needed_on_its_way_goes_with_its_end(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mix that was cut out and then cancelled would lie there for two hundred jobs."""

    def fail(task: Task) -> None:
        (task.folder / "Mix.wav").write_bytes(b"large")
        (task.folder / "stems").mkdir()
        (task.folder / "stems" / "half.wav").write_bytes(b"large")
        (task.sounds / "kept.wav").write_bytes(b"kept")
        raise InputError("It did not work.")

    monkeypatch.setattr(rig.service, "_work", fail)
    rig.daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    rig.asks.sing("id1", "fake", "Lead", "me")
    rig.seen.ended("id1")
    left = sorted(path.name for path in rig.store.folder("id1").iterdir())
    assert left == ["clip.mid", "job.json", "sounds", "state.json"]
    assert (rig.store.sounds("id1") / "kept.wav").is_file()


def test_old_asks_are_no_wishes(tmp_path: Path) -> None:
    (tmp_path / "ask-1").write_bytes(ASK)
    os.utime(tmp_path / "ask-1", (time.time() - 3600,) * 2)
    daw = adapter(tmp_path)
    assert daw.asks() == ()
    assert daw.asks() == ()
    assert list(tmp_path.iterdir()) == []


def test_another_clip_of_that_name_is_not_sung(rig: Rig) -> None:
    first, second = (rig.daw.add_clip(name, "Vocals", at, NOTES) for name, at in (("", 8.0), ("", 16.0)))
    session = rig.daw.session.key
    other = rig.asks.sing("id1", "fake", "Vocals", "me", meant=(session, second.key)).id
    job = rig.seen.ended(other)
    assert job.state is JobState.FAILED
    assert "another clip" in job.sentence
    assert "Select the one you mean in Fake" in job.sentence
    elsewhere = rig.asks.sing("id2", "fake", "Vocals", "me", meant=("another session", first.key)).id
    assert rig.seen.ended(elsewhere).state is JobState.FAILED
    assert rig.lyrics.daws == []
    meant = rig.asks.sing("id3", "fake", "Vocals", "me", meant=(session, first.key)).id
    assert rig.seen.ended(meant).state is JobState.DONE
