"""What the window remembers from one start to the next: its place, the panel, where splitters stand."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt6.QtCore import QByteArray, QEvent, QObject
from PyQt6.QtWidgets import QMainWindow, QSplitter, QWidget

from gui.document.settings import Settings
from gui.panels.table import PANEL_IDS

_GEOMETRY, _PANEL = "window.geometry", "window.panel"
FIRST_SIZE = (1360, 860)


class Session(QObject):
    """Reads and writes the settings; a broken entry is as if there were none."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._seen: set[str] = set()

    @property
    def panel(self) -> str:
        """The panel that was seen last."""
        return self._settings.text(_PANEL, PANEL_IDS[0], PANEL_IDS)

    def restore_window(self, window: QMainWindow) -> None:
        """Its place and size; Qt brings it back when its screen is gone."""
        kept = self._settings.text(_GEOMETRY)
        if not kept or not window.restoreGeometry(QByteArray.fromBase64(kept.encode())):
            window.resize(*FIRST_SIZE)

    def restore_splitters(self, page: QWidget) -> None:
        """Those of one panel, by their names."""
        for splitter in _named(page):
            splitter.installEventFilter(self)
            sizes = [round(size) for size in self._settings.numbers(_splitter(splitter))]
            if len(sizes) == splitter.count() and sum(sizes) > 0:
                splitter.setSizes(sizes)

    def keep(self, window: QMainWindow, panel: str, pages: Iterable[QWidget]) -> None:
        """At the end."""
        self._settings.put(_GEOMETRY, bytes(window.saveGeometry().toBase64().data()).decode())
        self._settings.put(_PANEL, panel)
        for page in pages:
            for splitter in _named(page):
                # One that was never laid out has sizes too, of a few pixels each.
                if splitter.objectName() in self._seen:
                    self._settings.put(_splitter(splitter), splitter.sizes())

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        if event is not None and event.type() == QEvent.Type.Show and watched is not None:
            self._seen.add(watched.objectName())
        return False


def _named(page: QWidget) -> list[QSplitter]:
    return [splitter for splitter in page.findChildren(QSplitter) if splitter.objectName()]


def _splitter(splitter: QSplitter) -> str:
    return f"splitter.{splitter.objectName()}"
