"""Drag in: what is offered is judged by its name alone, and what would vanish is held as it is dropped.

A DAW may make the file only at the moment of the drop, and take it away right after: a file that is open goes on to be
there, and a small one, which the next drag may overwrite in its place, is read at once.
"""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from PyQt6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PyQt6.QtWidgets import QWidget

from engine.errors import MelismaError
from engine.files import written_whole
from engine.jobs import CancelToken
from gui.document.leftovers import copied, wanted_again
from gui.texts import isolate as text
from gui.widgets.background import Background

_FLEETING = ("temp project", "temporary items", "temporaryitems")
"""Where DAWs keep what belongs to no saved song; a folder of the user's own may be called `tmp` or `cache`."""
_SYSTEMS = (("library", "caches"), ("local", "temp"))
"""The ends of macOS's and Windows's own."""
_AT_ONCE_BYTES = 256 << 10  # any clip of notes: read in less than a millisecond
_TOLD_BYTES = 8 << 20  # what takes long enough to be told of
_LONGEST_TEXT = 1 << 16
_BLOCK = 1 << 20
_MOST_ALIKE = 10_000  # files of one name


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
    if any(folder in path.parents for folder in _temporary()):
        return True
    names = [name.lower() for name in path.parent.parts]
    return any(name in _FLEETING for name in names) or any(pair in _SYSTEMS for pair in pairwise(names))


def _temporary() -> Iterator[Path]:
    yield Path(tempfile.gettempdir())
    yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if os.name == "posix":
        yield from (Path("/tmp"), Path("/var/tmp"), Path("/private/tmp"))


@dataclass(frozen=True, slots=True)
class _Held:
    """A file that was dropped; `source`: what is to be copied of it, None where it stays."""

    path: Path
    source: BinaryIO | None = None

    @property
    def large(self) -> bool:
        """Whether copying takes long enough to be told of."""
        return isinstance(self.source, io.BufferedReader) and os.fstat(self.source.fileno()).st_size > _TOLD_BYTES


class DropIn(QObject):
    """Takes files that are dropped on a widget.

    `accepts` tells by names; `inbox` is the lasting folder to which fleeting files are copied.  `hovering` while
    something that fits is held over the widget; `taken` with lasting paths, once the other program has its drag back
    and all copies are made; `copying` with the name of a large one; `failed` with a `MelismaError`.  `busy` from the
    drop until all of that is told.  `background`: of somebody who outlives the widget.
    """

    hovering = pyqtSignal(bool)
    taken = pyqtSignal(object)  # tuple[Path, ...]
    copying = pyqtSignal(str)
    failed = pyqtSignal(object)
    busy_changed = pyqtSignal()

    def __init__(
        self,
        widget: QWidget,
        accepts: Callable[[Sequence[Path]], bool],
        inbox: Path,
        background: Background | None = None,
    ) -> None:
        super().__init__(widget)
        self._accepts, self._inbox = accepts, inbox
        self._waits = background is None
        self._background = background or Background(self)
        self._token = CancelToken()
        self._coming = 0
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

    @property
    def busy(self) -> bool:
        """Whether something was dropped that is not handed on yet."""
        return self._coming > 0

    def take(self, paths: Sequence[Path]) -> None:
        """As if these had been dropped."""
        held: list[_Held] = []
        failures: list[MelismaError] = []
        for path in paths:
            try:
                held.append(_Held(path, None if self._stays(path) else _opened(path)))
            except OSError as error:
                failures.append(_failure(path.name, error))
        self._coming += 1
        self.busy_changed.emit()
        if all(each.source is None for each in held):
            # Who is asked something now must not hold up the other program's drag.
            QTimer.singleShot(0, lambda: self._tell([each.path for each in held], failures))
            return
        if large := next((each for each in held if each.large), None):
            self.copying.emit(large.path.name)
        self._background.run(
            lambda: self._copy(held),
            lambda done: self._tell(done[0], (*failures, *done[1])),
            lambda error: self._tell((), (*failures, _failure(held[0].path.name, error))),
        )

    def close(self) -> None:
        """A copy that is under way is given up, and nothing is told any more.  Waits where the thread is its own."""
        self._token.cancel()
        if self._waits:
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

    def _stays(self, path: Path) -> bool:
        return not is_fleeting(path) or path.is_dir() or self._inbox in path.parents

    def _copy(self, held: Sequence[_Held]) -> tuple[tuple[Path, ...], tuple[MelismaError, ...]]:
        """On the worker: where the files lie from now on, and what could not be copied."""
        paths: list[Path] = []
        failures: list[MelismaError] = []
        for each in held:
            try:
                paths.append(each.path if each.source is None else self._copied(each.path.name, each.source))
            except OSError as error:
                failures.append(_failure(each.path.name, error))
            except MelismaError as error:
                failures.append(error)
        return tuple(paths), tuple(failures)

    def _copied(self, name: str, source: BinaryIO) -> Path:
        """The copy in the inbox; what lies there already is not copied once more."""
        with source:
            self._token.raise_if_cancelled()
            self._inbox.mkdir(parents=True, exist_ok=True)
            target = _free_name(self._inbox, Path(name), source, self._token)
            if target.exists():
                wanted_again(target)
                return target
            source.seek(0)
            with written_whole(target) as part, part.open("wb") as file:
                for block in _blocks(source, self._token):
                    file.write(block)
            copied(target)
        return target

    def _tell(self, paths: Sequence[Path], failures: Sequence[MelismaError]) -> None:
        if self._token.cancelled:
            return
        if paths:
            self.taken.emit(tuple(paths))
        for failure in failures:
            self.failed.emit(failure)
        self._coming -= 1
        self.busy_changed.emit()


def _opened(path: Path) -> BinaryIO:
    """Something to copy from that nobody can take away.  Raises `OSError`."""
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    source = path.open("rb")
    if os.fstat(source.fileno()).st_size > _AT_ONCE_BYTES:
        return source
    with source:
        return io.BytesIO(source.read())


def _blocks(source: BinaryIO, token: CancelToken) -> Iterator[bytes]:
    """What is left of `source`.  Raises `Cancelled`."""
    while block := source.read(_BLOCK):
        token.raise_if_cancelled()
        yield block


def _free_name(folder: Path, path: Path, source: BinaryIO, token: CancelToken) -> Path:
    """A name in `folder` that nothing has, or that of a file which is the same."""
    for number in range(1, _MOST_ALIKE):
        name = path.name if number == 1 else f"{path.stem}-{number}{path.suffix}"
        target = folder / name
        if not target.exists():
            return target
        with suppress(OSError):
            if _alike(target, source, token):
                return target
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _alike(file: Path, source: BinaryIO, token: CancelToken) -> bool:
    if file.stat().st_size != source.seek(0, io.SEEK_END):
        return False
    source.seek(0)
    with file.open("rb") as other:
        return all(block == source.read(_BLOCK) for block in _blocks(other, token))


def _failure(name: str, error: Exception) -> MelismaError:
    reason = getattr(error, "strerror", None) or str(error)
    return MelismaError(text.COPY_FAILED.format(name=name, reason=reason), text.COPY_HINT)
