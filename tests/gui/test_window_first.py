"""Garbage is collected on the window's thread, and threads take short turns while the window runs."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.window_first import Sweeper, window_first

STATES = Qt.ApplicationState


class Knot:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def no_collections() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


def knots(count: int) -> weakref.ref[Knot]:
    """So many, which nobody holds; the last of them."""
    made = [Knot() for _ in range(count)]
    return weakref.ref(made[-1])


def at(state: STATES, monkeypatch: pytest.MonkeyPatch) -> Sweeper:
    monkeypatch.setattr("gui.window_first.QGuiApplication.applicationState", lambda: state)
    return Sweeper()


@pytest.mark.parametrize(("count", "left"), [(100, True), (15_000, False), (30_000, True)])
def test_while_the_window_is_used_only_a_little_is_looked_through(
    count: int, left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper = at(STATES.ApplicationActive, monkeypatch)
    knot = knots(count)
    sweeper.look()
    assert (knot() is not None) == left


def test_all_of_it_goes_while_the_user_is_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.window_first._SELDOM_S", 0.0)
    sweeper = at(STATES.ApplicationActive, monkeypatch)
    knot = knots(110_000)
    sweeper.look()
    monkeypatch.setattr("gui.window_first.QGuiApplication.applicationState", lambda: STATES.ApplicationInactive)
    sweeper.look()
    assert knot() is None


def test_the_interpreter_is_as_before_afterwards(qtbot: QtBot) -> None:
    gc.enable()
    before = sys.getswitchinterval()
    with window_first():
        assert not gc.isenabled()
        assert sys.getswitchinterval() < before / 5
    assert gc.isenabled()
    assert sys.getswitchinterval() == before
