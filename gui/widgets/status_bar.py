"""The bar at the bottom: what computes and why, what runs, sound and bridge."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from gui.icons import beside_words, icon
from gui.texts import shell as texts
from gui.theme import Theme
from gui.viewmodels.device_line import STARTING, DeviceLine
from gui.widgets.labels import label

_BAR_WIDE = 140
_TITLE_WIDE = 300


class StatusBar(QFrame):
    """Shows what it is told; its parts are buttons that lead to the panel that knows more.

    Whoever tells of the device says what a click on `device` does.
    """

    def __init__(self, theme: Theme, show: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "window")
        self.setAccessibleName(texts.STATUS)
        self._theme = theme
        measures = theme.tokens.measures
        self.setFixedHeight(measures.status)
        self.device = self._button("chip", lambda: None)
        self.job = self._button("queue", lambda: show("queue"))
        self.job.setToolTip(texts.JOBS_TIP)
        self.progress = QProgressBar()
        self.progress.setFixedWidth(_BAR_WIDE)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(texts.PROGRESS)
        self.left = label(tone="small")
        self.left.setFont(theme.font("figures_small"))
        self.sound = self._button("mute", lambda: None)
        self.sound.setAccessibleName(texts.NO_SOUND)
        self.bridge = self._button("connection", lambda: show("connection"))
        self.bridge.setToolTip(texts.BRIDGE_TIP)
        row = QHBoxLayout(self)
        row.setContentsMargins(measures.gap * 2, 0, measures.gap * 2, 0)
        row.setSpacing(measures.gap * 2)
        row.addWidget(self.device)
        row.addStretch(1)
        for part in (self.job, self.progress, self.left):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self.sound, self.bridge):
            row.addWidget(part)
        self.show_device(STARTING)
        self.show_job("", 0, 0, "")
        self.show_sound("", "")
        self.show_bridge("off", "")

    def _button(self, icon_name: str, run: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "status")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(icon(icon_name, self._theme, "text_soft"))
        button.setIconSize(beside_words(self._theme.tokens.measures.small_icon))
        button.clicked.connect(lambda _checked: run())
        return button

    def show_device(self, line: DeviceLine) -> None:
        """What computes, and why."""
        self.device.setText(line.name)
        self.device.setToolTip(line.why)
        self.device.setAccessibleName(f"{texts.DEVICE_NAME}: {line.name}")
        self.device.setAccessibleDescription(line.why)
        self.device.setIcon(icon("chip" if line.good else "bad", self._theme, "text_soft" if line.good else "bad"))

    def show_job(self, title: str, done: int, total: int, left: str) -> None:
        """The job that runs, "" for none; `total` 0: it is not known how much there is."""
        metrics = self.job.fontMetrics()
        self.job.setText(metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, _TITLE_WIDE) or texts.NOTHING_RUNS)
        self.job.setAccessibleName(title or texts.NOTHING_RUNS)
        self.progress.setVisible(bool(title))
        self.left.setVisible(bool(title and left))
        self.left.setText(left)
        if title:
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.progress.setAccessibleName(title)

    def show_sound(self, trouble: str, why: str) -> None:
        """What is wrong with the sound output; "" for nothing."""
        self.sound.setVisible(bool(trouble))
        self.sound.setText(trouble)
        self.sound.setToolTip(why)

    def show_bridge(self, state: str, why: str) -> None:
        """`state`: off, starting, on, away or failed."""
        colour = {"on": "good", "failed": "bad", "away": "warn"}.get(state, "text_soft")
        self.bridge.setText(texts.BRIDGE[state])
        self.bridge.setIcon(icon("connection", self._theme, colour))
        self.bridge.setAccessibleName(f"{texts.BRIDGE_NAME}: {texts.BRIDGE[state]}")
        self.bridge.setToolTip(f"{why}\n{texts.BRIDGE_TIP}".strip())
