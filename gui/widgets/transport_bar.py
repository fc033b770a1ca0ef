"""The bar at the top: playback, where it stands, tempo, the song's name, the DAW, undo and redo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics, QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from gui.icons import beside_words, icon
from gui.texts import shell as texts
from gui.theme import Theme
from gui.widgets.labels import icon_button, label, tip

_WIDEST_BAR = "000.00.00"
_WIDEST_TIME = "00:00.000"


@dataclass(frozen=True, slots=True)
class TransportActions:
    """What the bar's buttons do."""

    play: Callable[[], object]
    to_start: Callable[[], object]
    undo: Callable[[], object]
    redo: Callable[[], object]
    palette: Callable[[], object]
    daw: Callable[[], object]


class TransportBar(QFrame):
    """Shows what it is told and does what it was given; it knows no player and no song."""

    def __init__(self, theme: Theme, actions: TransportActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "window")
        self.setAccessibleName(texts.TRANSPORT)
        measures = theme.tokens.measures
        self.setFixedHeight(measures.transport)
        self._theme = theme
        self._start = icon_button(theme, "to_start", texts.TO_START, actions.to_start, "Ctrl+Home")
        self.play = icon_button(theme, "play", texts.PLAY_NAME, actions.play, "Space")
        self.bars, self.time = self._figures("figures_big", _WIDEST_BAR), self._figures("figures", _WIDEST_TIME)
        self.time.setProperty("tone", "soft")
        self.tempo = label(tone="soft")
        self.tempo.setToolTip(texts.TEMPO_TIP)
        self.song = _Name(theme)
        self.daw = QToolButton()
        self.daw.setProperty("kind", "flat")
        self.daw.setIconSize(beside_words(measures.small_icon))
        self.daw.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.daw.clicked.connect(lambda _checked: actions.daw())
        self.undo = icon_button(theme, "undo", texts.UNDO, actions.undo, "Ctrl+Z")
        self.redo = icon_button(theme, "redo", texts.REDO, actions.redo, "Ctrl+Shift+Z")
        self._find = icon_button(theme, "search", texts.PALETTE, actions.palette, "Ctrl+K")
        self._lay_out()
        self.show_daw("", "")
        self.show_playing(False)

    def _lay_out(self) -> None:
        gap = self._theme.tokens.measures.gap
        row = QHBoxLayout(self)
        row.setContentsMargins(gap * 2, 0, gap * 2, 0)
        row.setSpacing(gap)
        row.addWidget(self._start)
        row.addWidget(self.play)
        row.addSpacing(gap * 2)
        row.addWidget(self.bars)
        row.addWidget(self.time)
        row.addSpacing(gap * 2)
        row.addWidget(self.tempo)
        row.addWidget(self.song, 1)
        for part in (self.daw, self.undo, self.redo, self._find):
            row.addWidget(part)

    def _figures(self, font: str, widest: str) -> QLabel:
        shown = label()
        shown.setFont(self._theme.font(font))  # type: ignore[arg-type]
        # The widest it gets, so that nothing beside it moves while it runs.
        shown.setFixedWidth(QFontMetrics(shown.font()).horizontalAdvance(widest) + 6)
        shown.setStyleSheet(f"font-size: {shown.font().pixelSize()}px;")
        shown.setAccessibleName(texts.POSITION)
        shown.setToolTip(texts.POSITION_TIP)
        return shown

    def show_position(self, bars: str, time: str) -> None:
        """Bar and beat ("" where there is no song), and the time."""
        self.bars.setText(bars)
        self.bars.setVisible(bool(bars))
        self.time.setText(time)

    def show_playing(self, playing: bool) -> None:
        name = texts.PAUSE_NAME if playing else texts.PLAY_NAME
        self.play.setIcon(icon("pause" if playing else "play", self._theme, "accent_text" if playing else ""))
        self.play.setToolTip(tip(name, "Space"))
        self.play.setAccessibleName(name)

    def show_undo(self, undo: str, redo: str) -> None:
        """What can be undone and redone, "" for nothing."""
        for button, what, plain, named, keys in (
            (self.undo, undo, texts.UNDO, texts.UNDO_WHAT, "Ctrl+Z"),
            (self.redo, redo, texts.REDO, texts.REDO_WHAT, "Ctrl+Shift+Z"),
        ):
            button.setEnabled(bool(what))
            button.setToolTip(tip(named.format(what=what) if what else plain, keys))

    def show_song(self, name: str, state: str, about: str) -> None:
        """The song's name, a word on its state ("" when it is saved), and where it lies."""
        self.song.show_name(name, state)
        self.song.setToolTip(about)

    def show_daw(self, name: str, about: str) -> None:
        """The DAW that is connected, "" for none."""
        self.daw.setIcon(icon("connection", self._theme, "good" if name else "text_soft"))
        self.daw.setText(name or texts.NO_DAW)
        self.daw.setAccessibleName(name or texts.NO_DAW)
        self.daw.setToolTip(about or texts.NO_DAW_TIP)


class _Name(QWidget):
    """The song's name in the middle, shortened where there is little room, its state beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._name, self._state = label(tone="title"), label(tone="small")
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens.measures.gap * 2)
        row.addStretch(1)
        row.addWidget(self._name)
        row.addWidget(self._state)
        row.addStretch(1)

    def show_name(self, name: str, state: str) -> None:
        self._whole = name
        self._state.setText(state)
        self._state.setVisible(bool(state))
        self.setAccessibleName(f"{name} {state}".strip())
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        taken = self._state.sizeHint().width() + 16 if self._state.text() else 0
        room = max(0, self.width() - taken - 8)
        metrics = QFontMetrics(self._name.font())
        self._name.setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideMiddle, room))
