"""Ableton Live's stand-in: the part of its API that our remote script calls, over a small model of a set.

Written from the published description of the Live Object Model, not from Live itself.
"""

from __future__ import annotations

import importlib
import itertools
import shutil
import sys
import threading
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

SCRIPTS = Path(__file__).resolve().parents[3] / "plugin_host" / "scripts" / "live" / "Melisma"
_pointers = itertools.count(1)


@dataclass
class Note:
    pitch: int
    start_time: float
    duration: float
    velocity: float = 100.0
    mute: bool = False


@dataclass(eq=False)
class Clip:
    """Times in beats, but in seconds for markers and loop of audio that is not warped; `start_time` in the song."""

    name: str = ""
    canonical_parent: Any = None
    is_arrangement_clip: bool = True
    is_midi_clip: bool = True
    start_time: float = 0.0
    end_time: float = 4.0
    start_marker: float = 0.0
    end_marker: float = 4.0
    looping: bool = False
    loop_start: float = 0.0
    loop_end: float = 4.0
    notes: list[Note] = field(default_factory=list)
    file_path: str = ""
    warping: bool = False
    warp_markers: tuple[Any, ...] = ()
    sample_length: int = 0
    sample_rate: float = 48000.0
    _live_ptr: int = field(default_factory=lambda: next(_pointers))

    @property
    def is_audio_clip(self) -> bool:
        return not self.is_midi_clip

    def get_notes_extended(self, from_pitch: int, pitch_span: int, from_time: float, time_span: float) -> list[Note]:
        """By where notes begin, as Live does."""
        low, high = from_pitch, from_pitch + pitch_span
        return [n for n in self.notes if low <= n.pitch < high and from_time <= n.start_time < from_time + time_span]


@dataclass(eq=False)
class Slot:
    canonical_parent: Any
    clip: Clip | None = None

    @property
    def has_clip(self) -> bool:
        return self.clip is not None


class OldTrack:
    """A track of a Live that is too old to place sounds."""

    def __init__(self, song: Song, name: str, audio: bool = False) -> None:
        self.song, self.name, self.has_audio_input = song, name, audio
        self.is_frozen = False
        self.arrangement_clips: list[Clip] = []
        self.clip_slots = [Slot(self), Slot(self)]
        self.canonical_parent = song

    def add(self, clip: Clip) -> Clip:
        clip.canonical_parent = self
        self.arrangement_clips.append(clip)
        return clip

    def launch(self, slot: int, clip: Clip) -> Clip:
        clip.canonical_parent, clip.is_arrangement_clip = self.clip_slots[slot], False
        self.clip_slots[slot].clip = clip
        return clip


class Track(OldTrack):
    def create_audio_clip(self, path: str, position: float) -> Clip:
        self.song.changing()
        if not self.has_audio_input or self.is_frozen:
            raise RuntimeError("Only audio tracks that are not frozen")
        if not 0 <= position <= 1576800:
            raise RuntimeError("Position out of range")
        try:
            with wave.open(path, "rb") as file:
                samples, rate = file.getnframes(), float(file.getframerate())
        except (wave.Error, EOFError) as error:
            raise RuntimeError("Not a valid audio file") from error
        beats = samples / rate * self.song.tempo / 60
        clip = Clip(is_midi_clip=False, start_time=position, end_time=position + beats, file_path=path, warping=True)
        clip.sample_length, clip.sample_rate = samples, rate
        return self.add(clip)

    def delete_clip(self, clip: Clip) -> None:
        self.arrangement_clips.remove(clip)


class Song:
    def __init__(self, track_type: type[OldTrack] = Track) -> None:
        self.tempo, self.signature_numerator, self.signature_denominator = 120.0, 4, 4
        self.current_song_time, self.is_playing, self.file_path = 0.0, False, ""
        self.track_type, self.tracks = track_type, [track_type(self, "1-MIDI")]
        self.view = SimpleNamespace(detail_clip=None, highlighted_clip_slot=None)
        song_tempo = SimpleNamespace(automation_state=0)
        self.master_track = SimpleNamespace(mixer_device=SimpleNamespace(song_tempo=song_tempo))
        self.undo: list[list[tuple[OldTrack, list[Clip]]]] = []
        self.in_step, self.unprotected = False, False
        self._data: dict[str, object] = {}

    def get_data(self, key: str, default: object) -> object:
        return self._data.get(key, default)

    def set_data(self, key: str, value: object) -> None:
        self._data[key] = value

    def changing(self) -> None:
        self.unprotected |= not self.in_step

    def begin_undo_step(self) -> None:
        assert not self.in_step
        self.in_step = True
        self.undo.append([(track, list(track.arrangement_clips)) for track in self.tracks])

    def end_undo_step(self) -> None:
        self.in_step = False

    def undo_once(self) -> None:
        before = self.undo.pop()
        self.tracks = [track for track, _ in before]
        for track, clips in before:
            track.arrangement_clips = clips

    def create_audio_track(self, index: int) -> None:
        self.changing()
        self.tracks.insert(index, self.track_type(self, f"{index + 1}-Audio", audio=True))

    def delete_track(self, index: int) -> None:
        self.changing()
        del self.tracks[index]

    def select(self, clip: Clip) -> None:
        self.view.detail_clip = clip


class _ControlSurface:
    """What a remote script derives from."""

    def __init__(self, c_instance: Any) -> None:
        self._c = c_instance

    def schedule_message(self, _ticks: int, work: Callable[[], None]) -> None:
        self._c.scheduled.append(work)

    def show_message(self, text: str) -> None:
        self._c.shown.append(text)

    def log_message(self, *parts: object) -> None:
        self._c.logged.append(" ".join(map(str, parts)))

    def disconnect(self) -> None:
        self._c.disconnected = True


class LiveProgram:
    """Live with our script chosen as a control surface; its timer ticks on a thread once `start` was called."""

    def __init__(
        self, folder: Path, song: Song | None = None, version: tuple[int, int, int] = (12, 1, 5), rate: int = 48000
    ) -> None:
        self._song, self._version = song or Song(), version
        self.spool = folder / "spool"
        self.spool.mkdir(parents=True)
        self.scripts = folder / "Remote Scripts"
        shutil.copytree(SCRIPTS, self.scripts / "Melisma", ignore=shutil.ignore_patterns("__pycache__"))
        (self.scripts / "Melisma" / "spool.txt").write_text(f"{self.spool}\n", encoding="utf-8")
        timing = self.scripts / "Melisma" / "timing.py"  # Live tells no rate: what we count in stands there
        timing.write_text(timing.read_text(encoding="utf-8").replace("48000", str(rate)), encoding="utf-8")
        self.scheduled: list[Callable[[], None]] = []
        self.shown: list[str] = []
        self.logged: list[str] = []
        self.disconnected = False
        self.lock, self._stop = threading.RLock(), threading.Event()
        self._thread = threading.Thread(target=self._ticking, daemon=True)
        self.surface: Any = None

    def song(self) -> Song:
        return self._song

    def load(self) -> None:
        """As Live does when it starts: import the package, call `create_instance`."""
        names = ("get_major_version", "get_minor_version", "get_bugfix_version")
        values = dict(zip(names, self._version, strict=True))
        application = SimpleNamespace(**{name: lambda value=value: value for name, value in values.items()})
        live = ModuleType("Live")
        live.Application = SimpleNamespace(get_application=lambda: application)  # type: ignore[attr-defined]
        framework, surface = ModuleType("_Framework"), ModuleType("_Framework.ControlSurface")
        surface.ControlSurface = _ControlSurface  # type: ignore[attr-defined]
        self._forget()
        sys.modules.update({"Live": live, "_Framework": framework, "_Framework.ControlSurface": surface})
        sys.path.insert(0, str(self.scripts))
        try:
            self.surface = importlib.import_module("Melisma").create_instance(self)
        finally:
            sys.path.remove(str(self.scripts))

    def start(self) -> LiveProgram:
        self.load()
        self._thread.start()
        return self

    def tick(self) -> None:
        """Live's timer, once."""
        with self.lock:
            due, self.scheduled = self.scheduled, []
            for work in due:
                work()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(10)
        if self.surface is not None and not self.disconnected:
            self.surface.disconnect()
        self._forget()

    def _ticking(self) -> None:
        while not self._stop.wait(0.004):
            self.tick()

    def _forget(self) -> None:
        for name in [n for n in sys.modules if n.split(".")[0] in ("Live", "_Framework", "Melisma")]:
            del sys.modules[name]
