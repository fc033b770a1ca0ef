"""The sung tracks in the player: their mixdown, the cursor that follows it, and the DAW's transport."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import QObject, QTimer

from engine.api.project import Track
from gui.document.song import Song
from gui.panels.sing.chains import with_chain
from gui.panels.sing.playback import Placed, heard, pieces
from gui.panels.sing.singer import Singer
from gui.panels.sing.track_edits import chain_of
from gui.widgets.background import Background
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
        self._wet: dict[str, tuple[tuple[Any, ...], Piece]] = {}
        self._asked: dict[str, tuple[Any, ...]] = {}
        self._background = Background(self)
        # Many phrases may come at once: one mixdown for all of them.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self._mix)
        singer.changed.connect(lambda _: self._timer.start())
        song.changed.connect(self._timer.start)
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
        self._background.close()

    def daw_moved(self, told: Mapping[str, Any]) -> None:
        """The DAW's transport: the cursor goes along while it rolls and nothing plays here."""
        if not self.follow_daw or self._player.playing or not told.get("playing"):
            return
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
        placed = {track.id: self._singer.placed(track.id) for track in tracks}
        dry = [track for track in tracks if not chain_of(track)]
        made = list(pieces(dry, placed, self.solo))
        for track in tracks:
            if chain_of(track) and placed[track.id]:
                made += self._behind_chain(track, placed[track.id])
        self.mixdown.replace(made)

    def _behind_chain(self, track: Track, placed: tuple[Placed, ...]) -> list[Piece]:
        """A track behind its effects; until those are reckoned, as it was before, or dry."""
        tempo_map = self._song.project.tempo_map.tempo_map()
        chain, bpm = chain_of(track), tempo_map.bpm_at(0.0)
        state = (chain, bpm, tuple((entry.start_s, entry.sound.key) for entry in placed))
        done = self._wet.get(track.id)
        if (done is None or done[0] != state) and self._asked.get(track.id) != state:
            self._asked[track.id] = state
            self._background.run(
                lambda: with_chain(chain, placed, bpm),
                lambda samples: self._made(track.id, state, Piece(0.0, samples)),
                lambda _: None,  # a chain that is not there: the track stays dry
            )
        if done is None:
            return list(pieces((track,), {track.id: placed}, self.solo))
        return [Piece(0.0, done[1].samples, track.gain_db, track.pan, not heard(track, self.solo))]

    def _made(self, track: str, state: tuple[Any, ...], piece: Piece) -> None:
        self._wet[track] = (state, piece)
        self._timer.start()
