"""MIDI files of several parts, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import mido


def part(name: str, *keys: int | Sequence[int], words: Sequence[str] = (), channel: int = 0) -> mido.MidiTrack:
    """A quarter for each key, or chord."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)] if name else [])
    for number, chord in enumerate(keys):
        struck = [chord] if isinstance(chord, int) else chord
        if number < len(words):
            track.append(mido.MetaMessage("lyrics", text=words[number]))
        track += [mido.Message("note_on", note=key, velocity=80, channel=channel) for key in struck]
        for place, key in enumerate(struck):
            track.append(mido.Message("note_off", note=key, channel=channel, time=0 if place else 480))
    return track


def clip_of(path: Path, *parts: mido.MidiTrack) -> Path:
    """The parts as a file of type 1."""
    file = mido.MidiFile(type=1, ticks_per_beat=480)
    file.tracks += parts
    file.save(path)
    return path
