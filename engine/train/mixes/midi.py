"""Notes of instruments to sound: a MIDI file for fluidsynth and the General MIDI soundfont."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
import soundfile as sf

from engine.train.mixes.writing import SAMPLE_RATE

SOUNDFONTS = (
    Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
    Path("/usr/share/soundfonts/FluidR3_GM.sf2"),
    Path("/usr/local/share/soundfonts/FluidR3_GM.sf2"),
)
TICKS_PER_S = 960
GAIN = 0.25
"""Fluidsynth's; low, since its output is cut at full scale before we can bring it down."""
TIMEOUT_S = 180


@dataclass(frozen=True, slots=True)
class Event:
    """One note of an instrument: `start_s` and `end_s` in seconds, `key` and `velocity` as in MIDI."""

    start_s: float
    end_s: float
    key: int
    velocity: int = 80


@dataclass(frozen=True, slots=True)
class Track:
    """Notes of one instrument: a General MIDI `program` (of drum kits where `drums`), `pan` and `volume` 0 to 127."""

    program: int
    events: tuple[Event, ...]
    drums: bool = False
    pan: int = 64
    volume: int = 100


def can_render() -> bool:
    """True where fluidsynth and the soundfont are installed."""
    return shutil.which("fluidsynth") is not None and _soundfont() is not None


def render_tracks(tracks: Sequence[Track], seconds: float, reverb: bool = True) -> np.ndarray:
    """Float32 [N, 2] of `seconds` at the songs' rate; silence where there are no notes."""
    frames = round(seconds * SAMPLE_RATE)
    samples = np.zeros((frames, 2), np.float32)
    if not any(t.events for t in tracks):
        return samples
    soundfont = _soundfont()
    if soundfont is None or shutil.which("fluidsynth") is None:
        raise FileNotFoundError("fluidsynth and FluidR3_GM.sf2 are needed (Debian: fluidsynth, fluid-soundfont-gm)")
    with tempfile.TemporaryDirectory() as folder:
        song, sound = Path(folder) / "song.mid", Path(folder) / "song.wav"
        midi_file(tracks).save(song)
        command = ["fluidsynth", "-ni", "-q", "-g", str(GAIN), "-r", str(SAMPLE_RATE), "-O", "float"]
        command += ["-R", "1" if reverb else "0", "-C", "0", "-F", str(sound), str(soundfont), str(song)]
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)
        rendered, _ = sf.read(sound, dtype="float32", always_2d=True)
    count = min(frames, len(rendered))
    samples[:count] = rendered[:count]
    return samples


def midi_file(tracks: Sequence[Track]) -> mido.MidiFile:
    """A MIDI file with a channel for every track; at most fifteen beside the drums."""
    song = mido.MidiFile(ticks_per_beat=TICKS_PER_S // 2)
    channels = iter([*range(9), *range(10, 16)])
    for track in tracks:
        channel = 9 if track.drums else next(channels)
        messages = mido.MidiTrack()
        messages.append(mido.Message("program_change", channel=channel, program=track.program))
        messages.append(mido.Message("control_change", channel=channel, control=7, value=track.volume))
        messages.append(mido.Message("control_change", channel=channel, control=10, value=track.pan))
        now = 0
        for tick, key, velocity in _changes(track):
            kind = "note_on" if velocity else "note_off"
            messages.append(mido.Message(kind, channel=channel, note=key, velocity=velocity, time=tick - now))
            now = tick
        song.tracks.append(messages)
    return song


def _changes(track: Track) -> list[tuple[int, int, int]]:
    """(tick, key, velocity; 0: off), offs before ons."""
    changes = []
    for event in track.events:
        start = max(0, round(event.start_s * TICKS_PER_S))
        end = max(start + 1, round(event.end_s * TICKS_PER_S))
        if 0 <= event.key <= 127:
            changes.append((start, event.key, min(max(event.velocity, 1), 127)))
            changes.append((end, event.key, 0))
    return sorted(changes, key=lambda c: (c[0], c[2] > 0, c[1]))


def _soundfont() -> Path | None:
    return next((p for p in SOUNDFONTS if p.exists()), None)
