"""The sounds of phrases that are here: read beside the window as their files come, kept while a plan has them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from gui.panels.sing.phrase_sounds import PhraseSound, read_sound
from gui.viewmodels.live import Live, State
from gui.viewmodels.live_plan import LiveSound
from gui.widgets.background import Background


class KeptSounds:
    """`came` with the key of a sound that is here now; `missed` with that of one whose file is gone, and whether to ask
    for it again."""

    def __init__(self, reader: Background, came: Callable[[str], None], missed: Callable[[str, bool], None]) -> None:
        self._reader, self._came, self._tell_missed = reader, came, missed
        self._sounds: dict[str, PhraseSound] = {}
        self._reading: set[Path] = set()
        self._missed: set[str] = set()

    def get(self, key: str) -> PhraseSound | None:
        """None while it is not there."""
        return self._sounds.get(key)

    def all_of(self, live: Live) -> bool:
        """Whether all of a track is here that will come."""
        return all(self._is_final(phrase.key) or live.state(phrase) is State.FAILED for phrase in live.phrases)

    def fetch(self, live: Live, key: str) -> None:
        """Read a phrase's sound when it is there and not yet here."""
        sound, here = live.sung(key), self._sounds.get(key)
        if sound is None or sound.path in self._reading or (here is not None and here.draft <= sound.draft):
            return
        self._reading.add(sound.path)
        rate = live.plan.sample_rate
        self._reader.run(
            lambda: read_sound(key, sound.path, rate, sound.samples, sound.draft),
            lambda read: self._read(sound, read),
            lambda _: self._unread(sound),
        )

    def keep(self, keys: Collection[str]) -> None:
        """Other sounds go away; an undo finds their files again."""
        self._sounds = {key: sound for key, sound in self._sounds.items() if key in keys}

    def _read(self, told: LiveSound, sound: PhraseSound) -> None:
        self._reading.discard(told.path)
        self._missed.discard(sound.key)
        self._sounds[sound.key] = sound
        self._came(sound.key)

    def _unread(self, sound: LiveSound) -> None:
        """A file that is gone is no fault to tell: the engine died since, or had to make room.  It is asked for again,
        once."""
        self._reading.discard(sound.path)
        if sound.draft:
            return
        again = sound.key not in self._missed
        self._missed.add(sound.key)
        self._tell_missed(sound.key, again)

    def _is_final(self, key: str) -> bool:
        sound = self._sounds.get(key)
        return sound is not None and not sound.draft
