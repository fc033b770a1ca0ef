"""What the roll, its ruler, keys, lanes and wave share: place and zoom, tool, selection, cursor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from PyQt6.QtCore import QObject, pyqtSignal

from gui.viewmodels.snap import Snap
from gui.viewmodels.timeline import Timeline

Tool = Literal["pointer", "notes", "pencil", "points", "eraser", "vibrato", "knife"]


class RollView(QObject):
    """One for each roll.  `selected` are ids of notes of `track` (an id); `cursor_s` is where playback stands, in
    seconds of the song; `phones` and `pitch` say whether those are drawn over the notes; `loop_s` is the stretch that
    plays again; `snap` is the grid that edits come to, unless `free`."""

    moved = pyqtSignal()
    selection_changed = pyqtSignal()
    tool_changed = pyqtSignal()
    shown_changed = pyqtSignal()
    cursor_moved = pyqtSignal(float, float)  # seconds: from, to
    loop_changed = pyqtSignal()

    def __init__(self, timeline: Timeline | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline or Timeline()
        self._selected: frozenset[str] = frozenset()
        self._tool: Tool = "pointer"
        self._cursor_s = 0.0
        self._loop_s: tuple[float, float] | None = None
        self.phones = True
        self.pitch = True
        self.track = ""
        self.snap = Snap(self._timeline.tempo_map)
        self.free = False

    @property
    def timeline(self) -> Timeline:
        return self._timeline

    def place(self, timeline: Timeline) -> None:
        """Show another part of the song, or the same at another zoom."""
        if timeline != self._timeline:
            self._timeline = timeline
            self.moved.emit()

    @property
    def selected(self) -> frozenset[str]:
        return self._selected

    def select(self, notes: Iterable[str]) -> None:
        """Select these notes and no others."""
        chosen = frozenset(notes)
        if chosen != self._selected:
            self._selected = chosen
            self.selection_changed.emit()

    @property
    def tool(self) -> Tool:
        return self._tool

    def take_tool(self, tool: Tool) -> None:
        """Work with another tool from now on."""
        if tool != self._tool:
            self._tool = tool
            self.tool_changed.emit()

    @property
    def cursor_s(self) -> float:
        return self._cursor_s

    def move_cursor(self, seconds: float) -> None:
        """Playback stands elsewhere."""
        before, self._cursor_s = self._cursor_s, seconds
        if before != seconds:
            self.cursor_moved.emit(before, seconds)

    @property
    def loop_s(self) -> tuple[float, float] | None:
        return self._loop_s

    def choose_loop(self, loop_s: tuple[float, float] | None) -> None:
        """Play this stretch again and again; None: none."""
        if loop_s != self._loop_s:
            self._loop_s = loop_s
            self.loop_changed.emit()

    def show_layers(self, phones: bool | None = None, pitch: bool | None = None) -> None:
        """Draw phones and pitch over the notes, or not; None: as it is."""
        self.phones = self.phones if phones is None else phones
        self.pitch = self.pitch if pitch is None else pitch
        self.shown_changed.emit()
