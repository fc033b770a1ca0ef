"""The whole bridge, from begin to end: it tells of its jobs, and leaves no thread and no file behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api import SingRequest, SingResult
from engine.folders import runtime_folder
from engine.jobs import JobContext, JobState
from plugin_host.adapters.fake import FakeAdapter, FakeDaw
from plugin_host.bridge.daws import Seen
from plugin_host.bridge.events import JobEvent
from plugin_host.bridge.serving import Bridge, BridgeSettings
from plugin_host.osc import addresses
from plugin_host.osc.client import OscClient
from plugin_host.ports import Action, Capability, DawAdapter, Session
from plugin_host.spool import SpoolAdapter
from tests.spool_script import SpoolScript
from tests.unit.bridge.stand_ins import LONG_S, NOTES, render_clicks

ENDS_S = 3.0
"""Who presses Ctrl-C waits no longer; what is awaited here is let go of at once or after a second."""


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


@pytest.fixture
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def end(bridge: Bridge) -> None:
    """Within `ENDS_S`."""
    ending = threading.Thread(target=bridge.__exit__, args=(None, None, None), daemon=True)
    ending.start()
    ending.join(ENDS_S)
    assert not ending.is_alive(), [thread.name for thread in threading.enumerate()]


def fake(name: str, folder: Path) -> FakeAdapter:
    (folder / name).mkdir()
    daw = FakeDaw(Session(name, name, 44_100, folder / name))
    daw.add_clip("Lead", "Vocal", 8.0, NOTES)
    daw.select("Lead")
    return FakeAdapter(daw, name, name)


@pytest.mark.usefixtures("no_thread_left")
def test_it_ends_soon_while_every_daw_has_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = threading.Event()

    def slow(_request: SingRequest, context: JobContext) -> SingResult:
        inside.set()
        assert context.token.wait(LONG_S)
        context.token.raise_if_cancelled()
        raise AssertionError

    monkeypatch.setattr("engine.api.render_clip", slow)
    adapters = [fake(name, tmp_path) for name in ("one", "two", "three")]
    for adapter in adapters:
        adapter.daw.ask(Action.SING)
    bridge = Bridge(BridgeSettings(adapters)).__enter__()
    assert inside.wait(LONG_S)
    end(bridge)
    assert [path.name for path in runtime_folder().iterdir()] == ["bridge.lock"]


@pytest.mark.usefixtures("no_thread_left")
def test_it_ends_soon_while_a_watched_daw_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watching itself waits for an answer: it is let go of before anybody waits for the watching."""
    monkeypatch.setattr("plugin_host.spool.folder._CLOSING_S", 0.05)
    asked, told = threading.Event(), []
    spool = tmp_path / "spool"
    spool.mkdir()

    class Asking(SpoolAdapter):
        def session(self) -> Session:
            session = super().session()
            self._read(None)
            return session

    def serve(_verb: str, _records: object) -> None:
        asked.set()

    def changed(daw: str, seen: Seen) -> None:
        told.append((daw, seen))

    monkeypatch.setattr("plugin_host.bridge.serving._FIRST_LOOK_S", 0.05)
    with SpoolScript(spool, serve):
        adapter: DawAdapter = Asking("fake", "Fake", frozenset(Capability), spool)
        bridge = Bridge(BridgeSettings([adapter], changed=changed)).__enter__()
        assert asked.wait(LONG_S)
        end(bridge)
    assert told == []  # that it does not answer us any more is no news


def test_what_clients_asked_for_is_removed_at_both_ends() -> None:
    left = runtime_folder() / f"jobs-{'0' * 16}.json"
    left.write_text("{}")
    with Bridge(BridgeSettings()) as bridge:
        assert not left.exists()
        with OscClient("me", entry=bridge.entry) as client:
            answers = [client.welcome, client.request(addresses.DAW_LIST)]
            assert all(answer.file is not None and answer.file.exists() for answer in answers)
    assert [path.name for path in runtime_folder().iterdir()] == ["bridge.lock"]


def test_whoever_listens_hears_of_every_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.api.render_clip", render_clicks)
    adapter, over = fake("one", tmp_path), threading.Event()
    states: list[JobState] = []

    def happened(event: JobEvent) -> None:
        states.append(event.job.state)
        if event.job.ended:
            over.set()

    adapter.daw.ask(Action.SING)
    with Bridge(BridgeSettings([adapter], happened=happened)):
        assert over.wait(LONG_S)
    assert list(dict.fromkeys(states)) == [JobState.PENDING, JobState.RUNNING, JobState.DONE]
