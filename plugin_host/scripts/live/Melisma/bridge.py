"""What happens at each tick of Live's timer.  No error leaves: it becomes a reply, or a line in Live's log."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import clips, placing
from .notices import Notices
from .timing import RATE, Timing, automated, number
from .wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .spool import Spool

_ALIVE_S = 1.0
_BRIDGE_S = 3.0
_UNHEARD_S = 5.0
_PLAYHEAD_S = 0.5
"""So often the playhead is told while it moves."""

_KEY = "melisma-session"


class Bridge:
    """`song` gives Live's open set, `show` puts a line into its status bar, `log` one into its log."""

    def __init__(
        self, song: Callable[[], Any], version: str, spool: Spool, show: Callable[[str], Any], log: Callable[[str], Any]
    ) -> None:
        self._get_song, self._version, self._spool = song, version, spool
        self._show, self._log = show, log
        self._timing, self._keys, self._wishes, self._notices = Timing(), clips.Keys(), Wishes(), Notices()
        self._session_key = ""
        self._alive_at = self._bridge_at = self._told_at = 0.0
        self._listener: tuple[int, str] | None = None
        self._told: tuple[bool, float] | None = None
        self._complaint = ""
        self._asked: tuple[str, float] | None = None
        self._verbs = {"ping": self._ping, "read": self._read, "place": self._place, "transport": self._transport}
        if spool.folder is None:
            show("melisma: install this script with `melisma install live`, then start Live again.")

    def tick(self) -> None:
        """Never raises; the same complaint is logged once."""
        try:
            self._tick(time.monotonic())
        except Exception as error:  # Live switches off a script whose timer raises
            complaint = f"melisma: {type(error).__name__}: {error}"
            if complaint != self._complaint:
                self._complaint = complaint
                self._log(complaint)

    def close(self) -> None:
        """May be called twice."""
        self._spool.leave()
        self._notices.close()

    def _tick(self, now: float) -> None:
        song = self._get_song()
        if now - self._alive_at >= _ALIVE_S:
            self._alive_at = now
            self._spool.write("alive", ["alive", "Ableton Live", self._version, *self._session(song)])
        if now - self._bridge_at >= _BRIDGE_S:
            self._bridge_at = now
            self._listener = self._spool.bridge()
        self._look_after_ask(now)
        command = self._spool.command(self._session(song)[0])
        if command is not None:
            self._obey(*command)
        answer = self._spool.answer()
        if answer is not None:
            self._show("melisma: " + " ".join(answer[2].split()))  # the status bar has one line
        self._ask(song, now)
        self._tell(song, now)

    def _look_after_ask(self, now: float) -> None:
        """A melisma that was killed leaves its sign behind: a wish that nobody takes is taken back, and said."""
        if self._asked is not None and now - self._asked[1] >= _UNHEARD_S:
            ask_id, self._asked = self._asked[0], None
            if self._spool.take_back(ask_id):
                self._show("melisma does not answer. Start it and try again.")

    def _obey(self, command_id: str, verb: str, records: list[tuple[str, ...]]) -> None:
        status, sentence, result = "ok", "done", []
        try:
            if verb not in self._verbs:
                raise clips.NotPossible(f"This script does not know {verb}. Install it again.")
            result = self._verbs[verb](self._get_song(), records)
        except clips.NotPossible as error:
            status, sentence = "error", str(error)
        except Exception as error:  # of Live's API: its own words, for the user and the log
            status, sentence = "error", f"Live refused: {error}"
            self._log(f"melisma: {verb}: {type(error).__name__}: {error}")
        self._spool.write(f"reply-{command_id}", [status, sentence], result)

    def _ping(self, _song: Any, _records: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        return []

    def _read(self, song: Any, records: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        what = records[0] if records else ("selection",)
        clip = clips.named(song, what[1]) if what[0] == "name" and len(what) > 1 else clips.selected(song)
        return self._clip_records(song, clip)

    def _place(self, song: Any, records: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        return placing.place(song, records, self._timing)

    def _transport(self, song: Any, _records: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        position, speed = self._timing.samples(song, float(song.current_song_time)), 1.0 if song.is_playing else 0.0
        return [("transport", str(position), number(speed), number(float(song.tempo)))]

    def _clip_records(self, song: Any, clip: Any) -> list[tuple[str, ...]]:
        self._keep_key(song)
        tempo = self._timing.tell(song)
        found = [("session", *self._session(song)), *map(tuple, tempo)]
        found += clips.region(song, clip, self._timing, self._keys)
        if automated(song):
            self._show(f"melisma: this set changes its tempo; the clip is taken at {song.tempo:.2f} BPM.")
        return found

    def _ask(self, song: Any, now: float) -> None:
        wish = self._wishes.look(song)
        if wish is None:
            return
        clip, words = wish
        action = "sing" if clip.is_midi_clip else "isolate"
        try:
            records = self._clip_records(song, clip)
        except clips.NotPossible as error:
            self._show(f"melisma: {error}")
            return
        if words is not None and clip.is_midi_clip:
            records.append(("lyrics", words))
        ask_id = self._spool.ask(action, records)
        if ask_id is not None:
            self._asked = ask_id, now
        self._show("melisma: on its way." if ask_id is not None else "melisma is not there. Start it and try again.")
        if self._listener is not None:
            self._notices.spool(*self._listener)

    def _tell(self, song: Any, now: float) -> None:
        """When it starts, stops or changes its tempo, and twice a second while it plays."""
        state = bool(song.is_playing), float(song.tempo)
        due = state[0] and now - self._told_at >= _PLAYHEAD_S
        if self._listener is None or (state == self._told and not due):
            return
        self._told, self._told_at = state, now
        sample = self._timing.samples(song, float(song.current_song_time))
        self._notices.transport(*self._listener, sample, 1.0 if state[0] else 0.0, state[1])

    def _session(self, song: Any) -> tuple[str, str, str, str]:
        """Key, name, rate, folder ("" before the first save, or where Live does not tell)."""
        file = Path(str(getattr(song, "file_path", "") or ""))
        key = _saved_key(song) or self._session_key
        if not key:
            key = self._session_key = uuid.uuid4().hex
        folder = str(file.parent) if file.name else ""
        return key, file.stem or "unsaved set", str(RATE), folder

    def _keep_key(self, song: Any) -> None:
        """From now on the key is saved with the set."""
        if not _saved_key(song):
            song.set_data(_KEY, self._session(song)[0])


def _saved_key(song: Any) -> str:
    """The key that is saved with the set; "" before the first clip was read."""
    return str(song.get_data(_KEY, "") or "")
