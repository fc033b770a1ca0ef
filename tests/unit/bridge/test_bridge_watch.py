"""All DAWs are looked after at once; none of them can take the others down, or keep them waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from engine.errors import InputError, MelismaError
from engine.score import TempoMap
from plugin_host.adapters.fake import FakeAdapter, FakeDaw
from plugin_host.bridge.daws import Daws, Seen
from plugin_host.bridge.watch_daws import DawWatch
from plugin_host.ports import Action, Ask, Session
from tests.unit.bridge.stand_ins import LONG_S


class Log:
    """What a watch told, in order; can be waited for."""

    def __init__(self) -> None:
        self.asks: list[tuple[str, str]] = []
        self.seen: list[tuple[str, Seen]] = []
        self._changed = threading.Condition()

    def take(self, daw: str, ask: Ask) -> None:
        with self._changed:
            self.asks.append((daw, ask.id))
            self._changed.notify_all()

    def change(self, daw: str, seen: Seen) -> None:
        with self._changed:
            self.seen.append((daw, seen))
            self._changed.notify_all()

    def wait(self, fits: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(fits, LONG_S), (self.asks, self.seen)


def adapter(name: str, alive: bool = True) -> FakeAdapter:
    return FakeAdapter(FakeDaw(Session(name, name.title(), 48_000), TempoMap(), alive), name)


@pytest.fixture
def log() -> Log:
    return Log()


Watch = Callable[..., DawWatch]


@pytest.fixture
def watch(log: Log) -> Iterator[Watch]:
    """`watch(a, b)`: over these adapters, quick."""
    opened: list[DawWatch] = []

    def begin(*adapters: FakeAdapter, absent_s: float = 0.01) -> DawWatch:
        opened.append(DawWatch(Daws(adapters), log.take, log.change, 0.001, absent_s))
        return opened[-1].__enter__()

    yield begin
    for each in opened:
        each.close()
        each.close()
    assert not any(thread.name.startswith("melisma-watch") for thread in threading.enumerate())


def test_daws_come_and_go(watch: Watch, log: Log) -> None:
    one = adapter("one", alive=False)
    watch(one)
    one.daw.alive = True
    log.wait(lambda: [seen.present for _, seen in log.seen] == [True])
    one.daw.open_session(Session("b", "Other", 44_100))
    log.wait(lambda: len(log.seen) == 2)
    one.daw.alive = False
    log.wait(lambda: len(log.seen) == 3)
    assert [seen.session and seen.session.name for _, seen in log.seen] == ["One", "Other", None]


def test_each_ask_is_taken_once_from_every_daw(watch: Watch, log: Log) -> None:
    one, two = adapter("one"), adapter("two")
    for each in (one, two, one):
        each.daw.ask(Action.SING)
    watch(one, two)
    log.wait(lambda: len(log.asks) == 3)
    assert sorted(log.asks) == [("one", "ask-1"), ("one", "ask-2"), ("two", "ask-1")]


@pytest.mark.parametrize("fault", [KeyError("bug"), MelismaError("nonsense"), RuntimeError()], ids=repr)
def test_a_broken_daw_takes_nobody_along_and_is_logged_once(
    watch: Watch, log: Log, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    broken, good = adapter("broken"), adapter("good")
    broken.daw.faults["asks"] = fault
    with caplog.at_level(logging.ERROR):
        watch(broken, good)
        for number in range(1, 20):
            good.daw.ask(Action.SING)
            log.wait(lambda number=number: len(log.asks) == number)
    assert len([record for record in caplog.records if "broken" in record.message]) == 1
    broken.daw.faults.clear()
    broken.daw.ask(Action.SING)
    log.wait(lambda: ("broken", "ask-1") in log.asks)


def test_a_daw_that_dies_between_two_looks(watch: Watch, log: Log) -> None:
    one = adapter("one")
    watch(one, absent_s=0.5)
    log.wait(lambda: len(log.seen) == 1)
    one.daw.faults["asks"] = InputError("It is not there.")
    log.wait(lambda: len(log.seen) == 2)
    assert not log.seen[1][1].present


def test_an_ask_that_cannot_be_taken_hinders_no_other(watch: Watch, log: Log) -> None:
    one = adapter("one")
    taken = log.take

    def take(daw: str, ask: Ask) -> None:
        taken(daw, ask)
        raise RuntimeError

    log.take = take  # type: ignore[method-assign]
    for _ in range(3):
        one.daw.ask(Action.SING)
    watch(one)
    log.wait(lambda: len(log.asks) == 3)
    assert [seen.present for _, seen in log.seen] == [True]


def test_a_notice_wakes_it(watch: Watch, log: Log) -> None:
    one = adapter("one", alive=False)
    watching = watch(one, absent_s=3600)
    one.daw.alive = True
    watching.wake("nobody")
    watching.wake("one")
    log.wait(lambda: len(log.seen) == 1)


def test_a_daw_that_a_job_is_using_is_left_alone(log: Log) -> None:
    one = adapter("one")
    daws = Daws([one])
    one.daw.ask(Action.SING)
    watching = DawWatch(daws, log.take, log.change, 0.001, 0.001)
    with daws.using("one"):
        watching.__enter__()
        watching.wait_for_first_look(LONG_S)
        assert log.asks == []
    log.wait(lambda: log.asks == [("one", "ask-1")])
    watching.close()


def test_a_daw_that_hangs_keeps_no_other_waiting(watch: Watch, log: Log) -> None:
    class Hanging(FakeAdapter):
        def session(self) -> Session:
            inside.set()
            assert leave.wait(LONG_S)
            return super().session()

    inside, leave = threading.Event(), threading.Event()
    slow = Hanging(FakeDaw(Session("slow", "Slow", 48_000), TempoMap()), "slow")
    good = adapter("good")
    watching = watch(slow, good)
    try:
        assert inside.wait(LONG_S)
        watching.wait_for_first_look(0.01)
        for number in range(1, 4):
            good.daw.ask(Action.SING)
            log.wait(lambda number=number: len(log.asks) == number)  # type: ignore[misc]
        assert "slow" not in dict(log.seen)
    finally:
        leave.set()
