"""A DAW in memory: for tests, and for trying the bridge out where there is no DAW.

What the adapter does goes through the `DawAdapter` protocol; what a user at the DAW would do is in `FakeDaw`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from engine.errors import InputError
from engine.score import TempoMap
from plugin_host.ports import (
    Action,
    Ask,
    Capability,
    DawClip,
    DawNote,
    DawSound,
    Placement,
    Session,
    Transport,
)

EVERYTHING = frozenset(Capability)

_Item = TypeVar("_Item", DawClip, DawSound)


@dataclass
class FakeDaw:
    """The DAW's side.  Its user adds, selects, asks, undoes; `alive` False is a DAW that was closed or has crashed.

    `faults` maps the name of a call (`read_clip`, `place_audio`, ...) to what it raises.  `tracks` are in their order
    on the screen, `sounds_on` says what lies on each.
    """

    session: Session
    tempo_map: TempoMap = field(default_factory=TempoMap)
    alive: bool = True
    faults: dict[str, Exception] = field(default_factory=dict)
    clips: list[DawClip] = field(default_factory=list)
    sounds: list[DawSound] = field(default_factory=list)
    selected: list[str] = field(default_factory=list)
    tracks: list[str] = field(default_factory=list)
    sounds_on: dict[str, list[Placement]] = field(default_factory=dict)
    undo_labels: list[str] = field(default_factory=list)
    answers: list[tuple[str, str, bool]] = field(default_factory=list)
    position_samples: int = 0
    speed: float = 0.0
    _undo: list[tuple[list[str], dict[str, list[Placement]]]] = field(default_factory=list)
    _asks: list[Ask] = field(default_factory=list)
    _asked: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def add_clip(self, name: str, track: str, start_quarters: float, notes: Sequence[DawNote]) -> DawClip:
        """A MIDI clip as long as its notes."""
        length = max((note.start + note.duration for note in notes), default=4.0)
        start = round(self.tempo_map.seconds(start_quarters) * self.session.sample_rate)
        key = f"midi-{len(self.clips)}"
        ordered = tuple(sorted(notes, key=lambda note: (note.start, note.key)))
        clip = DawClip(self.session, key, name, track, start_quarters, length, start, self.tempo_map, ordered)
        self.clips.append(clip)
        self._need_track(track, "")
        return clip

    def add_sound(
        self, name: str, track: str, path: Path, start_samples: int, offset_samples: int, length_samples: int
    ) -> DawSound:
        """An audio clip, all places at the session's rate."""
        key = f"audio-{len(self.sounds)}"
        sound = DawSound(self.session, key, name, track, path, offset_samples, length_samples, start_samples)
        self.sounds.append(sound)
        self._need_track(track, "")
        return sound

    def select(self, *names: str) -> None:
        """Select clips of these names and nothing else."""
        self.selected = list(names)

    def ask(self, action: Action, lyrics: str | None = None) -> str:
        """The user asks for work on what is selected; gives the ask's id."""
        with self._lock:
            self._asked += 1
            clips = tuple(clip for clip in self.clips if clip.name in self.selected)
            sounds = tuple(sound for sound in self.sounds if sound.name in self.selected)
            self._asks.append(Ask(f"ask-{self._asked}", action, clips, sounds, lyrics))
            return f"ask-{self._asked}"

    def take_asks(self) -> tuple[Ask, ...]:
        """Each once."""
        with self._lock:
            asks, self._asks = tuple(self._asks), []
            return asks

    def place(self, placements: Sequence[Placement], label: str) -> None:
        """All of them, as one step of undo."""
        with self._lock:
            self._undo.append((list(self.tracks), {track: list(on) for track, on in self.sounds_on.items()}))
            self.undo_labels.append(label)
            for placement in placements:
                self._need_track(placement.track, placement.beside)
                self.sounds_on.setdefault(placement.track, []).append(placement)

    def undo(self) -> None:
        """Take the last step back; nothing when there is none."""
        with self._lock:
            if self._undo:
                self.tracks, self.sounds_on = self._undo.pop()
                self.undo_labels.pop()

    def open_session(self, session: Session) -> None:
        """Another session, empty."""
        with self._lock:
            self.session = session
            for shelf in (self.clips, self.sounds, self.selected, self.tracks, self.undo_labels, self._undo):
                shelf.clear()
            self.sounds_on = {}

    def _need_track(self, track: str, beside: str) -> None:
        if track not in self.tracks:
            place = self.tracks.index(beside) + 1 if beside in self.tracks else len(self.tracks)
            self.tracks.insert(place, track)


class FakeAdapter:
    """The `DawAdapter` of a `FakeDaw`."""

    def __init__(
        self,
        daw: FakeDaw,
        id: str = "fake",  # noqa: A002 - as the protocol has it
        name: str = "Fake DAW",
        capabilities: frozenset[Capability] = EVERYTHING,
    ) -> None:
        self.daw = daw
        self._id, self._name, self._capabilities = id, name, capabilities
        self._closed = False

    @property
    def id(self) -> str:
        return self._id

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._capabilities

    def probe(self) -> bool:
        return self.daw.alive and not self._closed and "probe" not in self.daw.faults

    def session(self) -> Session:
        self._reach("session")
        return self.daw.session

    def read_clip(self, name: str | None = None) -> DawClip:
        self._reach("read_clip", Capability.READ_CLIP)
        found = _chosen(self.daw.clips, name, self.daw.selected)
        if found is None:
            raise InputError(f"{self._what(name)} is no MIDI clip.", "Select a MIDI clip in the DAW.")
        if Capability.LYRICS not in self._capabilities:
            return replace(found, notes=tuple(replace(note, lyric="") for note in found.notes))
        return found

    def read_sound(self, name: str | None = None) -> DawSound:
        self._reach("read_sound", Capability.READ_AUDIO)
        found = _chosen(self.daw.sounds, name, self.daw.selected)
        if found is None:
            raise InputError(f"{self._what(name)} is no audio clip.", "Select an audio clip in the DAW.")
        return found

    def place_audio(self, placements: Sequence[Placement], label: str) -> tuple[Placement, ...]:
        self._reach("place_audio", Capability.PLACE_AUDIO)
        for placement in placements:
            if placement.start_samples < 0:
                raise ValueError(f"{placement.start_samples} lies before the session's start")
            if not placement.path.is_file():
                raise InputError(f"There is no file {placement.path}.", "Check the path.")
        self.daw.place(placements, label)
        return tuple(placements)

    def transport(self) -> Transport:
        self._reach("transport", Capability.TRANSPORT)
        daw, rate = self.daw, self.daw.session.sample_rate
        bpm = daw.tempo_map.bpm_at(daw.tempo_map.quarters(daw.position_samples / rate))
        return Transport(daw.position_samples, rate, daw.speed, bpm)

    def asks(self) -> tuple[Ask, ...]:
        self._reach("asks", Capability.ASKS)
        return self.daw.take_asks()

    def answer(self, ask_id: str, message: str, failed: bool = False) -> None:
        self._reach("answer")
        self.daw.answers.append((ask_id, message, failed))

    def close(self) -> None:
        self._closed = True

    def _reach(self, call: str, needed: Capability | None = None) -> None:
        """Raises what the call is to raise now."""
        if self._closed or not self.daw.alive:
            raise InputError(f"{self._name} is not there.", "Start it and open a session.")
        if needed is not None and needed not in self._capabilities:
            raise InputError(f"{self._name} cannot do this ({needed.value}).", "Use another DAW for it.")
        if call in self.daw.faults:
            raise self.daw.faults[call]

    def _what(self, name: str | None) -> str:
        return f"{name!r} in {self._name}" if name else f"What is selected in {self._name}"


def _chosen(items: Sequence[_Item], name: str | None, selected: Sequence[str]) -> _Item | None:
    """The first that is selected, or whose clip, else whose track, has that name."""
    if name is None:
        return next((item for item in items if item.name in selected), None)
    by_name = (item for item in items if item.name == name)
    by_track = (item for item in items if item.track == name)
    return next(by_name, None) or next(by_track, None)


def demo_adapter() -> FakeAdapter:
    """A session with one clip, selected: enough to see the bridge work without a DAW."""
    tempo_map = TempoMap(((0.0, 96.0),), ((0.0, 4, 4),))
    daw = FakeDaw(Session("demo", "Demo", 48_000), tempo_map)
    words = ("twin-", "kle ", "twin-", "kle ", "lit-", "tle ", "star")
    keys = (60, 60, 67, 67, 69, 69, 67)
    lengths = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0)
    notes = [
        DawNote(float(start), length, key, 90, word)
        for start, (length, key, word) in enumerate(zip(lengths, keys, words, strict=True))
    ]
    daw.add_clip("Twinkle", "Vocal", 4.0, notes)
    daw.select("Twinkle")
    return FakeAdapter(daw)
