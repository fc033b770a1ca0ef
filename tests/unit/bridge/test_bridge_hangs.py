"""A DAW that hangs holds up nobody else: neither the engine, nor another DAW, nor the end of the program."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.jobs import JobState
from plugin_host.adapters.fake import FakeAdapter, FakeDaw
from plugin_host.bridge.asks import Asks
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.work import make_work
from plugin_host.ports import Action, Ask, Capability, DawAdapter, Placement, Session
from plugin_host.spool import SpoolAdapter
from tests.spool_script import SpoolScript
from tests.unit.bridge.stand_ins import LONG_S, NOTES, PlainLyrics, Watcher, render_clicks


class Hanging(FakeAdapter):
    """Shows a dialog as soon as something is placed, until `leave`."""

    def __init__(self, daw: FakeDaw, id: str) -> None:  # noqa: A002
        super().__init__(daw, id, id)
        self.inside, self.leave = threading.Event(), threading.Event()

    def place_audio(self, placements: Sequence[Placement], label: str) -> tuple[Placement, ...]:
        self.inside.set()
        assert self.leave.wait(LONG_S)
        return super().place_audio(placements, label)


class Studio:
    """Two DAWs, of which `stuck` hangs while it places, over one service."""

    def __init__(self, folder: Path) -> None:
        self.stuck = Hanging(self._daw(folder, "stuck"), "stuck")
        self.good = FakeAdapter(self._daw(folder, "good"), "good")
        daws = Daws([self.stuck, self.good])
        self.service = BridgeService(JobStore(folder / "bridge"), make_work(daws), daws.ids)
        self.asks = Asks(self.service, daws, PlainLyrics())
        self.seen = Watcher(self.service)

    @staticmethod
    def _daw(folder: Path, name: str) -> FakeDaw:
        (folder / name).mkdir()
        daw = FakeDaw(Session(name, name, 44_100, folder / name))
        daw.add_clip("Lead", "Vocal", 8.0, NOTES)
        daw.select("Lead")
        return daw


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setattr("engine.api.render_clip", render_clicks)
    made = Studio(tmp_path)
    with made.service:
        yield made
        made.stuck.leave.set()


def test_the_engine_and_other_daws_go_on(studio: Studio) -> None:
    studio.asks.sing("a", "stuck", "Lead", "me")
    assert studio.stuck.inside.wait(LONG_S)
    studio.asks.sing("b", "good", "Lead", "me")
    assert studio.seen.ended("b").state is JobState.DONE
    assert studio.service.get("a").state is JobState.RUNNING
    studio.stuck.leave.set()
    assert studio.seen.ended("a").state is JobState.DONE


def test_what_waits_for_it_is_cancelled_at_once(studio: Studio) -> None:
    studio.asks.sing("a", "stuck", "Lead", "me")
    assert studio.stuck.inside.wait(LONG_S)
    studio.asks.sing("b", "stuck", "Lead", "me")
    assert studio.service.cancel("b").state is JobState.CANCELLED


def test_takes_come_in_the_order_in_which_they_were_sung(studio: Studio) -> None:
    for number in range(6):
        studio.asks.sing(f"j{number}", "stuck", "Lead", "me")
    studio.stuck.leave.set()
    placed = [studio.seen.ended(f"j{number}") for number in range(6)]
    assert all(job.state is JobState.DONE for job in placed)
    ends = [event.job.id for event in studio.seen.events if event.job.state is JobState.DONE]
    assert ends == [f"j{number}" for number in range(6)]


def test_nobody_waits_to_tell_it_something(studio: Studio) -> None:
    """Its own ask fails while it hangs: the answer is given as soon as it is free."""
    studio.asks.sing("a", "stuck", "Lead", "me")
    assert studio.stuck.inside.wait(LONG_S)
    studio.asks.take("stuck", Ask("empty", Action.SING))  # on the thread of the test, which goes on
    assert studio.stuck.daw.answers == []
    studio.stuck.leave.set()
    studio.seen.ended("a")
    studio.service.close()
    assert [ask for ask, _, _ in studio.stuck.daw.answers] == ["empty"]


def test_closing_lets_go_of_a_daw_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while Ardour shows a dialog must not take the two minutes that an import may take."""
    monkeypatch.setattr("engine.api.render_clip", render_clicks)
    monkeypatch.setattr("plugin_host.spool.folder._CLOSING_S", 0.05)
    spool, taken = tmp_path / "spool", threading.Event()
    spool.mkdir()
    records = [
        ("session", "key-1", "Song", "48000", ""),
        ("tempo", "0", "90"),
        ("meter", "0", "4", "4"),
        ("region", "r1", "Verse", "Lead", "midi", "256000", "96000", "8.0", "4.0"),
        ("note", "0", "1", "60", "90"),
    ]

    def serve(verb: str, _records: object) -> tuple[list[str], list[tuple[str, ...]]] | None:
        if verb == "place":
            taken.set()
            return None
        return ["ok", ""], records

    with SpoolScript(spool, serve) as script:
        adapter: DawAdapter = SpoolAdapter("fake", "Fake", frozenset(Capability), spool)
        assert isinstance(adapter, SpoolAdapter)
        daws = Daws([adapter])
        store = JobStore(tmp_path / "bridge")
        service = BridgeService(store, make_work(daws), daws.ids)
        asks = Asks(service, daws, PlainLyrics())
        with service:
            asks.sing("a", "fake", "", "me")
            assert taken.wait(LONG_S)
            asks.sing("b", "fake", "", "me")
            adapter.spool.close()
        assert script.sessions == ["key-1"]  # to this one alone, where two are open
    first, second = store.load()[0]
    assert first.state is JobState.FAILED  # never placed twice: the user looks
    assert "Melisma was closed before Fake had answered" in first.sentence
    assert second.state is JobState.PENDING
