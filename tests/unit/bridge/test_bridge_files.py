"""What is left by others, and by us for others, does not pile up, and nothing goes that is wanted."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from engine.jobs import JobState
from plugin_host.bridge.answer_files import _keep_newest, remove_answers, write_answer
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.inbox import KEPT_S, tidy_inbox
from plugin_host.bridge.job import Job
from plugin_host.bridge.places import AllowedFolders
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.work import make_work
from plugin_host.ports import Action
from tests.midi import midi, row
from tests.unit.bridge.stand_ins import Watcher, render_clicks, request


def aged(path: Path, seconds: float) -> Path:
    path.write_bytes(b"x")
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_old_files_of_clients_go_unless_a_job_waits_for_them(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "outside"
    for folder in (inbox, inbox / "folder", outside):
        folder.mkdir()
    old, new = aged(inbox / "job.json", KEPT_S + 60), aged(inbox / "new.json", KEPT_S - 60)
    needed, done = aged(inbox / "needed.mid", KEPT_S + 60), aged(inbox / "done.mid", KEPT_S + 60)
    linked, below = aged(outside / "a", KEPT_S + 60), aged(inbox / "folder" / "b", KEPT_S + 60)
    (inbox / "link").symlink_to(linked)
    jobs = [
        Job("a", Action.SING, "a", "me", 0, 0.0, request(inbox, "needed")),
        Job("b", Action.SING, "b", "me", 1, 0.0, request(inbox, "done"), state=JobState.DONE),
    ]
    tidy_inbox(inbox, jobs)
    assert not old.exists()
    assert not done.exists()
    assert all(path.exists() for path in (new, needed, linked, below))
    tidy_inbox(tmp_path / "missing", jobs)


def test_the_newest_answer_stays_also_when_the_clock_was_set_back(tmp_path: Path) -> None:
    """The older ones seem newer then."""
    for number in range(70):
        aged(tmp_path / f"jobs-{number}.json", -3600)
    new = aged(tmp_path / "jobs-new.json", 0)
    _keep_newest(tmp_path, "jobs-*.json", new)
    assert new.exists()
    assert len(list(tmp_path.iterdir())) == 64


def test_answers_of_an_older_bridge_go_and_nothing_else(tmp_path: Path) -> None:
    for name in ("jobs", "daws"):
        assert write_answer(tmp_path, name, {"a": 1}).exists()
    others = {"bridge.json", "jobs-notes.json", "bridge.lock"}
    for name in others:
        (tmp_path / name).write_text("")
    remove_answers(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == others
    remove_answers(tmp_path / "missing")


def test_a_clients_clip_that_became_a_link_is_not_sung(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was looked at when the job came in, hours ago."""
    monkeypatch.setattr("engine.api.render_clip", render_clicks)
    allowed, outside = tmp_path / "allowed", tmp_path / "outside"
    for folder in (allowed, outside):
        folder.mkdir()
    (outside / "clip.mid").write_bytes(midi(row(3)))
    (allowed / "clip.mid").symlink_to(outside / "clip.mid")
    daws, places = Daws([]), AllowedFolders([allowed])
    with BridgeService(JobStore(tmp_path / "bridge"), make_work(daws, places)) as service:
        seen = Watcher(service)
        service.submit("a", request(allowed), "me")
        service.submit("b", request(allowed))  # of our own window, whose user may read what he likes
        assert (seen.ended("a").state, seen.ended("b").state) == (JobState.FAILED, JobState.DONE)
    assert "outside the folders" in seen.ended("a").sentence
    assert "--folder" in seen.ended("a").sentence
