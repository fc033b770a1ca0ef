"""Drag in: what is offered is judged by its name alone, and what would vanish is copied as it is dropped.

A DAW may make the file only at the moment of the drop, and take it away right after.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from PyQt6.QtCore import QEvent, QMimeData, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PyQt6.QtWidgets import QWidget

from engine.errors import MelismaError
from engine.files import written_whole
from gui.texts import isolate as text
from gui.widgets.background import Background

_FLEETING = ("temp", "tmp", "temporary items", "temporaryitems", "cache", "caches", ".cache")
_AT_ONCE_BYTES = 8 << 20  # copied within a few milliseconds; what is larger goes on beside the window
_LONGEST_TEXT = 1 << 16


def offered_paths(mime: QMimeData | None) -> tuple[Path, ...]:
    """Local files that are offered: as URLs, or as text with a path or URL in each line.  Nothing is opened."""
    if mime is None:
        return ()
    if mime.hasUrls():
        return tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile() and url.toLocalFile())
    if not mime.hasText() or len(mime.text()) > _LONGEST_TEXT:
        return ()
    found = [_path_of(line.strip().strip('"')) for line in mime.text().splitlines()]
    return tuple(path for path in found if path is not None)


def _path_of(line: str) -> Path | None:
    if line.startswith("file://"):
        return Path(url2pathname(unquote(urlparse(line).path)))
    path = Path(line)
    return path if line and path.is_absolute() else None


def is_fleeting(path: Path) -> bool:
    """Whether it lies where programs put what they soon delete."""
    temporary = Path(tempfile.gettempdir())
    if temporary in path.parents:
        return True
    return any(parent.name.lower().split(" project")[0] in _FLEETING for parent in path.parents)


class DropIn(QObject):
    """Takes files that are dropped on a widget.

    `accepts` tells by names; `inbox` is the lasting folder to which fleeting files are copied.  `hovering` while
    something that fits is held over the widget; `taken` with lasting paths, at once unless something large is copied
    first, of which `copying` tells the name; `failed` with a `MelismaError`.
    """

    hovering = pyqtSignal(bool)
    taken = pyqtSignal(object)  # tuple[Path, ...]
    copying = pyqtSignal(str)
    failed = pyqtSignal(object)

    def __init__(self, widget: QWidget, accepts: Callable[[Sequence[Path]], bool], inbox: Path) -> None:
        super().__init__(widget)
        self._accepts, self._inbox = accepts, inbox
        self._background = Background(self)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, _: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """Takes the drag's events out of the widget's."""
        if isinstance(event, QDropEvent) and not isinstance(event, QDragMoveEvent):
            self.hovering.emit(False)
            return self._drop(event)
        if isinstance(event, QDragMoveEvent):  # entering is moving, too
            return self._judge(event)
        if event is not None and event.type() == QEvent.Type.DragLeave:
            self.hovering.emit(False)
        return False

    def take(self, paths: Sequence[Path]) -> None:
        """As if these had been dropped."""
        kept: list[Path] = []
        large: list[tuple[BinaryIO, Path, int]] = []
        for path in paths:
            try:
                kept.append(self._kept(path, large, len(kept)))
            except OSError as error:
                self.failed.emit(_failure(path.name, error))
            except MelismaError as error:
                self.failed.emit(error)
        if not large:
            if kept:
                self.taken.emit(tuple(kept))
            return
        self.copying.emit(large[0][1].name)

        def copy_all() -> None:
            for source, target, _ in large:
                with source, written_whole(target) as part, part.open("wb") as file:
                    shutil.copyfileobj(source, file, 1 << 20)

        self._background.run(copy_all, lambda _: self.taken.emit(tuple(kept)), self._copy_failed)

    def close(self) -> None:
        """Waits for a copy that is under way."""
        self._background.close()

    def _judge(self, event: QDragMoveEvent) -> bool:
        paths = offered_paths(event.mimeData())
        fits = bool(paths) and self._accepts(paths)
        if isinstance(event, QDragEnterEvent):
            self.hovering.emit(fits)
        if fits:
            # Never a move: the other program would delete its own.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        paths = offered_paths(event.mimeData())
        if not paths or not self._accepts(paths):
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take(paths)
        return True

    def _kept(self, path: Path, large: list[tuple[BinaryIO, Path, int]], number: int) -> Path:
        """Where the file lies from now on; what is too large to wait for is opened, so that it cannot vanish."""
        if not is_fleeting(path) or path.is_dir() or self._inbox in path.parents:
            return path
        self._inbox.mkdir(parents=True, exist_ok=True)
        size = path.stat().st_size
        target = _free_name(self._inbox, path, size if size <= _AT_ONCE_BYTES else None)
        if size > _AT_ONCE_BYTES:
            large.append((path.open("rb"), target, number))
        elif not target.exists():
            with written_whole(target) as part:
                shutil.copyfile(path, part)
        return target

    def _copy_failed(self, error: Exception) -> None:
        if isinstance(error, MelismaError):
            self.failed.emit(error)
        else:
            self.failed.emit(_failure("", error))


def _free_name(folder: Path, path: Path, same_bytes: int | None) -> Path:
    """A name in `folder` that nothing has, or that of a file which is the same."""
    for number in range(1, 10_000):
        name = path.name if number == 1 else f"{path.stem}-{number}{path.suffix}"
        target = folder / name
        if not target.exists():
            return target
        with suppress(OSError):
            alike = same_bytes is not None and target.stat().st_size == same_bytes
            if alike and target.read_bytes() == path.read_bytes():
                return target
    raise FileExistsError(f"{path.name} and its numbers are all taken")


def _failure(name: str, error: Exception) -> MelismaError:
    reason = getattr(error, "strerror", None) or str(error)
    return MelismaError(text.COPY_FAILED.format(name=name or "A file", reason=reason), text.COPY_HINT)
