"""Work on tracks beside the window, one after the other: the track in hand comes first, what is obsolete is ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PyQt6.QtCore import QObject

from engine.jobs import CancelToken
from gui.widgets.background import Background

Work = Callable[[CancelToken], Any]


@dataclass(slots=True, eq=False)
class _Turn:
    track: str
    work: Work
    then: Callable[[Any], object]
    failed: Callable[[Exception], object]
    token: CancelToken = field(default_factory=CancelToken)

    def anew(self) -> _Turn:
        """The same once more, from its beginning."""
        return _Turn(self.track, self.work, self.then, self.failed)


class Turns:
    """A later work of a track replaces an earlier one, of which nothing is told any more."""

    def __init__(self, parent: QObject) -> None:
        self._background = Background(parent)
        self._waiting: dict[str, _Turn] = {}
        self._now: _Turn | None = None
        self._first = ""

    def run(self, track: str, work: Work, then: Callable[[Any], object], failed: Callable[[Exception], object]) -> None:
        """`then` with what `work` gives, or `failed` with what it raises; `work` ends early once its token says so."""
        self.drop(track)
        self._waiting[track] = _Turn(track, work, then, failed)
        self._give_way()
        self._next()

    def put_first(self, track: str) -> None:
        """From now on this track is before all others."""
        self._first = track
        self._give_way()

    def drop(self, track: str) -> None:
        """Nobody waits for it any more."""
        self._waiting.pop(track, None)
        if self._now is not None and self._now.track == track:
            self._now.token.cancel()

    def close(self) -> None:
        """Waits for what runs, which ends early."""
        self._waiting.clear()
        if self._now is not None:
            self._now.token.cancel()
        self._background.close()

    def _give_way(self) -> None:
        now = self._now
        if now is None or now.token.cancelled or now.track == self._first or self._first not in self._waiting:
            return
        self._waiting[now.track] = now.anew()
        now.token.cancel()

    def _next(self) -> None:
        if self._now is not None or not self._waiting:
            return
        track = self._first if self._first in self._waiting else next(iter(self._waiting))
        turn = self._now = self._waiting.pop(track)
        self._background.run(
            lambda: turn.work(turn.token),
            lambda result: self._over(turn, lambda: turn.then(result)),
            lambda error: self._over(turn, lambda: turn.failed(error)),
        )

    def _over(self, turn: _Turn, tell: Callable[[], object]) -> None:
        self._now = None
        if not turn.token.cancelled:
            tell()
        self._next()
