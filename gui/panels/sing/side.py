"""What stands beside the roll: tracks and their form at the left; note, takes and problems at the right."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QSplitter, QTabWidget, QVBoxLayout, QWidget

from gui.panels.sing.track_form import TrackForm
from gui.panels.sing.track_list import TrackList
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.note_inspector import NoteInspector
from gui.widgets.problem_list import ProblemList
from gui.widgets.take_list import TakeList


class TrackSide(QFrame):
    """The list of tracks above the form of the one in hand."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.list = TrackList(theme, self)
        self.form = TrackForm(theme, self)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.form)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        parts = QSplitter(Qt.Orientation.Vertical, self)
        parts.setObjectName("sing.tracks")
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.list)
        parts.addWidget(area)
        parts.setStretchFactor(0, 1)
        parts.setSizes([180, 420])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(parts)
        self.setMinimumWidth(216)


class NoteSide(QFrame):
    """Three pages about what is selected."""

    NOTE, TAKES, PROBLEMS = range(3)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.inspector = NoteInspector(theme, self)
        self.takes = TakeList(theme, self)
        self.problems = ProblemList(theme, self)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(text.INSPECTOR)
        self.tabs.setDocumentMode(True)
        bar = self.tabs.tabBar()
        assert bar is not None
        bar.setAccessibleName(text.INSPECTOR)
        bar.setDrawBase(False)
        self.tabs.addTab(self.inspector, text.TAB_NOTE)
        self.tabs.addTab(self.takes, text.TAB_TAKES)
        self.tabs.addTab(self.problems, text.TAB_PROBLEMS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.setMinimumWidth(232)

    def show_page(self, page: int) -> None:
        """Bring a page to the front, wherever this was folded away."""
        self.show()
        self.tabs.setCurrentIndex(page)

    def count_problems(self) -> None:
        """Show in the tab how many there are."""
        count = len(self.problems.problems)
        title = text.TAB_PROBLEMS_COUNT.format(n=count) if count else text.TAB_PROBLEMS
        self.tabs.setTabText(self.PROBLEMS, title)
