"""A DAW's playhead between two words of it; plain Python, no Qt."""

from __future__ import annotations

from dataclasses import replace

from gui.bridge_link.seen import Where

JUMP_S = 0.1
"""Further off than this it was moved by somebody; nearer, clocks and the way here differ."""
CATCH_UP_S = 0.5
SILENT_S = 6.0
"""Scripts tell where they are at least once a second while they play: a DAW that is silent so long has gone."""


class Playhead:
    """Moves by the clock; small errors are made good within `CATCH_UP_S`, never by going back, great ones at once."""

    def __init__(self) -> None:
        self._from: Where | None = None
        self._error_s, self._catch_up_s = 0.0, CATCH_UP_S

    def hear(self, told: Where) -> None:
        """The DAW says where it is."""
        before = self.where(told.heard_at)
        self._from, self._error_s = told, 0.0
        if before is None or before.daw != told.daw or told.speed * before.speed <= 0:
            return
        error = told.position_s - before.position_s
        if abs(error) <= JUMP_S:
            # At half speed at least, so that it never stands or goes back while it is caught up with.
            self._from, self._error_s = replace(told, position_s=before.position_s), error
            self._catch_up_s = max(CATCH_UP_S, 2 * abs(error / told.speed))

    def halt(self, now: float) -> None:
        """Nobody tells any more: it stays where it is."""
        where = self.where(now)
        self._from = None if where is None else replace(where, speed=0.0)
        self._error_s = 0.0

    def rolls(self, now: float) -> bool:
        """Whether it moves by itself."""
        return self._from is not None and self._from.playing and now - self._from.heard_at < SILENT_S

    def where(self, now: float) -> Where | None:
        """As the DAW told it, with the position of now; None before it told anything."""
        if self._from is None:
            return None
        now = min(now, self._from.heard_at + SILENT_S)
        caught_up = min(1.0, (now - self._from.heard_at) / self._catch_up_s)
        return replace(self._from, position_s=self._from.now_s(now) + self._error_s * caught_up, heard_at=now)
