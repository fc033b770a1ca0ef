"""The sound beside the pictures: read by the engine, played by the window's one player."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from gui.engine_process import Ask
from gui.panels.avatar.show import Engine
from gui.texts import avatar as texts
from gui.widgets.mixdown import Floats, Mixdown, Piece
from gui.widgets.off_thread import OffThread
from gui.widgets.player import Player


class Heard(QObject):
    """A mixdown of one file.  `moved(seconds)` and `playing(bool)`: of the player, while it plays this.

    `changed`: it is being read, there, or cannot be read, which `fault` says ("" otherwise).
    """

    moved = pyqtSignal(float)
    playing = pyqtSignal(bool)
    changed = pyqtSignal()

    def __init__(self, engine: Engine, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine, self._player = engine, player
        self.mixdown = Mixdown()
        self._path: Path | None = None
        self._stamp = 0
        self._ask: Ask | None = None
        self._off = OffThread(self)
        self.loaded, self.fault = False, ""
        self.time_reference_s: float | None = None
        """Where the file says that it begins in its session, in seconds."""
        player.moved.connect(self._moved)
        player.playing_changed.connect(self._playing)

    @property
    def mine(self) -> bool:
        """Whether the player plays, or would play, this."""
        return self._player.mixdown is self.mixdown

    @property
    def busy(self) -> bool:
        return self._ask is not None or self._off.busy

    def load(self, path: Path) -> None:
        """Another file; the same one, unchanged, stays as it is."""
        stamp = _stamp(path)
        if path == self._path and stamp == self._stamp and (self.loaded or self.busy):
            return
        self._path, self._stamp, self.time_reference_s = path, stamp, None
        self.loaded, self.fault = False, ""
        self.pause()
        self.mixdown.replace([])
        self._ask_for(path, once_more=True)
        self.changed.emit()

    def again(self) -> None:
        """Try once more what could not be read."""
        if self._path is not None and not self.loaded and not self.busy:
            self.load(self._path)

    def take(self) -> None:
        """The player plays this from now on."""
        self._player.use(self.mixdown)

    def toggle(self) -> None:
        """Play or pause."""
        self.take()
        self._player.toggle()

    def pause(self) -> None:
        """Rest, if this is what plays."""
        if self.mine:
            self._player.pause()

    def seek(self, seconds: float) -> None:
        """Go there."""
        if self.mine:
            self._player.seek(seconds)
        else:
            self.mixdown.resume_s = seconds

    def close(self) -> None:
        """Read nothing more."""
        self.pause()
        self._off.close()

    def _moved(self, seconds: float) -> None:
        if self.mine:
            self.moved.emit(seconds)

    def _playing(self, on: bool) -> None:
        if self.mine:
            self.playing.emit(on)

    def _ask_for(self, path: Path, once_more: bool) -> None:
        ask = self._ask = self._engine.ask("sound", {"path": str(path)}, key="avatar.sound")
        ask.done.connect(lambda answer: self._told(ask, answer))
        ask.failed.connect(lambda failure: self._gave_up(ask, f"{failure.message} {failure.hint}".strip()))
        ask.cancelled.connect(lambda: self._gave_up(ask))
        ask.lost.connect(lambda: self._lost(ask, path, once_more))

    def _told(self, ask: Ask, answer: Mapping[str, Any]) -> None:
        if ask is not self._ask:
            return
        self._ask = None
        self.time_reference_s = answer.get("time_reference_s")
        path = Path(answer["path"])
        self._off.run("sound", lambda: _samples(path), self._read, lambda error: self._fail(str(error)))

    def _gave_up(self, ask: Ask, why: str = "") -> None:
        if ask is self._ask:
            self._ask = None
            self._fail(why)

    def _lost(self, ask: Ask, path: Path, once_more: bool) -> None:
        """The engine died, perhaps of something else: the new one is asked, but not for ever."""
        if ask is self._ask and once_more:
            self._ask_for(path, once_more=False)
        else:
            self._gave_up(ask, texts.SOUND_LOST)

    def _read(self, samples: Floats) -> None:
        self.mixdown.replace([Piece(0.0, samples)])
        self.loaded = True
        self.changed.emit()

    def _fail(self, why: str) -> None:
        self.fault = why
        self.changed.emit()


def _samples(path: Path) -> Floats:
    """[2, T] of a .f32."""
    return np.ascontiguousarray(np.fromfile(path, np.float32).reshape(-1, 2).T)


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
