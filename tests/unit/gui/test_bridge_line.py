"""The thread that talks to the bridge: it outlives what goes wrong, and nothing waits when the window closes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import MelismaError
from gui.bridge_link.line import Line

LONG_MS = 20_000


class Client:
    """Answers when it may, or with what the system says."""

    connected = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may, self.begun = threading.Event(), threading.Event()

    def request(self, address: str) -> Any:
        self.asked.append(address)
        self.begun.set()
        self.may.wait(LONG_MS / 1000)
        raise OSError("No route to host")

    def close(self) -> None: ...


@pytest.fixture
def line(qapp: Any) -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


def test_what_goes_wrong_is_said_and_the_next_work_is_done(line: Line, qtbot: QtBot) -> None:
    done: list[int] = []
    with qtbot.waitSignal(line.absent, timeout=LONG_MS) as caught:
        line.run(lambda: 1 // 0, done.append)
    assert "zero" in caught.args[0]
    line.run(lambda: 2, done.append)
    qtbot.waitUntil(lambda: done == [2], timeout=LONG_MS)


def test_a_request_that_the_system_refuses_is_answered(line: Line, qtbot: QtBot) -> None:
    client, answers = Client(), list[Any]()
    client.may.set()
    line._client = client  # type: ignore[assignment]
    line.ask("/a", then=answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=LONG_MS)
    assert isinstance(answers[0], MelismaError)


def test_closing_waits_for_no_request_that_was_not_sent(line: Line) -> None:
    client = Client()
    line._client = client  # type: ignore[assignment]
    for number in range(3):
        line.ask(f"/{number}")
    assert client.begun.wait(LONG_MS / 1000)
    closing = threading.Thread(target=line.close)
    closing.start()
    while not line._closing:
        pass
    client.may.set()
    closing.join()
    assert client.asked == ["/0"]
