"""A project as frozen values.  Edits give a new one; `more` of each keeps what this program does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from engine.score import Curve, Note, NoteId, TempoMap

More = Mapping[str, Any]
"""Fields of an object that are kept as they are; below the name of a known field: entries of it not known."""


@dataclass(frozen=True, slots=True)
class TrackNote(Note):
    """A note of a track: the score's, and what else its object holds."""

    more: More = field(default_factory=dict)

    def plain(self) -> Note:
        """The score's note."""
        return Note(**{entry.name: getattr(self, entry.name) for entry in fields(Note)})

    @classmethod
    def of(cls, note: Note, more: More | None = None) -> TrackNote:
        """A score's note, kept in a track."""
        return cls(**{entry.name: getattr(note, entry.name) for entry in fields(Note)}, more=more or {})


@dataclass(frozen=True, slots=True)
class NamedTake:
    """One way to sing a phrase: its two seeds (>= 0), and what the producer thinks of it."""

    id: str
    pitch_seed: int
    timbre_seed: int
    name: str = ""
    liked: bool = False
    locked: bool = False
    more: More = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhraseTakes:
    """All takes of a phrase; `chosen` is the id of the one that is sung."""

    chosen: str
    takes: tuple[NamedTake, ...]
    more: More = field(default_factory=dict)

    @property
    def current(self) -> NamedTake:
        """The one that is sung."""
        return next(take for take in self.takes if take.id == self.chosen)

    @property
    def locked(self) -> bool:
        """Whether the phrase is to stay with it."""
        return self.current.locked


@dataclass(frozen=True, slots=True)
class TrackChoir:
    """How many sing a track together, and how unlike (see `engine.singing.choir.Choir`)."""

    voices: int
    spread_ms: float
    detune_cents: float
    width: float
    seed: int = 0
    speakers: tuple[str, ...] = ()
    more: More = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Track:
    """One part: notes by ascending start, without overlaps, and how they are sung.

    `voice` "": the default one; `language` "": as the words look; `num_steps`, `temperature` None: as the voice says;
    `pan` -1 (left) to 1; `chain`: id of the effects behind it, "" for none; `blend`: speaker -> share; `expression`:
    knob -> value for the whole track; `takes` by the id of the note that a phrase began with.
    """

    id: str
    name: str
    voice: str = ""
    language: str = ""
    seed: int = 0
    num_steps: int | None = None
    temperature: float | None = None
    transpose: int = 0
    gain_db: float = 0.0
    pan: float = 0.0
    mute: bool = False
    chain: str = ""
    blend: Mapping[str, float] = field(default_factory=dict)
    choir: TrackChoir | None = None
    expression: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[TrackNote, ...] = ()
    phrase_breaks: tuple[NoteId, ...] = ()
    curves: Mapping[str, Curve] = field(default_factory=dict)
    drawn: tuple[Curve, ...] = ()
    takes: Mapping[str, PhraseTakes] = field(default_factory=dict)
    more: More = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tempi:
    """The tempo map as it is written (see `engine.score.TempoMap`)."""

    tempi: tuple[tuple[float, float], ...]
    meters: tuple[tuple[float, int, int], ...] = ((0.0, 4, 4),)
    pickup: float = 0.0
    more: More = field(default_factory=dict)

    def tempo_map(self) -> TempoMap:
        """What times the notes.  Raises `InputError` for tables out of order."""
        return TempoMap(self.tempi, self.meters, self.pickup)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the notes came from: a file in the project's folder or below it (`path` with `/`; "" where it lay
    elsewhere), and where the clip begins in the DAW, in seconds from the timeline's zero."""

    name: str
    path: str = ""
    position_s: float = 0.0
    more: More = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """A song to be sung: a tempo map, and tracks that share it."""

    name: str
    tempo_map: Tempi
    tracks: tuple[Track, ...]
    clip: Origin | None = None
    more: More = field(default_factory=dict)

    def with_track(self, track: Track) -> Project:
        """The same with the track of that id replaced."""
        return replace(self, tracks=tuple(track if old.id == track.id else old for old in self.tracks))
