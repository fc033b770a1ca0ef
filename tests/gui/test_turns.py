"""Work on tracks takes turns: the one in hand first, and what is obsolete ends early."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from engine.jobs import CancelToken
from gui.panels.sing.turns import Turns


class Work:
    """Begins, and ends when it is cancelled or let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go = threading.Event()

    def of(self, name: str) -> Any:
        def work(token: CancelToken) -> str:
            self.begun.append(name)
            while not self.go.is_set():
                if token.wait(0.005):
                    token.raise_if_cancelled()
            return name

        return work


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def turns(qtbot: QtBot, work: Work) -> Iterator[Turns]:
    parent = QObject()
    made = Turns(parent)
    yield made
    work.go.set()
    made.close()


def fail(error: Exception) -> None:
    raise AssertionError(error)


def test_a_newer_one_ends_the_older_which_is_not_told(turns: Turns, work: Work, qtbot: QtBot) -> None:
    done: list[str] = []
    turns.run("t1", work.of("old"), done.append, fail)
    qtbot.waitUntil(lambda: work.begun == ["old"])
    turns.run("t1", work.of("new"), done.append, fail)
    qtbot.waitUntil(lambda: work.begun == ["old", "new"])
    work.go.set()
    qtbot.waitUntil(lambda: done == ["new"])


def test_the_track_in_hand_comes_before_what_runs_and_that_is_done_after(
    turns: Turns, work: Work, qtbot: QtBot
) -> None:
    done: list[str] = []
    for track in ("t1", "t2", "t3"):
        turns.run(track, work.of(track), done.append, fail)
    qtbot.waitUntil(lambda: work.begun == ["t1"])
    turns.put_first("t3")
    qtbot.waitUntil(lambda: work.begun == ["t1", "t3"])
    work.go.set()
    qtbot.waitUntil(lambda: len(done) == 3)
    assert done[0] == "t3"
    assert sorted(done) == ["t1", "t2", "t3"]


def test_what_is_dropped_is_not_told(turns: Turns, work: Work, qtbot: QtBot) -> None:
    done: list[str] = []
    turns.run("t1", work.of("t1"), done.append, fail)
    turns.run("t2", work.of("t2"), done.append, fail)
    turns.run("t3", work.of("t3"), done.append, fail)
    turns.drop("t1")
    turns.drop("t2")
    work.go.set()
    qtbot.waitUntil(lambda: done == ["t3"])


def test_closing_ends_what_runs(turns: Turns, work: Work, qtbot: QtBot) -> None:
    turns.run("t1", work.of("t1"), fail, fail)
    qtbot.waitUntil(lambda: work.begun == ["t1"])
    turns.close()
    assert not work.go.is_set()
