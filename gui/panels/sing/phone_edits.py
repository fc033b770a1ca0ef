"""Boundaries between phones, moved in the strip below the roll."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

from gui.document import phones
from gui.document.phones import TimedPhone
from gui.document.song import Song
from gui.texts import document as labels
from gui.widgets.phone_strip import PhoneStrip
from gui.widgets.roll_view import RollView


class PhoneEdits:
    """Listens to the strip; `planned` gives the phones as they are shown."""

    def __init__(
        self, song: Song, view: RollView, strip: PhoneStrip, planned: Callable[[], Sequence[TimedPhone]]
    ) -> None:
        self._song, self._view, self._planned = song, view, planned
        self._numbers = itertools.count()
        self._merge, self._base = "", song.project
        self._phones: Sequence[TimedPhone] = ()
        strip.boundary_taken.connect(self._taken)
        strip.boundary_moved.connect(self._moved)
        strip.released.connect(self._released)
        strip.abandoned.connect(self._abandoned)
        song.replaced.connect(self._released)  # another song is there: what is in hand belongs to the old one

    def _taken(self, _index: int) -> None:
        # What is planned meanwhile has moved already: the drag counts from where it began.
        self._merge, self._base = f"phone {next(self._numbers)}", self._song.project
        self._phones = self._planned()

    def _moved(self, index: int, to_s: float) -> None:
        if not self._merge:
            return
        base, planned, track = self._base, self._phones, self._view.track
        self._song.do(
            labels.MOVE_PHONE,
            lambda _: phones.move_boundary(base, track, planned, index, to_s),
            self._merge,
            within_s=math.inf,
        )

    def _released(self) -> None:
        self._merge = ""

    def _abandoned(self) -> None:
        if self._merge:
            self._song.drop(self._merge)
        self._merge = ""
