"""One job of the queue: what it is, how far it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from gui.icons import icon
from gui.texts import mixing as mixing_texts
from gui.texts import shell as texts
from gui.theme import Theme
from gui.viewmodels.job_line import JobLine
from gui.widgets.file_drag import DragHandle
from gui.widgets.labels import icon_button, label, set_tone, text_button

_PER_MILLE = 1000


@dataclass(frozen=True, slots=True)
class JobActions:
    """What the row's buttons do."""

    cancel: Callable[[], object]
    again: Callable[[], object]
    open: Callable[[], object]
    show: Callable[[], object]
    mix: Callable[[], object]
    forget: Callable[[], object]
    details: Callable[[], object]
    files: Callable[[], Sequence[Path]]


class JobRow(QFrame):
    """`show_line` paints it anew; it knows no jobs."""

    def __init__(self, theme: Theme, title: str, actions: JobActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "raised")
        self._theme, self._name = theme, title
        self._line: JobLine | None = None
        self._kind, self._sign = QLabel(), QLabel()
        self.title, self.words, self.left = label(title), label(tone="soft"), label(tone="small")
        self.title.setFont(theme.font("bold"))
        self.title.setStyleSheet("font-weight: 600;")
        self.left.setFont(theme.font("figures_small"))
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.remarks = label(tone="warn", wraps=True)
        self.remarks.hide()
        for shown in (self.title, self.words, self.remarks):
            shown.setMinimumWidth(60)  # a long name does not widen the window
        self.title.setToolTip(title)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(title)
        self.cancel = text_button(texts.JOB_CANCEL, actions.cancel, about=texts.JOB_CANCEL_TIP)
        self.again = text_button(texts.JOB_AGAIN, actions.again, about=texts.JOB_AGAIN_TIP)
        self.open = text_button(texts.JOB_OPEN, actions.open, about=texts.JOB_OPEN_TIP)
        self.show_button = text_button(texts.JOB_SHOW, actions.show, about=texts.JOB_SHOW_TIP)
        self.details = text_button(texts.DETAILS, actions.details, about=texts.JOB_DETAILS_TIP)
        self.grip = DragHandle(theme, title, actions.files)
        self.grip.setToolTip(texts.JOB_DRAG_TIP)
        self.mix = icon_button(theme, "mix", mixing_texts.MIX_THIS, actions.mix)
        self.forget = icon_button(theme, "close", texts.JOB_FORGET_TIP, actions.forget)
        for button in (self.cancel, self.again, self.open, self.show_button, self.details):
            button.setAccessibleName(f"{button.text()}: {title}")
        self._lay_out()
        theme.changed.connect(self._repaint_signs)

    def _lay_out(self) -> None:
        gap = self._theme.tokens.measures.gap
        row = QHBoxLayout(self)
        row.setContentsMargins(gap * 3, gap * 2, gap * 2, gap * 2)
        row.setSpacing(gap * 2)
        row.addWidget(self._kind)
        row.addSpacing(gap)
        column = QVBoxLayout()
        column.setSpacing(gap)
        column.addWidget(self.title)
        line = QHBoxLayout()
        line.setSpacing(gap * 2)
        line.addWidget(self._sign)
        line.addWidget(self.words, 1)
        line.addWidget(self.left)
        column.addLayout(line)
        column.addWidget(self.remarks)
        column.addWidget(self.progress)
        row.addLayout(column, 1)
        for part in (
            self.cancel,
            self.details,
            self.again,
            self.show_button,
            self.open,
            self.mix,
            self.grip,
            self.forget,
        ):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_line(self, line: JobLine, has_details: bool) -> None:
        """How the job is now."""
        signs = self._line is None or (self._line.sign, self._line.icon) != (line.sign, line.icon)
        self._line = line
        if signs:
            self._repaint_signs()
        self.words.setText(line.words)
        self.words.setToolTip(line.words)
        set_tone(self.words, line.tone)
        self.remarks.setText(line.remarks)
        self.remarks.setVisible(bool(line.remarks))
        self.left.setText(line.left)
        running = line.can_cancel and line.sign[0] == "play"
        self.progress.setVisible(running)
        if running:
            self.progress.setRange(0, 0 if line.share is None else _PER_MILLE)
            self.progress.setValue(round((line.share or 0.0) * _PER_MILLE))
        self.cancel.setVisible(line.can_cancel)
        self.again.setVisible(line.can_repeat)
        self.forget.setVisible(not line.can_cancel)
        self.details.setVisible(has_details)
        self.mix.setVisible(line.can_mix)
        for part in (self.open, self.show_button, self.grip):
            part.setVisible(line.has_files)
        self.setAccessibleName(texts.JOB_NAMES.format(title=self._name, state=f"{line.words} {line.remarks}".strip()))

    def _repaint_signs(self) -> None:
        if self._line is None:
            return
        measures = self._theme.tokens.measures
        name, colour = self._line.sign
        self._sign.setPixmap(
            icon(name, self._theme, colour).pixmap(QSize(measures.small_icon, measures.small_icon), self._scale())
        )
        self._kind.setPixmap(icon(self._line.icon, self._theme, "text_soft").pixmap(QSize(22, 22), self._scale()))

    def _scale(self) -> float:
        return self.devicePixelRatioF()
