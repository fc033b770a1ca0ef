"""The real window to be measured, with its real engine, in folders of its own (the environment says which)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import TypeVar

from PyQt6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication

from engine.folders import data_folder
from gui.app import Running, Wish
from gui.panels.base import Panel
from gui.window_first import window_first

LONGEST_S = 120.0
_LOOK_MS = 20

P = TypeVar("P", bound=Panel)


class TooLateError(Exception):
    """What was waited for did not come: nothing after it would be a measurement."""


class Stage:
    """A window that is open until `close`.  `bridge`: it starts one too, as it does on its own."""

    def __init__(self, app: QApplication, bridge: bool = False) -> None:
        folder = data_folder()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "window.json").write_text(json.dumps({"bridge.start": bridge}))
        self.app = app
        self._until_closed = ExitStack()
        self.running = Running(app, Wish(), None)
        # An application that was told to exit runs no further event loop.
        self.running.window.closed.disconnect()
        self._until_closed.enter_context(window_first())
        self.window, self.studio = self.running.window, self.running.studio
        self.window.activateWindow()  # without a window manager nobody else does

    def panel(self, kind: type[P]) -> P:
        """One of the window's, by its class."""
        found = self.window.pages.panel(kind.id)
        assert isinstance(found, kind)
        return found

    def close(self) -> None:
        """As a user closes it who says yes to every question; then nothing of it is there any more."""
        closed: list[bool] = []
        self.window.closed.connect(lambda: closed.append(True))
        self.window.close_at_once()
        wait(lambda: bool(closed), "the window to close")
        self._until_closed.close()
        self.running.end()
        for gone in (self.window, self.running):
            gone.deleteLater()
            delete_now(gone)


def wait(until: Callable[[], object], what: str, longest_s: float = LONGEST_S) -> None:
    """Run the event loop until it is so.  Raises `TooLateError`."""
    if until():
        return
    loop, deadline = QEventLoop(), time.monotonic() + longest_s
    looking = QTimer(loop)

    def look() -> None:
        if until() or time.monotonic() > deadline:
            looking.stop()
            loop.quit()

    looking.timeout.connect(look)
    looking.start(_LOOK_MS)
    loop.exec()
    delete_now(loop)
    if not until():
        raise TooLateError(f"{longest_s:g} s were not enough for {what}.")


def rest(seconds: float) -> None:
    """Let the event loop run so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def one_by_one(steps: Iterable[Callable[[], object]], every_ms: int) -> None:
    """Do these in the event loop, one at a time, as a user's hands would."""
    loop, left = QEventLoop(), iter(steps)
    timer = QTimer(loop)
    timer.setTimerType(Qt.TimerType.PreciseTimer)

    def following() -> None:
        step = next(left, None)
        if step is None:
            timer.stop()
            loop.quit()
        else:
            step()

    timer.timeout.connect(following)
    timer.start(every_ms)
    loop.exec()
    delete_now(loop)


def delete_now(gone: QObject) -> None:
    """What `deleteLater` was said of goes now: outside a program's own event loop nobody else does it."""
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
