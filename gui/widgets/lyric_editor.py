"""The field in which a note's lyric is typed, right where the note is."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget

from gui.texts import sing as text
from gui.theme import Theme

_MIN_PX = 72


class LyricEditor(QLineEdit):
    """`typed` with the note and its text when it is done, or saved while it is typed; `stepped` with the note, its text
    and 1 or -1 on Tab; `pasted` with the note and a text of several words or lines."""

    typed = pyqtSignal(str, str)
    stepped = pyqtSignal(str, str, int)
    pasted = pyqtSignal(str, str)
    closed = pyqtSignal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._note = ""
        self._begun = ""
        self.setFont(theme.font("body"))
        self.setAccessibleName(text.LYRIC)
        self.setToolTip(text.LYRIC_TIP)
        self.setTextMargins(0, 0, 0, 0)
        self.hide()
        self.textEdited.connect(self._grow)
        self.editingFinished.connect(self.commit)

    @property
    def note(self) -> str:
        """Id of the note that is typed on; "" while the field is hidden."""
        return self._note

    def open(self, note: str, written: str, place: QRectF) -> None:
        """Begin with a note that has `written` on it and lies at `place`."""
        self._note, self._begun = note, written
        self.setText(written)
        height = max(place.height() + 2, 22)
        self.setGeometry(
            round(place.left()),
            round(place.center().y() - height / 2),
            max(_MIN_PX, round(place.width())),
            round(height),
        )
        self._grow()
        self.selectAll()
        self.show()
        self.setFocus()

    def close_field(self) -> None:
        """Go away without a word."""
        if self._note:
            self._note = ""
            self.hide()
            self.closed.emit()

    def event(self, event: QEvent | None) -> bool:
        """Tab is for the next note, not for the next control."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._step(1 if event.key() == Qt.Key.Key_Tab else -1)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.close_field()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish()
        elif event.matches(QKeySequence.StandardKey.Paste) and self._paste():
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        super().focusOutEvent(event)
        # A menu over the field does not end the typing.
        if event is not None and event.reason() not in (
            Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason
        ):  # fmt: skip
            self._finish()

    def commit(self) -> None:
        """Tell what is typed so far, and type on."""
        written = self.text().strip()
        if self._note and written != self._begun:
            self._begun = written
            self.typed.emit(self._note, written)

    def _finish(self) -> None:
        self.commit()
        self.close_field()

    def _step(self, by: int) -> None:
        note, written = self._note, self.text().strip()
        self._begun = written
        if note:
            self.stepped.emit(note, written, by)

    def _paste(self) -> bool:
        clipboard = QApplication.clipboard()
        words = clipboard.text() if clipboard is not None else ""
        if len(words.split()) < 2 or self._note == "":
            return False
        note = self._note
        self.close_field()
        self.pasted.emit(note, words)
        return True

    def _grow(self) -> None:
        wanted = QFontMetrics(self.font()).horizontalAdvance(self.text()) + 20
        if wanted > self.width():
            self.resize(wanted, self.height())
