"""A number that is dragged, typed, scrolled or stepped: a fader that is one row high."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.typed_number import typed_number


@dataclass(frozen=True, slots=True)
class Range:
    """`low` to `high` in steps of `step`; `neutral`: what it is without the user (None: nobody's number, shown as
    `unset`); `decimals` and `unit` of what is shown."""

    low: float
    high: float
    neutral: float | None = 0.0
    step: float = 1.0
    decimals: int = 1
    unit: str = ""
    unset: str = ""

    def limited(self, value: float) -> float:
        """Within the range, rounded to what is shown."""
        return round(min(max(value, self.low), self.high), self.decimals)

    def share(self, value: float) -> float:
        """How far along the bar: 0 at `low`, 1 at `high`."""
        return (value - self.low) / (self.high - self.low)

    def at(self, share: float) -> float:
        """The value that stands so far along."""
        return self.low + share * (self.high - self.low)

    def stepped(self, value: float, count: float) -> float:
        """So many steps on from `value`."""
        return value + count * self.step

    def told(self, value: float | None) -> str:
        """As it is shown."""
        if value is None:
            return self.unset
        sign = "+" if value > 0 and self.low < 0 else ""
        return f"{sign}{value:.{self.decimals}f} {self.unit}".rstrip().replace("-", "−")


_BEGINS = "0123456789-+.,"
"""With these a number is typed."""


class ValueBar(QWidget):
    """Name on the left, value on the right, filled from the neutral value on.

    `changed` while it is dragged, too: value, or None where the user took it back.  `spoken`: its name for who cannot
    see beside what it stands.
    """

    changed = pyqtSignal(object)

    def __init__(self, theme: Theme, name: str, span: Range, parent: QWidget | None = None, spoken: str = "") -> None:
        super().__init__(parent)
        self._theme, self._name, self.span = theme, name, span
        self._spoken = spoken or name
        self._value: float | None = span.neutral
        self._pressed_at: tuple[float, float] | None = None
        self._drags = 0
        self._editor: QLineEdit | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setToolTip(text.VALUE_TIP.format(name=name))
        self._say()
        theme.changed.connect(self.update)

    @property
    def value(self) -> float | None:
        return self._value

    @property
    def grip(self) -> int:
        """The number of the drag that is under way; 0 when none is."""
        return self._drags if self._pressed_at is not None else 0

    def show_value(self, value: float | None) -> None:
        """Show a value that the song has; nothing is emitted."""
        if value != self._value:
            self._value = value
            self._say()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(160, self._theme.tokens.measures.row - 4)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(96, self._theme.tokens.measures.row - 4)

    def _say(self) -> None:
        self.setAccessibleName(text.VALUE_SPOKEN.format(name=self._spoken, value=self.span.told(self._value)))

    def _take(self, value: float | None) -> None:
        if value is not None and not math.isfinite(value):
            return
        limited = None if value is None else self.span.limited(value)
        if limited != self._value:
            self._value = limited
            self._say()
            self.update()
            self.changed.emit(limited)

    def _middle(self) -> float:
        """What steps count from while nothing is set."""
        if self._value is not None:
            return self._value
        return self.span.low if self.span.neutral is None else self.span.neutral

    # What the user does

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._drags += 1
            self._pressed_at = (event.position().x(), self.span.share(self._middle()))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or self._pressed_at is None:
            return
        x, share = self._pressed_at
        moved = event.position().x() - x
        fine = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        if abs(moved) > 2:
            self._take(self.span.at(share + moved / max(1, self.width()) * fine))

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self._pressed_at = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        self._take(self.span.neutral)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        # Only with the focus: scrolling a long form must not turn what lies under the mouse.
        if event is None or not self.hasFocus():
            if event is not None:
                event.ignore()
            return
        turned = event.angleDelta().y()
        if turned == 0:  # sideways, or the end of a movement
            event.ignore()
            return
        self._take(self.span.stepped(self._middle(), 1 if turned > 0 else -1))

    def event(self, event: QEvent | None) -> bool:
        """Digits begin a number here, whatever else they are for in the window."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            if plain and event.text() and event.text() in _BEGINS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None:
            return
        if self._editor is not None:
            # What the line of text has no use for arrives here.
            if event.key() == Qt.Key.Key_Escape:
                editor, self._editor = self._editor, None
                editor.deleteLater()
                self.setFocus()
            return
        steps = {
            Qt.Key.Key_Up: 1.0, Qt.Key.Key_Right: 1.0, Qt.Key.Key_Down: -1.0, Qt.Key.Key_Left: -1.0,
            Qt.Key.Key_PageUp: 10.0, Qt.Key.Key_PageDown: -10.0,
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in steps:
            self._take(self.span.stepped(self._middle(), steps[key]))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._take(self.span.neutral)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._type(self._plain())
        elif event.text() and event.text() in _BEGINS:
            self._type(event.text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, _event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        self.update()

    def focusOutEvent(self, _event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        self.update()

    def _plain(self) -> str:
        return "" if self._value is None else f"{self._value:.{self.span.decimals}f}"

    def _type(self, begun: str) -> None:
        editor = QLineEdit(begun, self)
        editor.setAccessibleName(self._spoken)
        editor.setGeometry(self.rect())
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.editingFinished.connect(self._typed)
        if begun == self._plain():
            editor.selectAll()
        self._editor = editor
        editor.show()
        editor.setFocus()

    def _typed(self) -> None:
        editor, self._editor = self._editor, None
        if editor is None:
            return
        written = editor.text().strip()
        editor.deleteLater()
        self.setFocus()
        if written == self._plain():
            return  # what is shown may be rounded, and nobody typed another
        if not written:
            self._take(self.span.neutral)
            return
        value = typed_number(written, self.span.low, self.span.high, self.span.unit)
        if value is None:
            self.update()  # no number: what was there stays
        else:
            self._take(value)

    # What the user sees

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(tokens.focus if self.hasFocus() else tokens.line)
        painter.setBrush(tokens.field)
        painter.drawRoundedRect(frame, tokens.measures.radius, tokens.measures.radius)
        set_by_user = self._value is not None and self._value != self.span.neutral
        if self._value is not None:
            painter.fillRect(self._filled(frame), tokens.accent if set_by_user else tokens.line)
        inner = frame.adjusted(8, 0, -8, 0)
        painter.setFont(self._theme.font("body"))
        painter.setPen(tokens.text_soft if self.isEnabled() else tokens.text_disabled)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._name)
        painter.setFont(self._theme.font("figures"))
        painter.setPen((tokens.text if set_by_user else tokens.text_soft) if self.isEnabled() else tokens.text_disabled)
        painter.drawText(
            inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.span.told(self._value)
        )

    def _filled(self, frame: QRectF) -> QRectF:
        """A line two pixels high at the lower edge, from the neutral value to the present one."""
        zero = self.span.low if self.span.neutral is None else self.span.neutral
        value = self._value if self._value is not None else zero
        inner = frame.adjusted(3, 0, -3, 0)
        begin, end = sorted(inner.left() + inner.width() * self.span.share(at) for at in (zero, value))
        return QRectF(begin, inner.bottom() - 2.5, max(end - begin, 2.0), 2.0)
