"""From what the user wants to hear to what the player is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal

from gui.panels.isolate.listening import Listening, Side, trims_db
from gui.panels.isolate.sounds import SongSounds, Sound
from gui.texts import isolate as text
from gui.widgets.mixdown import Mixdown, Piece


class Listener(QObject):
    """Keeps the panel's mixdown as the user listens.  `changed` when that, or a gain, changes."""

    changed = pyqtSignal()

    def __init__(self, sounds: SongSounds, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.mixdown = Mixdown()
        self.listening = Listening()
        self._sounds = sounds
        sounds.changed.connect(lambda _: self.renew())

    @property
    def has_stems(self) -> bool:
        return all(self._ready(name) is not None for name in self.listening.stems)

    def choose_side(self, side: Side) -> None:
        self._take(replace(self.listening, side=side))

    def switch(self) -> None:
        """The other side."""
        if self.has_stems:
            self._take(self.listening.switched())

    def match(self, on: bool) -> None:
        self._take(replace(self.listening, matched=on))

    def solo(self, stem: str, on: bool) -> None:
        self._take(self.listening.with_solo(stem, on))

    def mute(self, stem: str, on: bool) -> None:
        self._take(self.listening.with_mute(stem, on))

    def begin(self, stems: tuple[str, ...]) -> None:
        """Another song, with these stems: its mix is heard first."""
        self._take(Listening(matched=self.listening.matched).offered(stems))

    def offer(self, stems: tuple[str, ...]) -> None:
        """The song has these stems now."""
        if stems != self.listening.stems:
            self._take(self.listening.offered(stems))

    def gains_db(self) -> Mapping[str, float]:
        """Of each name that is trimmed."""
        loudness = {
            name: sound.loudness_lufs for name in ("mix", *self.listening.stems) if (sound := self._ready(name))
        }
        mix, stems = trims_db(self.listening, loudness)
        return {"mix": mix} | dict.fromkeys(self.listening.heard_stems, stems)

    def told_gain(self) -> str:
        """Which side is turned down, and by how much."""
        if not self.has_stems or not self.listening.matched:
            return ""
        gains = self.gains_db()
        heard = min(self.listening.heard_stems, default="", key=self.listening.stems.index)
        if not heard:
            return ""
        name, gain = min((("mix", gains["mix"]), (heard, gains[heard])), key=lambda entry: entry[1])
        if gain > -0.05:
            return text.GAIN_NONE
        return text.GAIN_TOLD.format(name=text.NAMES[name], gain=f"{gain:.1f}".replace("-", "−"))

    def renew(self) -> None:
        """Give the player what is heard now."""
        listening = self.listening if self.has_stems else Listening()
        gains = self.gains_db()
        pieces = []
        for name in ("mix", *self.listening.stems):
            sound = self._ready(name)
            if sound is not None:
                heard = listening.is_heard(name)
                pieces.append(Piece(0.0, sound.samples, gains.get(name, 0.0), mute=not heard))
        self.mixdown.replace(pieces)
        self.changed.emit()

    def _ready(self, name: str) -> Sound | None:
        sound = self._sounds.get(name)
        return sound if sound is not None and sound.samples.shape[1] else None

    def _take(self, listening: Listening) -> None:
        self.listening = listening
        self.renew()
