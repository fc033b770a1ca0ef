"""`melisma gui`, which says on stdout when it got how far: seconds of the clock that all processes share."""

from __future__ import annotations

import json
import sys
import time

_TIMES = {"python": time.monotonic()}

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer  # noqa: E402 - the first time comes first
from PyQt6.QtWidgets import QApplication  # noqa: E402

import gui.app  # noqa: E402
from gui.app import Running, Wish  # noqa: E402
from gui.panels.table import PANEL_IDS  # noqa: E402

_TIMES["imported"] = time.monotonic()


class Probed(Running):
    """The window, and a key for another panel that is pressed as soon as it is painted."""

    def __init__(self, app: QApplication, wish: Wish, private: object) -> None:
        _TIMES["application"] = time.monotonic()
        self._probe: Probe | None = None
        super().__init__(app, wish, private)  # type: ignore[arg-type]
        _TIMES["made"] = time.monotonic()
        self._probe = Probe(self)


class Probe(QObject):
    """Sees the first picture and the first key go by."""

    def __init__(self, running: Running) -> None:
        super().__init__(running)
        self._running, self._window = running, running.window
        self._window.installEventFilter(self)
        running.studio.engine.ready.connect(lambda _: self._reached("engine"))
        self._looking = QTimer(self)
        self._looking.timeout.connect(self._look)
        self._looking.start(20)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Paint and "painted" not in _TIMES:
            QTimer.singleShot(0, self._painted)
        return super().eventFilter(watched, event)

    def _painted(self) -> None:
        if "painted" in _TIMES:
            return
        self._reached("painted")
        self._window.pages.shown.connect(lambda _: self._reached("usable"))
        self._window.activateWindow()  # where there is no window manager nobody else does it
        self._press()

    def _press(self) -> None:
        from PyQt6.QtTest import QTest

        if self._window.isActiveWindow():
            QTest.keyClick(self._window.windowHandle(), Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
        else:
            QTimer.singleShot(1, self._press)

    def _look(self) -> None:
        if len(self._window.pages.panels) == len(PANEL_IDS):
            self._reached("panels")
        if {"usable", "engine", "panels"} <= set(_TIMES):
            self._looking.stop()
            self._window.close_at_once()

    def _reached(self, name: str) -> None:
        _TIMES.setdefault(name, time.monotonic())


def main() -> int:
    from gui.cli.main import main as melisma

    gui.app.Running = Probed  # type: ignore[misc]
    sys.argv = ["melisma", "gui", "--panel", "sing"]
    try:
        melisma()
    except SystemExit as end:
        code = int(end.code or 0)
    print(json.dumps(_TIMES), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
