"""From edit to sound: when to ask the engine, what for first, and how far each phrase is.  No clock, no window.

After the last change 200 ms of rest, then one request for the whole track; a newer request replaces the older, whose
plan no longer counts, but whose sounds do: equal key, equal sound.
"""

from __future__ import annotations

import enum
import itertools
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.api.project import Project, TrackNote
from gui.document.tracks import track_of
from gui.texts import document as texts
from gui.viewmodels.live_plan import LivePhrase, LivePlan, LiveSound, read_plan, read_sound

REST_S = 0.2
KEPT_BYTES = 512 * 1024 * 1024
"""Of sounds beyond those of the present plan: an undo finds them again."""
_TRIES = 3


class State(enum.StrEnum):
    """Of a phrase.  CLEAN: its sound was there already; DONE: it was sung just now.  One that is heard as a draft is
    still RENDERING."""

    CLEAN = "clean"
    WAITING = "waiting"
    RENDERING = "rendering"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask the engine: `serial` names it, `known` are phrases whose sound is there, `near_s` where somebody
    waits for sound."""

    serial: int
    project: Project
    track: str
    known: tuple[str, ...]
    near_s: float


class Live:
    """One for each track that is shown.  Times of `now_s` are of any steady clock.

    `serials` name the requests: one for all that ask the same engine, where a late answer may find another song's track
    of the same id.
    """

    def __init__(self, serials: Iterator[int] | None = None) -> None:
        self.plan = LivePlan()
        self.message = ""
        """Why phrases failed; "" when none did."""
        self._states: dict[str, State] = {}
        self._sounds: OrderedDict[str, LiveSound] = OrderedDict()
        self._drafts: dict[str, LiveSound] = {}
        self._order: list[str] = []  # keys still to be sung, the next one last
        self._rendering = ""
        self._planned: tuple[TrackNote, ...] = ()
        self._stale: frozenset[str] = frozenset()
        self._due_s: float | None = None
        self._edit_s: float | None = None
        self._asked: Request | None = None
        self._serials = serials or itertools.count(1)
        self._lost = 0

    @property
    def phrases(self) -> tuple[LivePhrase, ...]:
        """As they were planned last, in time order."""
        return self.plan.phrases

    @property
    def busy(self) -> bool:
        """Whether anything is still to be asked or to come."""
        return self._due_s is not None or self._asked is not None

    def state(self, phrase: LivePhrase) -> State:
        """Of a phrase of the plan; one whose notes have changed since waits."""
        return State.WAITING if phrase.key in self._stale else self._states.get(phrase.key, State.WAITING)

    def has(self, key: str) -> bool:
        """Whether a phrase of the plan has this key."""
        return key in self._states

    def sound(self, phrase: LivePhrase) -> LiveSound | None:
        """Of a phrase, where the plan puts it (a chorus is sung once and sounds twice); None while there is none."""
        found = self.sung(phrase.key)
        return found and replace(found, start_s=phrase.start_s)

    def sung(self, key: str) -> LiveSound | None:
        """A phrase's own sound, or else its draft, as it was told."""
        return self._sounds.get(key) or self._drafts.get(key)

    def sounds(self) -> tuple[LiveSound, ...]:
        """Those of the plan that are there, in time order."""
        return tuple(sound for sound in map(self.sound, self.phrases) if sound is not None)

    def edited(self, now_s: float, project: Project, track: str) -> None:
        """The song has changed: the rest begins anew.  Phrases whose notes are others now wait at once."""
        self._due_s = now_s + REST_S
        changed = self._changed(track_of(project, track).notes)
        if changed:
            tempo_map = project.tempo_map.tempo_map()
            self._edit_s = tempo_map.seconds(min(note.start for note in changed))
        ids = {note.id for note in changed}
        self._stale = frozenset(phrase.key for phrase in self.phrases if not ids.isdisjoint(phrase.notes))

    def due_in_s(self, now_s: float) -> float | None:
        """Seconds until `ask` is to be called, 0 when it is; None: nothing is to be asked."""
        return None if self._due_s is None else max(0.0, self._due_s - now_s)

    def ask(self, project: Project, track: str, position_s: float, playing: bool) -> Request:
        """What to ask now.  Near is the play position while it plays, else the last edit, else the position."""
        near_s = position_s if playing or self._edit_s is None else self._edit_s
        self._asked = Request(next(self._serials), project, track, tuple(self._sounds), near_s)
        self._due_s = self._edit_s = None
        return self._asked

    def part(self, serial: int, told: Mapping[str, Any]) -> bool:
        """What the engine tells on the way; whether anything that is shown has changed.  Raises as `read_plan`."""
        if "phrase" in told:
            return self._heard(read_sound(told))
        return "plan" in told and self.planned(serial, read_plan(told["plan"]))

    def planned(self, serial: int, plan: LivePlan) -> bool:
        """As `part`, with a plan that was read elsewhere: a long one takes its time."""
        if self._asked is None or not self._is_newest(serial):
            return False
        self.plan, self.message = plan, ""
        self._planned = track_of(self._asked.project, self._asked.track).notes
        self._stale = frozenset()
        before = self._states
        self._states = {
            phrase.key: before.get(phrase.key, State.CLEAN) if phrase.key in self._sounds else State.WAITING
            for phrase in self.phrases
        }
        for key, state in self._states.items():
            if state not in (State.DONE, State.CLEAN) and key in self._sounds:
                self._states[key] = State.CLEAN
        self._drafts = {key: sound for key, sound in self._drafts.items() if key in self._states}
        self._order, self._rendering = self._to_sing(self._asked.near_s), ""
        self._render_next()
        return True

    def done(self, serial: int) -> bool:
        """All is sung; whether that was the newest request."""
        if not self._is_newest(serial):
            return False
        self._asked, self._lost = None, 0
        return True

    def failed(self, serial: int, message: str) -> bool:
        """It cannot be sung as it is: what is not there has failed, until the next edit."""
        if not self._is_newest(serial):
            return False
        self._asked, self.message, self._rendering = None, message, ""
        for key, state in self._states.items():
            if state in (State.WAITING, State.RENDERING):
                self._states[key] = State.FAILED
        return True

    def lost(self, serial: int, now_s: float) -> bool:
        """The engine's process has died under it, and its files with it: all is asked again, three times at most."""
        self._sounds.clear()
        self._drafts.clear()
        self._states, self._rendering = dict.fromkeys(self._states, State.WAITING), ""
        if not self._is_newest(serial):
            return False
        self._lost += 1
        if self._lost >= _TRIES:
            return self.failed(serial, texts.ENGINE_LOST)
        self._asked, self._due_s = None, now_s + REST_S
        return True

    def gone(self, key: str, now_s: float, again: bool) -> bool:
        """The file of a sound is not there any more: it is sung once more after a rest, or (not `again`) has failed.
        Whether a phrase of the plan is meant."""
        self._sounds.pop(key, None)
        if key not in self._states:
            return False
        self._states[key] = State.WAITING if again else State.FAILED
        self.message = self.message if again else texts.SOUND_GONE
        if again and self._due_s is None:
            self._due_s = now_s + REST_S
        return True

    def cancelled(self, serial: int) -> bool:
        """Somebody stopped it: what is not there waits for the next edit."""
        if not self._is_newest(serial):
            return False
        self._asked, self._rendering = None, ""
        for key, state in self._states.items():
            if state is State.RENDERING:
                self._states[key] = State.WAITING
        return True

    def surplus(self) -> tuple[Path, ...]:
        """Files of sounds that are no longer worth their room, the longest unused first; they are forgotten here."""
        planned = {phrase.key for phrase in self.phrases}
        spare = [sound for key, sound in self._sounds.items() if key not in planned]
        excess = sum(sound.num_bytes for sound in spare) - KEPT_BYTES
        gone: list[Path] = []
        for sound in spare:
            if excess <= 0:
                break
            excess -= sound.num_bytes
            gone.append(self._sounds.pop(sound.key).path)
        return tuple(gone)

    def _heard(self, sound: LiveSound) -> bool:
        if sound.draft:
            self._drafts[sound.key] = sound
            return sound.key in self._states and sound.key not in self._sounds
        self._drafts.pop(sound.key, None)
        self._sounds[sound.key] = sound
        self._sounds.move_to_end(sound.key)
        if sound.key not in self._states:
            return False
        self._states[sound.key] = State.DONE
        if sound.key == self._rendering:
            self._rendering = ""
        self._render_next()
        return True

    def _to_sing(self, near_s: float) -> list[str]:
        """What the engine will sing: from where somebody waits on, then from the start; the first one last."""
        missing = [phrase for phrase in self.phrases if phrase.key not in self._sounds]
        missing.sort(key=lambda entry: (entry.end_s <= near_s, entry.start_s), reverse=True)
        return [phrase.key for phrase in missing]

    def _render_next(self) -> None:
        """Show which phrase the engine sings now."""
        if self._asked is None or self._rendering:
            return
        while self._order:
            key = self._order.pop()
            if key not in self._sounds:
                self._rendering, self._states[key] = key, State.RENDERING
                return

    def _changed(self, notes: Sequence[TrackNote]) -> list[TrackNote]:
        """Notes that are not what was planned, those that are gone among them."""
        # By identity, which an edit leaves to all that it does not touch: this is done for every key that is pressed.
        planned, now = set(map(id, self._planned)), set(map(id, notes))
        changed = [note for note in notes if id(note) not in planned]
        names = {note.id for note in changed}
        return changed + [note for note in self._planned if id(note) not in now and note.id not in names]

    def _is_newest(self, serial: int) -> bool:
        return self._asked is not None and self._asked.serial == serial
