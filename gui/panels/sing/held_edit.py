"""An edit under the hand, from press to release."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

from engine.api.project import Project
from gui.document.song import Song


class HeldEdit:
    """All of it is one step of undo, and Esc makes it as if it had never been.  `name`: whose edits these are."""

    def __init__(self, song: Song, name: str) -> None:
        self._song, self._name = song, name
        self._numbers = itertools.count()
        self._merge, self._base = "", song.project
        song.replaced.connect(self.release)  # another song is there: what is in hand belongs to the old one

    def __bool__(self) -> bool:
        return bool(self._merge)

    @property
    def base(self) -> Project:
        """The song as it was when the hand took hold."""
        return self._base

    def take(self) -> None:
        """The hand takes hold of something."""
        self._merge, self._base = f"{self._name} {next(self._numbers)}", self._song.project

    def do(self, label: str, edit: Callable[[Project], Project]) -> None:
        """How it is now."""
        self._song.do(label, edit, self._merge, within_s=math.inf)

    def release(self) -> None:
        self._merge = ""

    def abandon(self) -> None:
        if self._merge:
            self._song.drop(self._merge)
        self._merge = ""
