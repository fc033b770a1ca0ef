"""The show that is looked at: opened by the engine; one picture on its way at a time, and the newest wish wins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QImage

from gui.engine_process import Ask

REST_MS = 300
"""After the last change of a choice, so long nothing is opened."""
IDLE_MS = 250
"""After the last wish, so long nothing is made ahead: who scrubs wants the next picture at once."""
_OPEN_KEY = "avatar.open"


class Engine(Protocol):
    """What a show needs of `gui.engine_process.EngineProcess`."""

    def ask(self, op: str, args: Mapping[str, Any] = ..., key: str = "") -> Ask: ...


class Show(QObject):
    """`opening`: a show is being prepared (stage, share from 0 to 1, -1 where it is not known).  `opened(facts)`.
    `shown(image, frame)`: a picture.  `known(frames)`: so far the motion is made.  `failed(failure)`.

    `active` False: nothing is asked for ahead of need.
    """

    opening = pyqtSignal(str, float)
    opened = pyqtSignal(dict)
    shown = pyqtSignal(QImage, int)
    known = pyqtSignal(int)
    failed = pyqtSignal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.facts: dict[str, Any] | None = None
        self.active = True
        self._args: dict[str, Any] | None = None
        self._open: Ask | None = None
        self._picture: Ask | None = None
        self._frame, self._known = 0, 0
        self._wanted: int | None = None
        self._final = False  # whether what is seen is what was wished, and stays so
        self.playing = False
        self._ahead = False  # the wish is nobody's: it is there for the motion that grows by it
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._work_ahead)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask_open)

    @property
    def pending(self) -> bool:
        """Whether a show will be opened, or is being."""
        return self._rest.isActive() or self._open is not None

    @property
    def busy(self) -> bool:
        """Whether something that will be seen is on its way."""
        return self.pending or (self.facts is not None and not self._final)

    @property
    def frames(self) -> int:
        """Of the show that is open, 0 where none is."""
        return int(self.facts["frames"]) if self.facts else 0

    def set_args(self, args: dict[str, Any] | None, at_once: bool = False) -> None:
        """What `avatar.open` is to be asked with; None: nothing.  The same again does nothing."""
        if args == self._args and (self.facts is not None or self._open is not None or self._rest.isActive()):
            return
        self._args = args
        if args is None:
            self._rest.stop()
            self._drop()
            return
        if at_once:
            self._ask_open()
        else:
            self._rest.start()

    def again(self) -> None:
        """Open what was asked for last once more."""
        if self._args is not None:
            self._ask_open()

    def want(self, frame: int) -> None:
        """Show this picture as soon as it can be; earlier wishes that are not met yet are forgotten."""
        limited = max(0, min(frame, self.frames - 1))
        self._final = self._final and limited == self._frame
        self._frame = self._wanted = limited
        self._ahead = False
        self._idle.stop()
        self._ask_picture()

    def go_on(self) -> None:
        """Work ahead again, after `active` became true."""
        if self.facts is not None and self._wanted is None:
            self.want(self._frame)

    def close(self) -> None:
        """Ask for nothing more."""
        self._args = None
        self._rest.stop()
        self._drop()

    # Opening

    def _ask_open(self) -> None:
        if self._args is None:
            return
        self._rest.stop()
        ask = self._open = self._engine.ask("avatar.open", self._args, key=_OPEN_KEY)
        self.opening.emit("", -1.0)
        ask.progressed.connect(lambda stage, done, total: self._progress(ask, stage, done, total))
        ask.done.connect(lambda facts: self._opened(ask, facts))
        ask.failed.connect(lambda failure: self._not_opened(ask, failure))
        ask.cancelled.connect(lambda: self._not_opened(ask, None))
        ask.lost.connect(lambda: self._lost(ask))

    def _progress(self, ask: Ask, stage: str, done: int, total: int) -> None:
        if ask is self._open:
            self.opening.emit(stage, done / total if total else -1.0)

    def _opened(self, ask: Ask, facts: dict[str, Any]) -> None:
        if ask is not self._open:
            return
        self._open = None
        before, self.facts = self.facts, facts
        self._known, self._final = 0, False
        if before is None:
            self._frame = 0
        self._picture = None  # one that is on its way is of the show before
        self.opened.emit(facts)
        self.want(self._frame)

    def _not_opened(self, ask: Ask, failure: object) -> None:
        if ask is not self._open:
            return
        self._open = None
        if failure is not None:
            self._drop()
            self.failed.emit(failure)

    def _lost(self, ask: Ask) -> None:
        """The engine died under it: a new one is there, and is asked again."""
        if ask is self._open:
            self._open = None
            self._rest.start()

    # Pictures

    def _ask_picture(self) -> None:
        if self._picture is not None or self.facts is None or self._wanted is None:
            return
        frame = self._wanted
        args = {"show": self.facts["show"], "frame": frame, "ahead": self._ahead}
        ask = self._picture = self._engine.ask("avatar.picture", args)
        ask.done.connect(lambda answer: self._came(ask, frame, answer))
        ask.failed.connect(lambda _failure: self._no_longer(ask))
        ask.cancelled.connect(lambda: self._no_longer(ask))
        ask.lost.connect(lambda: self._no_longer(ask))

    def _came(self, ask: Ask, frame: int, answer: Mapping[str, Any]) -> None:
        if ask is not self._picture or self.facts is None:
            return
        self._picture = None
        image = _image(Path(answer["path"]), int(answer["width"]), int(answer["height"]))
        if int(answer["known"]) != self._known:
            self._known = int(answer["known"])
            self.known.emit(self._known)
        if image is not None:
            self.shown.emit(image, frame)
            self._final = frame == self._frame and frame < self._known
        if self._wanted == frame:
            self._wanted = None
        if self._wanted is not None:
            self._ask_picture()
        elif self._ahead or not self._final:
            self._work_ahead()
        else:
            self._idle.start()

    def _work_ahead(self) -> None:
        """Ask for the same picture again, while somebody looks and the motion is not whole."""
        if self._wanted is None and self.active and not self.playing and self._known < self.frames:
            self._wanted, self._ahead = self._frame, True
            self._ask_picture()

    def _no_longer(self, ask: Ask) -> None:
        """The engine forgot the show, or was started anew: open it again."""
        if ask is not self._picture:
            return
        self._picture = None
        if self._args is not None and self._open is None:
            self._rest.start()

    def _drop(self) -> None:
        self._idle.stop()
        self.facts, self._picture, self._wanted, self._known = None, None, None, 0
        if self._open is not None:
            self._open.cancel()
            self._open = None


def _image(path: Path, width: int, height: int) -> QImage | None:
    """The pixels of a .rgb file, which lies in memory as yet: it was written a moment ago."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) != 3 * width * height:
        return None
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
