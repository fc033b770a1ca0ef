"""Takes of a phrase compared at equal loudness, while they go back and forth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from gui.panels.sing.phrase_sounds import PhraseSound
from gui.panels.sing.playback import Placed
from gui.panels.sing.singer import Singer
from gui.texts import sing as text
from gui.viewmodels.equal_loudness import turned_down_db
from gui.widgets.mixdown import RATE

_HEARD_DB = 0.05
"""What is less is not worth a word."""


class EqualTakes(QObject):
    """From `begin` to `end` the phrase's takes are as loud as the softest of those that were heard since.  Only what is
    heard changes: a file is sung as the song says.  `changed` when something is heard otherwise."""

    changed = pyqtSignal()

    def __init__(self, singer: Singer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._singer = singer
        self._phrase: tuple[str, tuple[str, ...]] = ("", ())
        self._loudness: dict[str, float] = {}
        self._gain_db = 0.0
        self._softer: tuple[PhraseSound, float, PhraseSound] | None = None

    @property
    def told(self) -> str:
        """What is done to the take that is heard, in a few words; "" while nothing is compared."""
        if not self._phrase[1]:
            return ""
        if self._gain_db > -_HEARD_DB:
            return text.COMPARED_AS_IS
        return text.COMPARED_SOFTER.format(gain=f"{self._gain_db:.1f}".replace("-", "−"))

    def compares(self, track: str, notes: Sequence[str]) -> bool:
        """Whether it is at that phrase."""
        return self._phrase == (track, tuple(notes))

    def begin(self, track: str, notes: Sequence[str]) -> None:
        """Compare the takes of the phrase with these notes; going on with it forgets nothing."""
        if not self.compares(track, notes):
            self.end()
            self._phrase = (track, tuple(notes))
            self.matched(track, self._singer.placed(track))  # the take that is heard now, before it gives way
            self.changed.emit()

    def end(self) -> None:
        """Every take as loud as it is."""
        if self._phrase[1]:
            self._phrase, self._gain_db, self._softer = ("", ()), 0.0, None
            self._loudness.clear()
            self.changed.emit()

    def matched(self, track: str, placed: tuple[Placed, ...]) -> tuple[Placed, ...]:
        """A track's sounds, the compared phrase as loud as its other takes."""
        own, notes = self._phrase
        if own != track or not notes:
            return placed
        phrase = next((each for each in self._singer.live(track).phrases if each.notes == notes), None)
        if phrase is None:
            return placed
        return tuple(
            replace(entry, sound=self._levelled(entry.sound))
            if (entry.start_s, entry.sound.key) == (phrase.start_s, phrase.key)
            else entry
            for entry in placed
        )

    def _levelled(self, sound: PhraseSound) -> PhraseSound:
        loudness = self._measured(sound)
        gain_db = turned_down_db(loudness, self._loudness.values()) if math.isfinite(loudness) else 0.0
        if abs(gain_db - self._gain_db) > _HEARD_DB:
            self._gain_db = gain_db
            self.changed.emit()
        if gain_db == 0.0:
            return sound
        if self._softer is None or self._softer[:2] != (sound, gain_db):
            factor = np.float32(10 ** (gain_db / 20))
            self._softer = sound, gain_db, replace(sound, samples=sound.samples * factor)
        return self._softer[2]

    def _measured(self, sound: PhraseSound) -> float:
        """LUFS.  A draft's is not kept: the take's own comes soon."""
        if sound.key in self._loudness and not sound.draft:
            return self._loudness[sound.key]
        from engine.audio import Audio, integrated_loudness

        loudness = integrated_loudness(Audio(sound.samples, RATE))
        if math.isfinite(loudness) and not sound.draft:
            self._loudness[sound.key] = loudness
        return loudness
