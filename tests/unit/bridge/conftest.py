"""Services whose work is a stand-in, and a bridge over a DAW in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.score import TempoMap
from plugin_host.adapters.fake import FakeAdapter, FakeDaw
from plugin_host.bridge.asks import Asks
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.work import make_work
from plugin_host.ports import Session
from tests.unit.bridge.stand_ins import PlainLyrics, Rig, Start, Watcher, Worker, isolate_a_quarter, render_clicks

TEMPO = TempoMap(((0.0, 90.0), (10.0, 133.0), (12.3, 71.0)), ((0.0, 4, 4),))


@pytest.fixture
def no_thread_leaks() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def start(tmp_path: Path, worker: Worker) -> Iterator[Start]:
    """`start()`: a service over the same folder as the one before, which must have been closed."""
    opened: list[BridgeService] = []

    def begin(kept_jobs: int = 200) -> BridgeService:
        opened.append(BridgeService(JobStore(tmp_path / "bridge", kept_jobs), worker))
        opened[-1].start()
        return opened[-1]

    yield begin
    worker.let_go()
    for service in opened:
        service.close()


@pytest.fixture
def daw(tmp_path: Path) -> FakeDaw:
    """An open session, saved in `song`."""
    folder = tmp_path / "song"
    folder.mkdir()
    return FakeDaw(Session("key", "Song", 44_100, folder), TEMPO)


@pytest.fixture
def rig(daw: FakeDaw, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    monkeypatch.setattr("engine.api.render_clip", render_clicks)
    monkeypatch.setattr("engine.api.isolate_vocals", isolate_a_quarter)
    adapter = FakeAdapter(daw)
    daws = Daws([adapter])
    store = JobStore(tmp_path / "bridge")
    service = BridgeService(store, make_work(daws))
    lyrics = PlainLyrics()
    asks = Asks(service, daws, lyrics)
    with service:
        yield Rig(daw, adapter, service, store, asks, daws, Watcher(service), lyrics)
