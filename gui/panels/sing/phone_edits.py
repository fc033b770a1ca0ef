"""Boundaries between phones, moved in the strip below the roll."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gui.document import phones
from gui.document.phones import TimedPhone
from gui.document.song import Song
from gui.panels.sing.held_edit import HeldEdit
from gui.texts import document as labels
from gui.widgets.phone_strip import PhoneStrip
from gui.widgets.roll_view import RollView


class PhoneEdits:
    """Listens to the strip; `planned` gives the phones as they are shown."""

    def __init__(
        self, song: Song, view: RollView, strip: PhoneStrip, planned: Callable[[], Sequence[TimedPhone]]
    ) -> None:
        self._view, self._planned = view, planned
        self._held = HeldEdit(song, "phone")
        self._phones: Sequence[TimedPhone] = ()
        strip.boundary_taken.connect(self._taken)
        strip.boundary_moved.connect(self._moved)
        strip.released.connect(self._held.release)
        strip.abandoned.connect(self._held.abandon)

    def _taken(self, _index: int) -> None:
        # What is planned meanwhile has moved already: the drag counts from where it began.
        self._held.take()
        self._phones = self._planned()

    def _moved(self, index: int, to_s: float) -> None:
        if self._held:
            base, planned, track = self._held.base, self._phones, self._view.track
            self._held.do(labels.MOVE_PHONE, lambda _: phones.move_boundary(base, track, planned, index, to_s))
