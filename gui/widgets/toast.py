"""Notices at the right of the window, where no button is below them: a sentence, perhaps a button.

They go by themselves, bad news late.
"""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.desk import Notice
from gui.icons import icon
from gui.texts import shell as texts
from gui.theme import Theme
from gui.widgets.labels import icon_button, label, text_button

_WIDE = 380
_MOST = 4
_SMALL = 48
"""Pixels: what is higher is no button."""
_STAYS_MS = {"info": 5000, "good": 5000, "warn": 12_000, "bad": 45_000}
_LONGER_WITH_ACTION_MS = 7000


class Toasts(QWidget):
    """The newest lies lowest; of more than four the oldest goes.

    `below` and `above` are logical pixels that stay free at the window's edges.  Between them the notices lie as low as
    they can without lying on something that is clicked.
    """

    def __init__(self, theme: Theme, window: QWidget, below: int, above: int) -> None:
        super().__init__(window)
        self._theme, self._window, self._below, self._above = theme, window, below, above
        self.setAccessibleName(texts.NOTICES)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.tokens.measures.gap * 2)
        self._toasts: list[Toast] = []
        window.installEventFilter(self)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """A notice that is shown already counts anew instead of standing there twice."""
        for toast in self._toasts:
            if toast.notice.text == notice.text and toast.notice.kind == notice.kind:
                toast.begin()
                return
        toast = Toast(self._theme, notice)
        toast.over.connect(lambda: self._remove(toast))
        self._toasts.append(toast)
        self._column.addWidget(toast)
        self.show()
        toast.show()  # now, not when the loop comes round: the layout leaves out what is hidden
        if len(self._toasts) > _MOST:
            self._remove(self._toasts[0])
        toast.begin()
        self.place()
        # What the notice tells of may be shown only after it.
        self.place_soon()

    @property
    def shown(self) -> tuple[str, ...]:
        """The sentences that stand there, the oldest first."""
        return tuple(toast.notice.text for toast in self._toasts)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        if watched is self._window and event is not None and event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._column.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
            self.place()

    def place_soon(self) -> None:
        """As `place`, once what is shown now is laid out."""
        QTimer.singleShot(0, self.place)

    def place(self) -> None:
        """Find a free place: the window shows something else now."""
        self.setVisible(bool(self._toasts))
        if not self._toasts:
            return
        edge = self._theme.tokens.measures.gap * 4
        self.setFixedWidth(min(_WIDE, max(200, self._window.width() - 2 * edge)))
        self._column.activate()
        high = max(self._column.totalHeightForWidth(self.width()), self._column.totalMinimumSize().height())
        lowest = self._window.height() - high - self._below - edge
        place = QRect(self._window.width() - self.width() - edge, lowest, self.width(), high)
        self.setGeometry(self._lifted(place, edge))
        self.raise_()

    def _lifted(self, place: QRect, edge: int) -> QRect:
        """As low as it lies on nothing that is clicked; where it always would, as low as it can."""
        controls = [at for at in self._controls() if at.right() >= place.left() and at.left() <= place.right()]
        free = QRect(place)
        while free.top() >= self._above + edge:
            hit = [at for at in controls if at.intersects(free)]
            if not hit:
                return free
            free.moveBottom(min(at.top() for at in hit) - edge)
        return place

    def _controls(self) -> list[QRect]:
        """Where something small stands that takes the mouse or the keys: lists and rolls may be covered."""
        return [
            QRect(part.mapTo(self._window, QPoint()), part.size())
            for part in self._window.findChildren(QWidget)
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
            and part.height() <= _SMALL
            and part.isVisible()
            and not self.isAncestorOf(part)
        ]


class Toast(QFrame):
    """One notice; `over` when it goes."""

    over = pyqtSignal()

    def __init__(self, theme: Theme, notice: Notice) -> None:
        super().__init__()
        self.notice, self._theme = notice, theme
        self.setProperty("surface", "toast")
        self.setAccessibleName(notice.text)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._leave)
        gap = theme.tokens.measures.gap
        row = QHBoxLayout(self)
        row.setContentsMargins(gap * 4, gap * 2, gap, gap * 2)
        row.setSpacing(gap * 2)
        row.addWidget(_sign(theme, notice.kind), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(gap)
        text = label(notice.text, wraps=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(text)
        buttons = self._buttons()
        if buttons:
            line = QHBoxLayout()
            for button in buttons:
                line.addWidget(button)
            line.addStretch(1)
            column.addLayout(line)
        row.addLayout(column, 1)
        row.addWidget(icon_button(theme, "close", texts.DISMISS, self._leave), 0, Qt.AlignmentFlag.AlignTop)

    def begin(self) -> None:
        """Count from now on; who reads it with the mouse on it is not hurried."""
        longer = _LONGER_WITH_ACTION_MS if self.notice.action else 0
        self._timer.start(_STAYS_MS[self.notice.kind] + longer)

    def event(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Enter:
            self._timer.stop()
        elif event is not None and event.type() == QEvent.Type.Leave:
            self.begin()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(_colour(self._theme, self.notice.kind))
        painter.drawRoundedRect(5, 8, 3, self.height() - 16, 1.5, 1.5)

    def _buttons(self) -> list[QWidget]:
        made: list[QWidget] = []
        if self.notice.action and self.notice.run is not None:
            made.append(text_button(self.notice.action, self._act))
        if self.notice.details:
            made.append(text_button(texts.COPY_DETAILS, self._copy))
        return made

    def _leave(self) -> None:
        # A method, for Qt forgets it with the toast: a signal's own `emit` would be called on what is gone.
        self.over.emit()

    def _act(self) -> None:
        self._leave()
        if self.notice.run is not None:
            self.notice.run()

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(f"{self.notice.text}\n\n{self.notice.details}")


def _sign(theme: Theme, kind: str) -> QLabel:
    sign = QLabel()
    measure = theme.tokens.measures.icon
    colour = "accent_text" if kind == "info" else kind
    sign.setPixmap(icon(kind, theme, colour).pixmap(QSize(measure, measure)))
    return sign


def _colour(theme: Theme, kind: str) -> QColor:
    tokens = theme.tokens
    return {"good": tokens.good, "warn": tokens.warn, "bad": tokens.bad}.get(kind, tokens.accent)
