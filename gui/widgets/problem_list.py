"""What is wrong with the track's notes, to click on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QAbstractItemView, QLabel, QListWidget, QListWidgetItem, QStackedLayout, QWidget

from gui.icons import icon
from gui.texts import sing as text
from gui.theme import Theme


@dataclass(frozen=True, slots=True)
class NoteProblem:
    """A sentence, the note that it belongs to ("": the whole track), and "info", "warning" or "error"."""

    sentence: str
    note: str = ""
    severity: str = "warning"


_ICONS = {"info": ("info", "text_soft"), "warning": ("warn", "warn"), "error": ("bad", "bad")}


class ProblemList(QWidget):
    """`chosen` with the note's id when a problem is clicked, or entered with the keyboard."""

    chosen = pyqtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._problems: tuple[NoteProblem, ...] = ()
        self._list = QListWidget(self)
        self._list.setAccessibleName(text.TAB_PROBLEMS)
        self._list.setWordWrap(True)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setIconSize(QSize(theme.tokens.measures.small_icon, theme.tokens.measures.small_icon))
        self._list.itemClicked.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        self._none = QLabel(text.PROBLEMS_NONE, self)
        self._none.setProperty("tone", "soft")
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setMargin(16)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._none)
        self._pages.addWidget(self._list)

    @property
    def problems(self) -> tuple[NoteProblem, ...]:
        return self._problems

    def show_problems(self, problems: Sequence[NoteProblem]) -> None:
        """Show these, as they come."""
        if tuple(problems) == self._problems:
            return
        self._problems = tuple(problems)
        self._list.clear()
        icons = {severity: icon(name, self._theme, colour) for severity, (name, colour) in _ICONS.items()}
        for problem in self._problems:
            item = QListWidgetItem(icons.get(problem.severity, icons["warning"]), problem.sentence)
            item.setData(Qt.ItemDataRole.UserRole, problem.note)
            item.setToolTip(problem.sentence)
            self._list.addItem(item)
        self._pages.setCurrentIndex(1 if self._problems else 0)

    def _choose(self, item: QListWidgetItem) -> None:
        note = str(item.data(Qt.ItemDataRole.UserRole))
        if note:
            self.chosen.emit(note)
