"""The takes of a phrase: another chance, back and forth, liked, locked, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import beside_words, icon
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.elided import ElidedLabel
from gui.widgets.labels import flat_button
from gui.widgets.list_row import ListRow, RowColumn
from gui.widgets.name_field import NameField
from gui.widgets.tab_order import in_order


@dataclass(frozen=True, slots=True)
class ShownTake:
    """One way to sing the phrase."""

    id: str
    name: str
    pitch_seed: int
    timbre_seed: int
    chosen: bool = False
    liked: bool = False
    locked: bool = False


class TakeRow(ListRow):
    """A take: click to sing it, double-click or F2 to name it; heart, lock and bin at its end."""

    liked = pyqtSignal(str, bool)
    locked = pyqtSignal(bool)
    forgotten = pyqtSignal(str)
    named = pyqtSignal(str, str)

    def __init__(self, theme: Theme, take: ShownTake, parent: QWidget | None = None) -> None:
        super().__init__(theme, take.id, take.chosen, parent)
        self._take = take
        title = (text.TAKE_NAMED if take.name else text.TAKE).format(id=take.id, name=take.name)
        self.setToolTip(f"{title}\n{text.TAKE_TIP}")
        name = ElidedLabel(self)
        name.setFont(theme.font("bold" if take.chosen else "body"))
        name.tell(title)
        seeds = QLabel(text.TAKE_SEEDS.format(pitch=take.pitch_seed, timbre=take.timbre_seed), self)
        seeds.setFont(theme.font("figures_small"))
        seeds.setProperty("tone", "soft")
        self.setAccessibleName(f"{title}, {seeds.text()}")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(name)
        words.addWidget(seeds)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(2)
        row.addLayout(words, 1)
        like = self._button("like", text.UNLIKE if take.liked else text.LIKE, take.liked)
        like.clicked.connect(lambda on: self.liked.emit(take.id, on))
        row.addWidget(like)
        if take.chosen:
            lock = self._button(
                "lock" if take.locked else "unlock", text.UNLOCK if take.locked else text.LOCK, take.locked
            )
            lock.clicked.connect(self.locked)
            row.addWidget(lock)
        else:
            bin_ = self._button("trash", text.FORGET, None)
            bin_.clicked.connect(lambda: self.forgotten.emit(take.id))
            row.addWidget(bin_)

    def _button(self, name: str, tip: str, on: bool | None) -> QToolButton:
        button = flat_button(self._theme, name, tip, small=True)
        if on:
            button.setIcon(icon(name, self._theme, "accent_text"))
        button.setCheckable(on is not None)
        button.setChecked(bool(on))
        return button

    @property
    def take(self) -> str:
        """Its id."""
        return self._take.id

    def rename(self) -> None:
        """Type a name in the title's place; an empty one takes the name away, Esc leaves it."""
        editor = NameField(self._take.name, self)
        editor.setAccessibleName(text.TAKE_NAME)
        editor.setPlaceholderText(text.TAKE_NAME)
        editor.setGeometry(6, 6, max(80, self.width() - 78), 30)
        editor.done.connect(self._named)
        editor.show()
        editor.setFocus()

    def _named(self, name: str) -> None:
        self.setFocus()
        if name != self._take.name:
            self.named.emit(self._take.id, name)


class TakeList(QWidget):
    """Says what is wished; the owner edits the song.  `retake_wished` with "pitch", "timbre" or "both"."""

    retake_wished = pyqtSignal(str)
    choose_wished = pyqtSignal(str)
    like_wished = pyqtSignal(str, bool)
    lock_wished = pyqtSignal(bool)
    forget_wished = pyqtSignal(str)
    name_wished = pyqtSignal(str, str)
    compare_wished = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[str, tuple[ShownTake, ...]] = ("", ())
        self._rows: list[TakeRow] = []
        self._title = QLabel(self)
        self._title.setFont(theme.font("bold"))
        self._words = QLabel(self)
        self._words.setProperty("tone", "soft")
        self._words.setWordWrap(True)
        self._comparison = QLabel(self)
        self._comparison.setFont(theme.font("small"))
        self._comparison.setProperty("tone", "soft")
        self._comparison.setWordWrap(True)
        self._comparison.hide()
        self._retake, self._compare = self._retake_button(), self._compare_button()
        none = QLabel(text.TAKES_NONE, self)
        none.setProperty("tone", "soft")
        none.setWordWrap(True)
        none.setMargin(16)
        none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(none)
        self._pages.addWidget(self._page())

    def _retake_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setText(text.RETAKE)
        button.setIcon(icon("again", self._theme))
        button.setIconSize(beside_words(self._theme.tokens.measures.small_icon))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        button.setToolTip(f"{text.RETAKE_TIP} (Ctrl+T)")
        button.setAccessibleName(text.RETAKE)
        menu = QMenu(button)
        for what, name in (("both", text.RETAKE_BOTH), ("pitch", text.RETAKE_PITCH), ("timbre", text.RETAKE_TIMBRE)):
            action = QAction(name, menu)
            action.triggered.connect(lambda _, what=what: self.retake_wished.emit(what))
            menu.addAction(action)
        button.setMenu(menu)
        button.clicked.connect(lambda: self.retake_wished.emit("both"))
        return button

    def _compare_button(self) -> QPushButton:
        button = QPushButton(text.COMPARE, self)
        button.setToolTip(f"{text.COMPARE_TIP} (Ctrl+B)")
        button.setAccessibleName(text.COMPARE_TIP)
        button.clicked.connect(lambda _: self.compare_wished.emit())
        return button

    def _page(self) -> QWidget:
        page = QWidget(self)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(4)
        head.addWidget(self._title)
        head.addWidget(self._words)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self._retake)
        buttons.addWidget(self._compare)
        buttons.addStretch(1)
        head.addSpacing(4)
        head.addLayout(buttons)
        head.addWidget(self._comparison)
        self._column = RowColumn(page)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._column, 1)
        return page

    def show_comparison(self, told: str) -> None:
        """What a comparison does to the take that is heard; "" while there is none."""
        self._comparison.setText(told)
        self._comparison.setVisible(bool(told))

    def show_takes(self, title: str, words: str, takes: Sequence[ShownTake]) -> None:
        """Show a phrase's takes; none at all: no phrase is selected."""
        self._pages.setCurrentIndex(1 if takes else 0)
        self._words.setText(words)
        if (title, tuple(takes)) == self._shown:
            return
        self._shown = (title, tuple(takes))
        self._title.setText(title)
        locked = any(take.chosen and take.locked for take in takes)
        self._retake.setEnabled(not locked)
        self._compare.setEnabled(len(takes) > 1 and not locked)
        focused = any(row.hasFocus() for row in self._rows)
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = [self._row(take) for take in reversed(takes)]
        for place, row in enumerate(self._rows):
            self._column.put(place, row)
            if focused and takes[len(takes) - 1 - place].chosen:
                row.setFocus()
        in_order(self._compare, *self._rows)

    def _row(self, take: ShownTake) -> TakeRow:
        row = TakeRow(self._theme, take, self)
        row.chosen.connect(self.choose_wished)
        row.liked.connect(self.like_wished)
        row.locked.connect(self.lock_wished)
        row.forgotten.connect(self.forget_wished)
        row.named.connect(self.name_wished)
        return row
