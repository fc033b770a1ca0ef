"""The bar above the roll: tools, grid, and the way out of the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtWidgets import QLabel, QPushButton, QWidget

from gui.icons import beside_words, icon
from gui.panels.sing.exporting import Finished
from gui.texts import mixing as mixing_text
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.file_drag import DragHandle
from gui.widgets.labels import flat_button, icon_button, tip
from gui.widgets.roll_view import RollView
from gui.widgets.tool_bar import ToolBar

SIDE_KEY = "F6"


class TopBar(ToolBar):
    """The tools, and at the right what makes a file and the grip by which it is dragged out."""

    render_wished = pyqtSignal()
    mix_wished = pyqtSignal(object)  # the finished file

    def __init__(self, theme: Theme, view: RollView, parent: QWidget | None = None) -> None:
        super().__init__(theme, view, parent)
        self._finished: Finished | None = None
        self._render = QPushButton(text.RENDER, self)
        self._render.setIcon(icon("wave", theme))
        self._render.setToolTip(f"{text.RENDER_TIP} (Ctrl+R)")
        self._render.setAccessibleName(text.RENDER)
        self._render.clicked.connect(self.render_wished)
        self.add(self._render)
        self._name = QLabel("", self)
        self._name.setProperty("tone", "soft")
        self._name.setContentsMargins(8, 0, 0, 0)
        self.add(self._name)
        self.handle = DragHandle(theme, text.RENDER_FILE, self._files, self)
        self.add(self.handle)
        self.mix = icon_button(theme, "mix", mixing_text.MIX_THIS, self._mix)
        self.add(self.mix)
        self.side = flat_button(theme, "side", text.SIDE, tip(text.SIDE, SIDE_KEY))
        self.add(self.side)
        self.may_go(self._name.setVisible, self._show_words)
        self.show_finished(None, stale=False)

    def _show_words(self, roomy: bool) -> None:
        self._render.setText(text.RENDER if roomy else "")
        small = self._theme.tokens.measures.small_icon
        self._render.setIconSize(beside_words(small) if roomy else QSize(small, small))

    def show_busy(self, busy: bool) -> None:
        """While it is sung to a file, no second one."""
        self._render.setEnabled(not busy)

    def show_finished(self, finished: Finished | None, stale: bool) -> None:
        """Offer a finished file; `stale`: the song has changed since."""
        self._finished = finished
        self.handle.setEnabled(finished is not None)
        self.mix.setEnabled(finished is not None)
        if finished is None:
            self.handle.setToolTip(text.DRAG_OUT_NONE)
            self._name.setText("")
            self.fit()
            return
        self.handle.setToolTip(f"{text.DRAG_OUT_TIP}\n{finished.file.name}")
        name = text.RENDER_STALE if stale else text.RENDER_FRESH
        self._name.setToolTip(finished.file.name)
        if name != self._name.text():
            self._name.setText(name)
            self.fit()

    def _mix(self) -> None:
        if self._finished is not None:
            self.mix_wished.emit(self._finished.file)

    def _files(self) -> Sequence[Path]:
        return (self._finished.file,) if self._finished is not None else ()
