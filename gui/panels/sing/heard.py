"""The sung tracks in the player: their mixdown, the cursor that follows it, and the DAW's transport."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import QObject, QTimer

from engine.api.project import Track
from gui.document.song import Song
from gui.panels.sing.effects import Effects
from gui.panels.sing.equal_takes import EqualTakes
from gui.panels.sing.playback import Pieces, Placed, heard
from gui.panels.sing.singer import Singer
from gui.widgets.player import Mixdown, Piece, Player
from gui.widgets.roll_view import RollView

_GATHER_MS = 30


class Heard(QObject):
    """Keeps `mixdown` as the song is; `solo` are ids of tracks that are heard alone; `follow`: the view goes along."""

    def __init__(
        self, song: Song, singer: Singer, player: Player, view: RollView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._song, self._singer, self._player, self._view = song, singer, player, view
        self.mixdown = Mixdown()
        self.solo: set[str] = set()
        self.follow = True
        self.follow_daw = True
        self._with_daw = False
        self.effects = Effects(self)
        self.equal = EqualTakes(singer, self)
        self._pieces = Pieces()
        # Many phrases may come at once: one mixdown for all of them.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self._mix)
        singer.changed.connect(lambda _: self._timer.start())
        song.changed.connect(self._timer.start)
        self.effects.changed.connect(self._timer.start)
        self.equal.changed.connect(self._timer.start)
        player.moved.connect(self._moved)
        player.loop_changed.connect(self._player_looped)
        view.loop_changed.connect(self._loop)

    def use(self) -> None:
        """Play this from now on, with the loop that is shown."""
        if self._player.mixdown is self.mixdown:
            return
        loop_s = self._view.loop_s
        self._player.use(self.mixdown)
        self._view.choose_loop(loop_s)

    def seek(self, seconds: float) -> None:
        """Go there."""
        self.use()
        self._player.seek(seconds)

    def play(self) -> None:
        """From where it stands."""
        self.use()
        self._player.play()

    def set_solo(self, track: str, alone: bool) -> None:
        """A track alone, or no longer."""
        (self.solo.add if alone else self.solo.discard)(track)
        self._timer.start()

    def close(self) -> None:
        """Waits for the workers."""
        self._timer.stop()
        self.effects.close()

    def daw_moved(self, told: Mapping[str, Any]) -> None:
        """The DAW's transport: while it rolls and nothing plays here, the cursor goes along; playing begins there."""
        if not self.follow_daw or self._player.playing:
            return
        if not told["playing"]:
            if self._with_daw:
                self._with_daw = False
                self.seek(self._view.cursor_s)
            return
        self._with_daw = True
        clip = self._song.project.clip
        self._go(max(0.0, float(told.get("position_s") or 0.0) - (clip.position_s if clip else 0.0)))

    def _moved(self, seconds: float) -> None:
        if self._player.mixdown is self.mixdown:
            self._go(seconds)

    def _go(self, seconds: float) -> None:
        self._view.move_cursor(seconds)
        if self.follow:
            timeline = self._view.timeline
            self._view.place(timeline.showing(timeline.tempo_map.quarters(seconds)))

    def _loop(self) -> None:
        self.use()
        self._player.set_loop(*(self._view.loop_s or (None,)))

    def _player_looped(self) -> None:
        """The window's own command ends a loop as well."""
        if self._player.mixdown is self.mixdown and self._player.loop is None:
            self._view.choose_loop(None)

    def _mix(self) -> None:
        tracks = self._song.project.tracks
        placed = {track.id: self.equal.matched(track.id, self._singer.placed(track.id)) for track in tracks}
        wet = {track.id: self._behind_chain(track, placed[track.id]) for track in tracks if self.effects.wears(track)}
        self.effects.keep(list(wet))
        dry = [track for track in tracks if wet.get(track.id) is None]
        self.mixdown.replace([*self._pieces.of(dry, placed, self.solo), *(piece for piece in wet.values() if piece)])

    def _behind_chain(self, track: Track, placed: tuple[Placed, ...]) -> Piece | None:
        """None: it is heard dry."""
        if not placed:
            return None
        bpm = self._song.project.tempo_map.tempo_map().bpm_at(0.0)
        wet = self.effects.behind(track, placed, bpm, self._singer.resting(track.id))
        if wet is None:
            return None
        return Piece(0.0, wet.samples, track.gain_db, track.pan, not heard(track, self.solo))
