"""The right side: one song on a time line, heard, compared and taken out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from engine.errors import MelismaError
from gui.document.renders import renders_folder
from gui.panels.base import Studio
from gui.panels.isolate.batch import Song
from gui.panels.isolate.lanes import NAMES, Lanes
from gui.panels.isolate.listen_bar import ListenBar
from gui.panels.isolate.listener import Listener
from gui.panels.isolate.listening import AGAIN, STEMS
from gui.panels.isolate.placing import PlacedStems, daw_to_place_in, place_stems
from gui.panels.isolate.result_bar import ResultBar
from gui.panels.isolate.sounds import SongSounds, Sound
from gui.texts import isolate as text
from gui.widgets.background import Background
from gui.widgets.error_box import show_error
from gui.widgets.file_drag import placed_file
from gui.widgets.show_file import show_in_folder
from gui.widgets.sound_lane import Mode
from gui.widgets.time_view import clock

_METER_MS = 33


class Stage(QWidget):
    """Shows the song that it is given; its mixdown is the player's while it is seen.

    `mix_read` with the song's id and why its file cannot be read, "" where it can.
    """

    mix_read = pyqtSignal(int, str)

    def __init__(self, studio: Studio, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = studio.theme
        self.studio, self._background = studio, background
        self._song: Song | None = None
        self.sounds = SongSounds(studio.engine, self)
        self.listener = Listener(self.sounds, self)
        self.listen_bar = ListenBar(theme)
        self.lanes = Lanes(theme, self.file_of)
        self.result_bar = ResultBar(theme)
        self.mode: Mode = "spectrogram" if studio.settings.text("isolate.view") == "spectrogram" else "wave"
        self._meter = QTimer(self)
        self._meter.setInterval(_METER_MS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.listen_bar)
        column.addWidget(self.lanes, 1)
        column.addWidget(self.result_bar)
        self._connect_bars()
        self._connect_player()
        self._show_mode()
        self._listening_changed()

    # What is shown

    @property
    def song(self) -> Song | None:
        return self._song

    def show_song(self, song: Song | None) -> None:
        """Another song, from its beginning."""
        player = self.studio.player
        if player.mixdown is self.listener.mixdown:
            player.pause()
            player.seek(0.0)
            player.set_loop(None)
        else:
            self.listener.mixdown.resume_s = 0.0
        self._song = song
        self.lanes.view.set_duration(0.0)
        self.sounds.show(_files(song))
        self.listener.begin(_stems(song))
        self._renew()

    def renew_song(self, song: Song | None) -> None:
        """The same song is further: stems that are there now are shown."""
        self._song = song
        self.sounds.show(_files(song))
        self.listener.offer(_stems(song))
        self._renew()

    def show_mode(self, mode: str) -> None:
        """ "wave" or "spectrogram"; remembered."""
        self.mode = "spectrogram" if mode == "spectrogram" else "wave"
        self.studio.settings.put("isolate.view", self.mode)
        self._show_mode()

    def switch_mode(self) -> None:
        """Waveforms or spectrograms."""
        self.show_mode("wave" if self.mode == "spectrogram" else "spectrogram")

    # What the user does

    def zoom(self, factor: float) -> None:
        """Around the cursor where it is seen; 0: all of it."""
        view = self.lanes.view
        if factor == 0:
            view.fit()
            return
        x = view.x(self.studio.player.position_s)
        view.zoom(factor, x if 0 <= x <= view.width else None)

    def nudge(self, share: float) -> None:
        """Go on or back by a share of what is shown."""
        player, view = self.studio.player, self.lanes.view
        player.seek(view.inside(player.position_s + share * view.shown_s))

    def reveal(self, name: str) -> None:
        """Show a file in its folder."""
        file = _files(self._song).get(name)
        if file is not None:
            show_in_folder(file)

    def show_fault(self) -> None:
        """All that is known of what went wrong, for a report."""
        if self._song is not None and self._song.fault is not None:
            show_error(self, self._song.fault)

    def resing(self, name: str) -> None:
        """Let another voice sing the vocals, or a mix that is a vocal."""
        file = _files(self._song).get(name)
        if file is not None:
            self.studio.desk.resing(file)

    def place(self) -> None:
        """Put both stems into the DAW that is there."""
        song, desk = self._song, self.studio.desk
        if song is None or song.stems is None:
            return
        daw = daw_to_place_in(self.studio.bridge.daws)
        if daw is None:
            desk.tell(text.PLACE_NOBODY, "warn")
            return
        mix, stems, name = self.sounds.get("mix"), song.stems, song.path.stem
        start_s = mix.time_reference_s if mix else None
        desk.tell(text.PLACING)
        self._background.run(lambda: place_stems(daw.id, stems, name, start_s), self._placed, self._not_placed)

    def file_of(self, name: str) -> Path | None:
        """What is dragged out: under a name with its place, where the mix says one."""
        file, mix = _files(self._song).get(name), self.sounds.get("mix")
        if file is None or name == "mix" or mix is None or not mix.time_reference_s:
            return file
        return placed_file(file, renders_folder(), mix.time_reference_s)

    # Inside

    def _connect_bars(self) -> None:
        bar, listener = self.listen_bar, self.listener
        self.sounds.changed.connect(self._sound_changed)
        listener.changed.connect(self._listening_changed)
        bar.side_chosen.connect(listener.choose_side)
        bar.matched.connect(listener.match)
        bar.mode_chosen.connect(self.show_mode)
        bar.zoomed.connect(self.zoom)
        for row in self.lanes.rows.values():
            row.soloed.connect(listener.solo)
            row.muted.connect(listener.mute)
            row.revealed.connect(self.reveal)
            row.resing_wished.connect(self.resing)
            row.copied.connect(lambda name: self.studio.desk.tell(text.COPIED.format(name=text.NAMES[name])))
        self.result_bar.asked_why.connect(self.show_fault)
        self.result_bar.placed.connect(self.place)
        self.result_bar.revealed.connect(lambda: self.reveal("vocals"))

    def _connect_player(self) -> None:
        player, bar = self.studio.player, self.listen_bar
        self.lanes.sought.connect(player.seek)
        self.lanes.looped.connect(lambda loop: player.set_loop(*(loop or (None,))))
        player.moved.connect(self._played_on)
        player.loop_changed.connect(self._loop_changed)
        player.playing_changed.connect(self._playing_changed)
        player.device_changed.connect(bar.show_device)
        bar.show_device(player.device)
        self._meter.timeout.connect(lambda: bar.meter.show_peaks(*player.peak))

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        self.studio.player.use(self.listener.mixdown)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802 - Qt's name
        self._meter.stop()
        self.listen_bar.meter.rest()
        super().hideEvent(event)

    def _renew(self) -> None:
        self.result_bar.show_song(self._song)
        for name in NAMES:
            self._show_lane(name)

    def _sound_changed(self, name: str) -> None:
        sound = self.sounds.get(name)
        if name == "mix" and sound is not None and self.lanes.view.duration_s == 0 and sound.duration_s:
            self.lanes.view.set_duration(sound.duration_s)
        self._show_lane(name)
        if name == "mix" and sound is not None and self._song is not None:
            self._tell_read(self._song, sound)

    def _tell_read(self, song: Song, mix: Sound) -> None:
        if mix.unreadable or mix.wave is not None:
            self.mix_read.emit(song.id, mix.failure if mix.unreadable else "")

    def _show_lane(self, name: str) -> None:
        sound = self.sounds.get(name)
        self.lanes.show_sound(name, sound, _note(sound, self._song, self.mode))

    def _show_mode(self) -> None:
        self.listen_bar.show_mode(self.mode)
        self.lanes.show_mode(self.mode)
        for name in NAMES:
            self._show_lane(name)

    def _listening_changed(self) -> None:
        listener = self.listener
        self.listen_bar.show_listening(listener.listening, listener.told_gain(), listener.has_stems)
        self.lanes.show_listening(listener.listening)

    def _played_on(self, seconds: float) -> None:
        player = self.studio.player
        if player.mixdown is self.listener.mixdown and self.isVisible():
            self.lanes.show_cursor(seconds, follow=player.playing)

    def _playing_changed(self, playing: bool) -> None:
        if playing and self.isVisible():
            self._meter.start()
        else:
            self._meter.stop()
            self.listen_bar.meter.rest()

    def _loop_changed(self) -> None:
        player = self.studio.player
        self.lanes.show_loop(player.loop if player.mixdown is self.listener.mixdown else None)

    def _placed(self, placed: PlacedStems) -> None:
        self.studio.desk.tell(text.PLACED.format(daw=placed.daw, position=clock(placed.start_s)), "good")

    def _not_placed(self, error: Exception) -> None:
        if isinstance(error, MelismaError):
            self.studio.desk.fail(error)
        else:
            self.studio.desk.tell(str(error), "bad")


def _files(song: Song | None) -> dict[str, Path]:
    if song is None:
        return {}
    stems = song.stems
    made = {} if stems is None else {"vocals": stems.vocals, "instrumental": stems.instrumental}
    again = {} if song.again is None else {AGAIN: song.again}
    return {"mix": song.path} | made | again


def _stems(song: Song | None) -> tuple[str, ...]:
    """What stands beside the mix, or will."""
    if song is None or song.again is None:
        return STEMS
    return ("vocals", AGAIN, "instrumental") if song.stems else (AGAIN,)


def _note(sound: Sound | None, song: Song | None, mode: Mode) -> str:
    if sound is None:
        if song is None:
            return text.LATER
        return text.AT_WORK if song.busy else song.failure or text.LATER
    if sound.failure:
        return sound.failure
    shown: Any = sound.wave if mode == "wave" else sound.rows
    return text.LOADING if shown is None else ""
