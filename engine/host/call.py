"""What an op is given, and what lasts from one request to the next."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import MelismaError
from engine.host.scratch import Scratch
from engine.jobs import JobContext

if TYPE_CHECKING:
    from engine.api.avatar_show import Shows
    from engine.api.live import LiveSinger
    from engine.api.live_voices import LiveVoices


class Kept:
    """Loaded voices, open shows and the scratch folder, each made when it is first needed.

    `numbers` never gives one twice, whichever thread asks.  `told`: facts of files in the scratch folder, by name.
    """

    def __init__(self, cache: Path) -> None:
        self.numbers = itertools.count()
        self.told: dict[str, Mapping[str, Any]] = {}
        self._cache = cache
        self._lock = threading.Lock()
        self._scratch: Scratch | None = None
        self._voices: LiveVoices | None = None
        self._singer: LiveSinger | None = None
        self._shows: Shows | None = None
        self._closed = False

    @property
    def scratch(self) -> Scratch:
        """Raises `MelismaError` when the disk refuses, and after `close`."""
        with self._lock:
            if self._closed:
                raise MelismaError("The engine is ending.", "")
            if self._scratch is None:
                self._scratch = Scratch(self._cache)
            return self._scratch

    @property
    def voices(self) -> LiveVoices:
        """Loaded once for whoever sings: loading takes seconds."""
        from engine.api.live_voices import LiveVoices

        with self._lock:
            if self._voices is None:
                self._voices = LiveVoices()
            return self._voices

    @property
    def singer(self) -> LiveSinger:
        """Who sings while a song is edited."""
        from engine.api.live import LiveSinger

        voices = self.voices
        with self._lock:
            if self._singer is None:
                self._singer = LiveSinger(voices)
            return self._singer

    @property
    def shows(self) -> Shows:
        """Figures that are looked at."""
        from engine.api.avatar_show import Shows

        voices = self.voices
        with self._lock:
            if self._shows is None:
                self._shows = Shows(voices)
            return self._shows

    def close(self) -> None:
        """Remove the scratch folder.  May be called twice."""
        with self._lock:
            self._closed = True
            if self._scratch is not None:
                self._scratch.close()


@dataclass(frozen=True, slots=True)
class Call:
    """`part` tells something before the end; it raises `Cancelled` when nobody wants it any more."""

    args: Mapping[str, Any]
    context: JobContext
    part: Callable[[Mapping[str, Any]], None]
    kept: Kept
