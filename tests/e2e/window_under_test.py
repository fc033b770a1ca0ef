"""`melisma gui` as a user starts it, and a door beside it by which a test asks what is where.

    python window_under_test.py SOCKET [words of `melisma gui`]

A line with a path of attributes from the window ("pages.current", "panels.sing.top.handle") is answered with a line of
JSON: of a widget where on the screen it lies and what stands on it, of a plain value that value.  Nothing can be done
by this door, only asked: hands are for xdotool.
"""

from __future__ import annotations

import json
import queue
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QPoint, QRect, pyqtSignal
from PyQt6.QtWidgets import QApplication, QWidget

import gui.app
from engine.api.project import Track
from gui.cli.main import main
from gui.document.tracks import track_of
from gui.main_window import MainWindow
from gui.panels.sing.panel import SingPanel
from gui.viewmodels.vibrato import Vibrato
from gui.widgets.roll_paint import note_rect

_PATIENCE_S = 25.0


class Question:
    """A path of attributes, and where its answer is put."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.answer: queue.SimpleQueue[bytes] = queue.SimpleQueue()


class Door(QObject):
    """Answers what it is asked about a window: heard on a thread of its own, looked up on the window's."""

    _heard = pyqtSignal(object)

    def __init__(self, window: MainWindow, path: Path) -> None:
        super().__init__(window)
        self._window = window
        self._heard.connect(self._answer)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        threading.Thread(target=self._serve, name="door", daemon=True).start()

    def _serve(self) -> None:
        while True:
            line, _ = self._server.accept()
            with line, suppress(OSError, RuntimeError, queue.Empty):
                question = Question(line.makefile().readline().strip())
                self._heard.emit(question)
                line.sendall(question.answer.get(timeout=_PATIENCE_S) + b"\n")

    def _answer(self, question: Question) -> None:
        try:
            answer = {"is": self._told(question.path)}
        except Exception as error:
            answer = {"unknown": f"{question.path}: {error}"}
        question.answer.put(json.dumps(answer).encode())

    def _told(self, path: str) -> Any:
        first, *rest = path.split(".")
        found: Any = {
            "window": self._window,
            "pages": self._window.pages,
            "panels": {panel.id: panel for panel in self._window.pages.panels},
            "jobs": self._jobs(),
            "notes": self._notes(),
            "vibrato": self._vibrato(),
            "daw": self._window.studio.bridge.where and self._window.studio.bridge.where.facts(),
            "focus": QApplication.focusWidget(),
            "dialog": QApplication.activeModalWidget(),
            "notices": list(self._window.toasts.shown),
        }[first]
        for name in rest:
            found = found[name] if isinstance(found, dict) else getattr(found, name)
            found = found() if callable(found) else found
        return _plain(found)

    def _jobs(self) -> list[dict[str, Any]]:
        return [
            {
                "kind": job.kind,
                "state": str(job.state),
                "over": job.state.over,
                "told": str(job.failure),
                "files": [str(path) for path in job.results],
            }
            for job in self._window.studio.jobs.all()
        ]

    @property
    def _sing(self) -> SingPanel:
        panel = self._window.pages.panel("sing")
        assert isinstance(panel, SingPanel)
        return panel

    def _track(self) -> Track | None:
        """The one in hand."""
        track = self._sing.view.track
        return track_of(self._window.studio.song.project, track) if track else None

    def _notes(self) -> list[dict[str, Any]]:
        """Of the track in hand: its words and where on the screen its notes lie."""
        track, panel = self._track(), self._sing
        return [
            {"lyric": note.lyric, "at": _on_screen(panel.area.roll, note_rect(panel.view.timeline, note).toRect())}
            for note in (track.notes if track else ())
        ]

    def _vibrato(self) -> dict[str, Any] | None:
        """Of the one note that is chosen: cents deep, and where on the screen its handles are."""
        track, view, roll = self._track(), self._sing.view, self._sing.area.roll
        note = next((note for note in (track.notes if track else ()) if {note.id} == set(view.selected)), None)
        if track is None or note is None or view.tool != "vibrato":
            return None
        vibrato = Vibrato.of(note, view.timeline, dict(track.expression))
        corner = roll.mapToGlobal(QPoint(0, 0))
        places = vibrato.handles(note.key, view.timeline).items()
        handles = {name: [corner.x() + round(x), corner.y() + round(y)] for name, (x, y) in places}
        return {"depth": vibrato.depth, "handles": handles}


def _plain(found: Any) -> Any:
    if isinstance(found, QWidget):
        text = getattr(found, "text", None)
        return {
            "kind": type(found).__name__,
            "name": found.accessibleName() or found.windowTitle(),
            "text": text() if callable(text) else "",
            "at": _on_screen(found, found.rect()),
            "seen": found.isVisible(),
            "enabled": found.isEnabled(),
        }
    if isinstance(found, (list, dict, int, float, str)) or found is None:
        return found
    if isinstance(found, (tuple, set, frozenset)):
        return [_plain(one) for one in found]
    return str(found)


def _on_screen(widget: QWidget, area: QRect) -> list[int]:
    """Left, top, width, height."""
    corner: QPoint = widget.mapToGlobal(area.topLeft())
    return [corner.x(), corner.y(), area.width(), area.height()]


class WatchedRunning(gui.app.Running):
    """The real one, with a door."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.door = Door(self.window, SOCKET)


if __name__ == "__main__":
    SOCKET = Path(sys.argv.pop(1))
    gui.app.Running = WatchedRunning  # type: ignore[misc, assignment]
    main()
