"""Drag out: whole files that stay where they are, named with their place in the song."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from PyQt6.QtCore import QMimeData, QPoint, QPointF, QRectF, QSize, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import QDrag, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PyQt6.QtWidgets import QApplication, QToolButton, QWidget

from engine.errors import MelismaError
from engine.files import written_whole
from gui.document.leftovers import taken
from gui.icons import icon, paint_icon
from gui.texts import isolate as text
from gui.theme import Theme

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_WIDTH = 220
_COPIED_BYTES = 512 << 20
"""Of a larger one no copy is waited for when a drag begins."""


def position_name(name: str, start_s: float, bar_beat: str = "", suffix: str = ".wav") -> str:
    """A file name that says where the file belongs: `Lead @ 5.1 00m08.000s.wav`.

    `bar_beat` as a DAW counts ("5.1"), left out when "".  What no file system takes becomes `_`.
    """
    whole_ms = round(max(0.0, start_s) * 1000)
    minutes, rest_ms = divmod(whole_ms, 60_000)
    place = f"{minutes:02d}m{rest_ms // 1000:02d}.{rest_ms % 1000:03d}s"
    plain = _FORBIDDEN.sub("_", name).strip(" .") or "sound"
    return f"{plain} @ {f'{bar_beat} {place}' if bar_beat else place}{suffix}"


def placed_file(file: Path, folder: Path, start_s: float, bar_beat: str = "") -> Path:
    """`file` under its `position_name` in `folder`, a lasting one; a second name for the same bytes, or a copy where
    the disk knows no second names.  An older take keeps its name, for a DAW may play it from here; the newer one is
    numbered.  Where neither can be, `file` itself: a DAW takes it as well."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            stem = file.stem if number == 1 else f"{file.stem} {number}"
            placed = folder / position_name(stem, start_s, bar_beat, file.suffix)
            if not placed.exists():
                _put(file, placed)
                return placed
            if placed.samefile(file) or filecmp.cmp(placed, file, shallow=False):
                return placed
    except (OSError, MelismaError):
        pass
    return file


def _put(file: Path, placed: Path) -> None:
    """Raises `OSError` or `MelismaError` when `placed` cannot be made."""
    try:
        os.link(file, placed)
    except OSError:
        if file.stat().st_size > _COPIED_BYTES:
            raise
        with written_whole(placed) as part:
            shutil.copyfile(file, part)


def files_mime(files: Sequence[Path]) -> QMimeData:
    """What a file manager, a DAW and a text field understand."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file.absolute())) for file in files])
    return mime


def drag_files(source: QWidget, files: Sequence[Path], theme: Theme) -> Qt.DropAction:
    """Drag whole files out until they are let go: always copied, never moved.  IgnoreAction when none is there."""
    there = [file for file in files if file.is_file()]
    if not there:
        return Qt.DropAction.IgnoreAction
    # Some programs do not say that they took them.
    taken(there)
    drag = QDrag(source)
    drag.setMimeData(files_mime(there))
    drag.setPixmap(_flag(there, theme, source.devicePixelRatioF()))
    drag.setHotSpot(QPoint(12, 14))
    return drag.exec(Qt.DropAction.CopyAction)


def copy_files(files: Sequence[Path]) -> bool:
    """Put whole files on the clipboard; says whether there were any."""
    there = [file for file in files if file.is_file()]
    clipboard = QGuiApplication.clipboard()
    if not there or clipboard is None:
        return False
    taken(there)
    clipboard.setMimeData(files_mime(there))
    return True


class DragHandle(QToolButton):
    """A grip from which files are dragged out; by keyboard it copies them.

    `files` is asked as the drag begins.  `copied` when they were put on the clipboard, `dropped` when something took
    them.
    """

    copied = pyqtSignal()
    dropped = pyqtSignal()

    def __init__(
        self, theme: Theme, name: str, files: Callable[[], Sequence[Path]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._files = theme, files
        self._pressed: QPointF | None = None
        self.setProperty("kind", "flat")
        self.setIcon(icon("grip", theme))
        self.setIconSize(QSize(theme.tokens.measures.small_icon, theme.tokens.measures.small_icon))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(text.DRAG_OUT.format(name=name))
        self.setToolTip(text.DRAG_OUT_TIP)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is None or self._pressed is None:
            return
        if (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            if drag_files(self, self._files(), self._theme) != Qt.DropAction.IgnoreAction:
                self.dropped.emit()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: ARG002, N802 - Qt's name
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if copy_files(self._files()):
                self.copied.emit()
            return
        super().keyPressEvent(event)


def _flag(files: Sequence[Path], theme: Theme, scale: float) -> QPixmap:
    """What hangs at the pointer: a sign and the first file's name."""
    size = QSize(_WIDTH, 28)
    flag = QPixmap(size * scale)
    flag.setDevicePixelRatio(scale)
    flag.fill(Qt.GlobalColor.transparent)
    painter, tokens = QPainter(flag), theme.tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(tokens.accent)
    painter.setBrush(tokens.raised)
    painter.drawRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), 4, 4)
    paint_icon(painter, QRectF(6, 7, 14, 14), "wave", tokens.accent_text)
    font = theme.font("small")
    painter.setFont(font)
    painter.setPen(tokens.text)
    name = files[0].name if len(files) == 1 else f"{files[0].name} + {len(files) - 1}"
    room = QRectF(26, 0, size.width() - 32, size.height())
    shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, round(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
    painter.end()
    return flag
