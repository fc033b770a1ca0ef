"""What is said and heard, as values: tracks, parts, the project; playhead, tempo.

Source: OpenUtau's DAW Integration API 1.2, section 6.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.errors import InputError
from engine.version import VERSION
from plugin_host.adapters.openutau.lines import Payload, is_hash
from plugin_host.adapters.openutau.stretches import WIRE_RATE, Stretch
from plugin_host.adapters.openutau.takes import LivePart, Take, TakeStore

MAX_TRACKS = 64
"""The bridge plugin can choose among so many."""
_MAX_POSITION_MS = 1e10  # four months; what is beyond is no position of a song
_MAX_BPM = 10_000.0


@dataclass(frozen=True, slots=True)
class Sounding:
    """One stretch of a take on the timeline."""

    track_number: int
    start_ms: float
    take: Take
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that the plugin shall play.  `tracks`: names; what is named once keeps its number."""

    tracks: tuple[str, ...] = ()
    soundings: tuple[Sounding, ...] = ()

    def find(self, audio_hash: str) -> tuple[Take, Stretch] | None:
        """Where the sound of that hash lies."""
        for sounding in self.soundings:
            if sounding.stretch.hash == audio_hash:
                return sounding.take, sounding.stretch
        return None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the plugin told of the DAW.  `position_ms` None: nothing yet; `bpm` 0: not yet."""

    position_ms: float | None = None
    playing: bool = False
    bpm: float = 0.0


def lay_out(parts: Sequence[LivePart], takes: TakeStore, tracks: Sequence[str] = ()) -> Layout:
    """`parts` cut into stretches; their tracks are numbered behind `tracks`.

    Raises `InputError` for a start that is none, too many tracks, or a sound that cannot be read.
    """
    names = list(tracks)
    soundings: list[Sounding] = []
    for part in parts:
        if not 0 <= part.start_s * 1000 <= _MAX_POSITION_MS:  # false for NaN too
            raise InputError(f"A sound cannot begin at {part.start_s} s.", "Give a time from 0 on.")
        if part.track not in names:
            names.append(part.track)
        take = takes.take(part.audio)
        number = names.index(part.track)
        for stretch in take.stretches:
            start_ms = part.start_s * 1000 + stretch.start_frame * 1000 / WIRE_RATE
            soundings.append(Sounding(number, start_ms, take, stretch))
    if len(names) > MAX_TRACKS:
        raise InputError(f"There are {len(names)} tracks; the plugin knows {MAX_TRACKS}.", "Put more on one track.")
    return Layout(tuple(names), tuple(soundings))


def project_payload(layout: Layout) -> Payload:
    """The project as OpenUtau would keep it (`ustx`); JSON, which is YAML too.

    The plugin keeps it and plays from the parts alone, so it holds no notes: only what makes it a whole document.
    """
    document = {
        "name": "Melisma",
        "comment": f"Melisma {VERSION}",
        "ustx_version": "0.6",
        "resolution": 480,
        "time_signatures": [{"bar_position": 0, "beat_per_bar": 4, "beat_unit": 4}],
        "tempos": [{"position": 0, "bpm": 120}],
        "tracks": [{"track_name": name, "mute": False, "solo": False, "volume": 0, "pan": 0} for name in layout.tracks],
        "voice_parts": [],
        "wave_parts": [],
    }
    return {"ustx": json.dumps(document, ensure_ascii=False)}


def tracks_payload(layout: Layout, version: tuple[int, int]) -> Payload:
    """All faders at 0 dB, in the middle, unmuted: the mixer is the DAW's."""
    newer = {"singer": "", "engine": "Melisma"} if version >= (1, 2) else {}
    return {
        "tracks": [{"name": name, "volume": 0.0, "pan": 0.0, "muted": False, **newer} for name in layout.tracks],
    }


def project_info_payload() -> Payload:
    return {"name": "Melisma", "saved": True}


def parts_payload(layout: Layout) -> Payload:
    return {
        "parts": [
            {
                "trackNo": sounding.track_number,
                "startMs": sounding.start_ms,
                "endMs": sounding.start_ms + sounding.stretch.num_frames * 1000 / WIRE_RATE,
                "audioHash": sounding.stretch.hash,
            }
            for sounding in layout.soundings
        ]
    }


def missing_hashes(answer: Payload) -> frozenset[str]:
    """Which sounds the plugin lacks, by its answer to the parts."""
    missing = answer.get("missingAudios")
    return frozenset(entry for entry in missing if is_hash(entry)) if isinstance(missing, list) else frozenset()


def hear(heard: Heard, kind: str, payload: Payload | None) -> Heard:
    """What is known after a notification.  What makes no sense, or is new to us, changes nothing."""
    if kind == "playbackStarted":
        return replace(heard, playing=True)
    if payload is None:
        return heard
    if kind == "playhead":
        position, playing = _number(payload.get("positionMs")), payload.get("playing")
        if position is not None and abs(position) <= _MAX_POSITION_MS and isinstance(playing, bool):
            return replace(heard, position_ms=position, playing=playing)
    if kind == "bpm":
        bpm = _number(payload.get("bpm"))
        if bpm is not None and 0 < bpm <= _MAX_BPM:
            return replace(heard, bpm=bpm)
    return heard


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
