"""What was found in a folder of recordings, while it is looked at and after."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtWidgets import QFrame, QLabel, QProgressBar, QVBoxLayout, QWidget

from gui.texts import voice as text
from gui.theme import Theme
from gui.viewmodels.voice_wish import Checked
from gui.widgets.labels import label, set_tone

_WIDE = 440


class VoiceCheck(QFrame):
    """Says one thing at a time: what to do, how far the listening is, what was found, or why not."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "raised")
        self.setAccessibleName(text.CHECK)
        gap = theme.tokens.measures.gap
        self.said = label(wraps=True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(text.CHECKING)
        self.remarks: list[QLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(3 * gap, 2 * gap, 3 * gap, 2 * gap)
        self._column.setSpacing(gap)
        self._column.addWidget(self.said)
        self._column.addWidget(self.progress)
        self.said.setMinimumWidth(_WIDE)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No folder is chosen."""
        self._show(text.CHECK_EMPTY, "soft")

    def show_progress(self, stage: str, done: int, total: int) -> None:
        """It is being listened."""
        self._show(stage or text.CHECKING, "soft", working=True)
        self.progress.setRange(0, total if total > 1 else 0)
        self.progress.setValue(done)

    def show_found(self, found: Checked) -> None:
        """What the recordings are, and every doubt."""
        self._show(found.line, "", found.remarks or (text.CHECK_GOOD,), "warn" if found.remarks else "good")

    def show_failure(self, sentence: str) -> None:
        """They cannot be used, or not be looked at."""
        self._show(sentence, "bad")

    def _show(
        self, said: str, tone: str, remarks: Sequence[str] = (), remark_tone: str = "", working: bool = False
    ) -> None:
        self.said.setText(said)
        set_tone(self.said, tone)
        self.progress.setVisible(working)
        for old in self.remarks:
            self._column.removeWidget(old)
            old.deleteLater()
        self.remarks = [label(remark, remark_tone, wraps=True) for remark in remarks]
        for shown in self.remarks:
            shown.setMinimumWidth(_WIDE)
            self._column.addWidget(shown)
