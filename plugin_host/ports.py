"""What a DAW is to us: one small protocol, and the values that cross it.

Quarters count from the start of the DAW's session, samples from the same place at the session's rate.  A clip's own
times count from the clip's start.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.score import TempoMap


class Capability(enum.StrEnum):
    """What an adapter can do; the rest raises `InputError`."""

    READ_CLIP = "read_clip"
    READ_AUDIO = "read_audio"
    PLACE_AUDIO = "place_audio"
    TRANSPORT = "transport"
    LYRICS = "lyrics"
    """The DAW keeps lyrics itself."""
    TEMPO_MAP = "tempo_map"
    """Tempo changes are told, not only one tempo."""
    UNDO = "undo"
    """Everything that one `place_audio` did is undone by one undo in the DAW."""
    ASKS = "asks"
    """The user can ask for work from inside the DAW."""


class Action(enum.StrEnum):
    """What a user may ask for from inside a DAW."""

    SING = "sing"
    ISOLATE = "isolate"


@dataclass(frozen=True, slots=True)
class Session:
    """`folder`: where the DAW keeps it, None when unknown or unsaved.  `key` names it for good (lyrics hang on it)."""

    key: str
    name: str
    sample_rate: int
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class DawNote:
    """`start` (from the clip's start, >= 0) and `duration` in quarters; `key` 0..127; `velocity` 1..127."""

    start: float
    duration: float
    key: int
    velocity: int = 90
    lyric: str = ""


@dataclass(frozen=True, slots=True)
class DawClip:
    """A MIDI clip as it lies in the session.

    `key` names the clip within its session for as long as the DAW does.  `start_quarters` and `start_samples` are the
    same place; `tempo_map` is the session's, in session quarters.  `notes` by ascending start; nothing that the DAW
    does not play (muted, outside the clip's edges).  `project`: a file that is sung instead, with all its tracks, takes
    and words; `notes` are then those of the first track that is heard.
    """

    session: Session
    key: str
    name: str
    track: str
    start_quarters: float
    length_quarters: float
    start_samples: int
    tempo_map: TempoMap
    notes: tuple[DawNote, ...]
    project: Path | None = None


@dataclass(frozen=True, slots=True)
class DawSound:
    """An audio clip: `length_samples` of the file `path` from `offset_samples` on, heard at `start_samples`.

    All three count at the session's rate.
    """

    session: Session
    key: str
    name: str
    track: str
    path: Path
    offset_samples: int
    length_samples: int
    start_samples: int


@dataclass(frozen=True, slots=True)
class Placement:
    """`path` is to sound from `start_samples` (>= 0, session rate) on `track`, which is made when it is missing.

    `beside`: the track next to which a new one goes, "" for anywhere.
    """

    path: Path
    track: str
    start_samples: int
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Transport:
    """`speed` 0: stopped, 1: playing; `bpm` at the position."""

    position_samples: int
    sample_rate: int
    speed: float
    bpm: float


@dataclass(frozen=True, slots=True)
class Ask:
    """The user's wish from inside the DAW, with what was selected.  `lyrics` None: as they were."""

    id: str
    action: Action
    clips: tuple[DawClip, ...] = ()
    sounds: tuple[DawSound, ...] = ()
    lyrics: str | None = None


class DawAdapter(Protocol):
    """One DAW, reached in its own way.  Calls may come from any one thread at a time.

    Every call but `probe` and `close` raises `InputError` when the DAW is not there, does not answer in time, or the
    user's choice cannot be used (nothing selected, no such track); `MelismaError` when it answers nonsense.
    """

    @property
    def id(self) -> str:
        """Short, for the command line: `ardour`."""
        ...

    @property
    def name(self) -> str:
        """For people: `Ardour`."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    def probe(self) -> bool:
        """Whether the DAW is there right now, within a second.  Never raises."""
        ...

    def session(self) -> Session: ...

    def read_clip(self, name: str | None = None) -> DawClip:
        """The selected MIDI clip, or the first one that `name` (of a clip, else of a track) fits."""
        ...

    def read_sound(self, name: str | None = None) -> DawSound:
        """The selected audio clip, or the first one that `name` (of a clip, else of a track) fits."""
        ...

    def place_audio(self, placements: Sequence[Placement], label: str) -> tuple[Placement, ...]:
        """Put all on their tracks, to the sample, as one step of undo called `label`; says where they now are."""
        ...

    def transport(self) -> Transport: ...

    def asks(self) -> tuple[Ask, ...]:
        """What the user asked for since the last call, oldest first; each is given once.

        The next call, or `close`, says that those given before were written down.  After a kill without it an adapter
        gives them again, under their ids or new ones.
        """
        ...

    def answer(self, ask_id: str, message: str, failed: bool = False) -> None:
        """Tell the user in the DAW what became of an ask, where the DAW has a place for that.

        The first line of `message` says what was done; what else the user should know follows, a line each.
        """
        ...

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        ...
