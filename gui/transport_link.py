"""Keeps the transport bar true: player, song and DAW tell, the bar shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject

from gui.bridge_link import Rolling
from gui.panels.base import Studio
from gui.texts import shell as texts
from gui.viewmodels.clock_text import bar_beat, clock
from gui.widgets.transport_bar import TransportBar


class TransportLink(QObject):
    """`plays_song`: whether what plays lies on the song's time line, so that it has bars."""

    def __init__(self, studio: Studio, bar: TransportBar, plays_song: Callable[[], bool]) -> None:
        super().__init__(bar)
        self._studio, self._bar, self._plays_song = studio, bar, plays_song
        studio.player.moved.connect(self._show)
        studio.player.source_changed.connect(self.refresh)
        studio.player.playing_changed.connect(bar.show_playing)
        studio.song.changed.connect(self._song_changed)
        studio.bridge.changed.connect(self._daw_changed)
        self.rolling = Rolling(studio.bridge, bar)
        self.rolling.moved.connect(self._daw_moved)
        self._song_changed()
        self._daw_changed()

    def refresh(self) -> None:
        """After another panel is shown: its time line may be another."""
        self._show(self._studio.player.position_s)

    def _show(self, seconds: float) -> None:
        tempo_map = self._studio.song.project.tempo_map.tempo_map()
        in_song = self._plays_song()
        self._bar.show_position(bar_beat(tempo_map, seconds) if in_song else "", clock(seconds))
        quarters = tempo_map.quarters(max(0.0, seconds))
        numerator, denominator = next(
            meter[1:] for meter in reversed(tempo_map.meters) if meter[0] <= quarters or meter is tempo_map.meters[0]
        )
        tempo = texts.TEMPO.format(
            bpm=f"{tempo_map.bpm_at(quarters):.4g}", numerator=numerator, denominator=denominator
        )
        self._bar.tempo.setText(tempo if in_song else "")

    def _song_changed(self) -> None:
        song = self._studio.song
        state = texts.EDITED if song.modified and song.path else texts.NOT_SAVED if song.modified else ""
        self._bar.show_song(song.name, state, str(song.path) if song.path else texts.SONG_TIP)
        self._bar.show_undo(song.undo_label, song.redo_label)
        self.refresh()

    def _daw_changed(self) -> None:
        daws = [daw for daw in self._studio.bridge.daws if daw.present]
        if not daws:
            self._bar.show_daw("", "")
            return
        daw = next((one for one in daws if one.session), daws[0])
        told = texts.DAW_TIP if daw.session else texts.DAW_TIP_PLAIN
        self._bar.show_daw(daw.name, told.format(name=daw.name, session=daw.session))

    def _daw_moved(self, told: dict[str, Any]) -> None:
        """While nothing plays here the song's cursor goes along with the DAW, and so do the figures."""
        if self._studio.player.playing or not self._plays_song():
            return
        if not told["playing"]:
            self.refresh()
            return
        clip = self._studio.song.project.clip
        self._show(max(0.0, told["position_s"] - (clip.position_s if clip else 0.0)))
