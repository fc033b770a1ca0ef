"""The panels behind the rail: made when they are first needed, the rest while nobody waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QStackedWidget, QWidget

from gui.panels.base import Panel, Studio
from gui.panels.table import PanelEntry
from gui.widgets.off_thread import OffThread

_BETWEEN_MS = 120
"""Between two panels that nobody asked for yet: the window has its turns."""


class Pages(QStackedWidget):
    """`made` when a panel was made, before it is shown; `shown` with the id of the one that is seen."""

    made = pyqtSignal(object)  # Panel
    shown = pyqtSignal(str)

    def __init__(self, studio: Studio, entries: Sequence[PanelEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._entries = studio, {entry.id: entry for entry in entries}
        self._panels: dict[str, Panel] = {}
        self._seen = ""
        self._worker = OffThread(self)
        self._timer = QTimer(self)
        self._timer.setInterval(_BETWEEN_MS)
        self._timer.timeout.connect(self._make_next)

    @property
    def current(self) -> str:
        """The id of the panel that is seen."""
        return self._seen

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Those that were made, in the order of the rail."""
        return tuple(self._panels[name] for name in self._entries if name in self._panels)

    def title(self, panel_id: str) -> str:
        return self._entries[panel_id].title

    def panel(self, panel_id: str) -> Panel:
        """Made now, if it was not before."""
        if panel_id not in self._panels:
            panel = self._entries[panel_id].make(self._studio)
            self._panels[panel_id] = panel
            self.addWidget(panel)
            self.made.emit(panel)
        return self._panels[panel_id]

    def show_panel(self, panel_id: str) -> Panel:
        """Bring it to the front."""
        panel = self.panel(panel_id)
        if panel_id != self._seen:
            self._seen = panel_id
            self.setCurrentWidget(panel)
            self.shown.emit(panel_id)
        return panel

    def make_rest(self) -> None:
        """One after the other; read from disk beside the window before, which takes longest."""
        entries = tuple(self._entries.values())

        def load() -> None:
            for entry in entries:
                entry.load()

        self._worker.run("load", load, lambda _: self._timer.start())

    def stop_making(self) -> None:
        self._timer.stop()
        self._worker.close()

    def takers(self, paths: Sequence[Path]) -> dict[str, list[Path]]:
        """Which panel would take which of the files: the one that is seen before the others; told by names alone."""
        order = sorted(self._entries, key=lambda name: name != self._seen)
        taken: dict[str, list[Path]] = {}
        for path in paths:
            for name in order:
                if self.panel(name).accepts((path,)):
                    taken.setdefault(name, []).append(path)
                    break
        return taken

    def _make_next(self) -> None:
        following = next((name for name in self._entries if name not in self._panels), None)
        if following is None:
            self._timer.stop()
        else:
            self.panel(following)
