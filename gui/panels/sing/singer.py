"""Sings the song's tracks while they are edited: asks the engine after a rest, and keeps what was sung."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from engine.api.project import Tempi, Track
from engine.errors import MelismaError
from gui.document.song import Song
from gui.document.tracks import find_track
from gui.engine_process import Ask
from gui.panels.sing.kept_sounds import KeptSounds
from gui.panels.sing.phrase_sounds import PhraseSound
from gui.panels.sing.playback import Placed
from gui.panels.sing.sung_track import alone, sung_alike
from gui.texts import engine as texts
from gui.viewmodels.live import Live, Request
from gui.viewmodels.live_plan import LivePlan, read_plan
from gui.widgets.background import Background

OP = "live"


class Engine(Protocol):
    """What is needed of `gui.engine_process.EngineProcess`."""

    def ask(self, op: str, args: Mapping[str, Any] = ..., key: str = "") -> Ask: ...


@dataclass(slots=True)
class _Part:
    """A track on its way: what of it was sung last, and the timer of the rest."""

    live: Live
    timer: QTimer
    sung: Track | None = None
    tempi: Tempi | None = None
    ask: Ask | None = None
    serial: int = 0


class Singer(QObject):
    """`changed` with a track's id: its plan, a phrase's state or a sound is another one; `failed` with what the engine
    said.  `position` and `playing` tell where somebody listens: phrases there are sung first."""

    changed = pyqtSignal(str)
    failed = pyqtSignal(object)

    def __init__(
        self,
        engine: Engine,
        song: Song,
        position: Callable[[], float],
        playing: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine, self._song = engine, song
        self._position, self._playing = position, playing
        self._parts: dict[str, _Part] = {}
        self._serials = itertools.count(1)
        self._writer, self._reader = Background(self), Background(self)
        self._sounds = KeptSounds(self._reader, self._came, self._missed)
        self._closed = False
        song.changed.connect(self.look)
        song.replaced.connect(self.forget)
        self.look()

    def live(self, track: str) -> Live:
        """How far a track is; an empty one for a track that there is not."""
        part = self._parts.get(track)
        return part.live if part else Live()

    def sound(self, key: str) -> PhraseSound | None:
        """A phrase's sound, None while it is not there."""
        return self._sounds.get(key)

    def placed(self, track: str) -> tuple[Placed, ...]:
        """The sounds of a track at their places, in time order."""
        return tuple(
            Placed(phrase.start_s, sound)
            for phrase in self.live(track).phrases
            if (sound := self._sounds.get(phrase.key)) is not None
        )

    def resting(self, track: str) -> bool:
        """Whether all of a track that will come is there."""
        part = self._parts.get(track)
        return part is None or (not part.live.busy and self._sounds.all_of(part.live))

    @property
    def busy(self) -> bool:
        """Whether anything is still to be planned, sung or read."""
        return not all(self.resting(track) for track in self._parts)

    def look(self) -> None:
        """The song has changed: what is sung otherwise now is asked for after a rest."""
        if self._closed:
            return
        project = self._song.project
        ids = {track.id for track in project.tracks}
        for gone in [track for track in self._parts if track not in ids]:
            self._drop(gone)
        for track in project.tracks:
            part = self._parts.get(track.id)
            if part is None and track.notes:
                part = self._parts[track.id] = _Part(Live(self._serials), self._timer(track.id))
            if part is not None and not (part.tempi == project.tempo_map and sung_alike(part.sung, track)):
                part.sung, part.tempi = track, project.tempo_map
                part.live.edited(time.monotonic(), project, track.id)
                self._wait(part)
                self.changed.emit(track.id)

    def again(self, track: str) -> None:
        """Ask once more for what failed."""
        part = self._parts.get(track)
        if part is not None and find_track(self._song.project, track) is not None:
            part.live.edited(time.monotonic(), self._song.project, track)
            self._wait(part)

    def forget(self) -> None:
        """Another song: nothing of the one before is worth anything."""
        for track in list(self._parts):
            self._drop(track)
        self._sounds.keep(())

    def close(self) -> None:
        """Ends what is under way and waits for the workers."""
        self._closed = True
        self.forget()
        self._writer.close()
        self._reader.close()

    # Asking

    def _timer(self, track: str) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._due(track))
        return timer

    def _wait(self, part: _Part) -> None:
        due_s = part.live.due_in_s(time.monotonic())
        if due_s is not None:
            part.timer.start(round(1000 * due_s) + 1)

    def _due(self, track: str) -> None:
        part = self._parts.get(track)
        if part is None or self._closed or find_track(self._song.project, track) is None:
            return
        due_s = part.live.due_in_s(time.monotonic())
        if due_s:
            self._wait(part)
            return
        request = part.live.ask(self._song.project, track, self._position(), self._playing())
        part.serial = request.serial
        # Ten thousand notes take longer to write than the window may stand still.
        self._writer.run(
            lambda: alone(request.project, track),
            lambda text: self._send(request, text),
            lambda error: self._unsent(request, error),
        )

    def _unsent(self, request: Request, error: Exception) -> None:
        told = error if isinstance(error, MelismaError) else MelismaError(texts.NOT_SENT, texts.REPORT)
        self._failed(request.track, request.serial, told)

    def _send(self, request: Request, text: str) -> None:
        part = self._parts.get(request.track)
        if part is None or self._closed or part.serial != request.serial:  # a newer one is on its way
            return
        args = {"project": text, "track": request.track, "known": list(request.known), "near_s": request.near_s}
        ask = self._engine.ask(OP, args, key=f"{OP} {request.track}")
        part.ask = ask
        track, serial = request.track, request.serial
        ask.part.connect(lambda told: self._part(track, serial, told))
        # A plan that is still being read comes before the end that came with it.
        ask.done.connect(lambda _: self._after_reading(lambda: self._done(track, serial)))
        ask.failed.connect(lambda failure: self._after_reading(lambda: self._failed(track, serial, failure)))
        ask.cancelled.connect(lambda: self._cancelled(track, serial))
        ask.lost.connect(lambda: self._lost(track, serial))

    # Hearing

    def _after_reading(self, then: Callable[[], None]) -> None:
        self._reader.run(lambda: None, lambda _: then(), lambda _: None)

    def _part(self, track: str, serial: int, told: Mapping[str, Any]) -> None:
        part = self._parts.get(track)
        if part is None:
            return
        if "plan" in told:
            # That of a long song takes a while to read.
            plan, before = told["plan"], part.live.plan
            self._reader.run(
                lambda: read_plan(plan, before), lambda read: self._planned(track, serial, read), lambda _: None
            )
        elif part.live.part(serial, told):
            self.changed.emit(track)
            self._sounds.fetch(part.live, str(told["phrase"]))

    def _planned(self, track: str, serial: int, plan: LivePlan) -> None:
        part = self._parts.get(track)
        if part is not None and part.live.planned(serial, plan):
            for phrase in part.live.phrases:
                self._sounds.fetch(part.live, phrase.key)
            self.changed.emit(track)

    def _came(self, key: str) -> None:
        for track, part in self._parts.items():
            if part.live.has(key):
                self.changed.emit(track)

    def _missed(self, key: str, again: bool) -> None:
        for track, part in self._parts.items():
            if part.live.gone(key, time.monotonic(), again):
                self._wait(part)
                self.changed.emit(track)

    def _done(self, track: str, serial: int) -> None:
        part = self._parts.get(track)
        if part is not None and part.live.done(serial):
            for path in part.live.surplus():
                with suppress(OSError):
                    path.unlink()
            self._sounds.keep({phrase.key for each in self._parts.values() for phrase in each.live.phrases})
            self.changed.emit(track)

    def _failed(self, track: str, serial: int, failure: Any) -> None:
        part = self._parts.get(track)
        if part is not None and part.live.failed(serial, f"{failure.message} {failure.hint}".strip()):
            self.changed.emit(track)
            self.failed.emit(failure)

    def _cancelled(self, track: str, serial: int) -> None:
        part = self._parts.get(track)
        if part is not None and part.live.cancelled(serial):
            self.changed.emit(track)

    def _lost(self, track: str, serial: int) -> None:
        part = self._parts.get(track)
        if part is not None and part.live.lost(serial, time.monotonic()):
            self._wait(part)
            self.changed.emit(track)

    def _drop(self, track: str) -> None:
        part = self._parts.pop(track)
        part.timer.stop()
        part.timer.deleteLater()
        if part.ask is not None and not part.ask.finished:
            part.ask.cancel()
