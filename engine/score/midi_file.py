"""Bytes of a Standard MIDI File to raw tracks: the only place that knows mido's reading side."""

from __future__ import annotations

import io
import struct
from collections import deque
from dataclasses import dataclass, field

import mido

from engine.errors import InputError
from engine.score.assemble import Finding, RawNote

EXPORT_HINT = "Export the clip again as a Standard MIDI File (type 0 or 1)."

_Event = tuple[int, bytes]


@dataclass(slots=True)
class RawTrack:
    """One track while reading: `name` in file bytes; `lyrics` (FF 05) and `texts` (FF 01) as (tick, bytes)."""

    index: int
    name: bytes = b""
    notes: list[RawNote] = field(default_factory=list)
    lyrics: list[_Event] = field(default_factory=list)
    texts: list[_Event] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    channel: int | None = None


@dataclass(slots=True)
class RawMidi:
    """A whole file while reading: tempi: (tick, microseconds per quarter), meters: (tick, beats, unit)."""

    ticks_per_quarter: int
    tracks: list[RawTrack]
    tempi: list[tuple[int, int]]
    meters: list[tuple[int, int, int]]


def read_raw_midi(data: bytes) -> RawMidi:
    """Parse a file of type 0 or 1.  Raises InputError for anything else, with the reason."""
    data = _unwrap_riff(data)
    ticks_per_quarter = _check_header(data)
    try:
        midi = mido.MidiFile(file=io.BytesIO(data), charset="latin1", clip=True)
    except EOFError as error:
        raise InputError("The MIDI file is cut off before its end.", EXPORT_HINT) from error
    except Exception as error:  # foreign parser: broken bytes surface as whatever they happen to hit
        raise InputError("The MIDI file is damaged and cannot be read.", EXPORT_HINT) from error
    raw = RawMidi(ticks_per_quarter, [], [], [])
    for index, track in enumerate(midi.tracks):
        raw.tracks.extend(_read_track(index, track, raw, split_channels=midi.type == 0))
    return raw


def _unwrap_riff(data: bytes) -> bytes:
    """RMID: the same file in a RIFF envelope of 20 bytes."""
    return data[20:] if data[:4] == b"RIFF" and data[8:16] == b"RMIDdata" else data


def _check_header(data: bytes) -> int:
    """Ticks per quarter of a header we can use."""
    if data[:4] != b"MThd":
        raise InputError("This is not a MIDI file: it does not begin with a MIDI header.", EXPORT_HINT)
    if len(data) < 14:
        raise InputError("The MIDI file is cut off inside its header.", EXPORT_HINT)
    kind, _, division = struct.unpack(">HHH", data[8:14])
    if kind == 2:
        raise InputError("This is a MIDI file of type 2 (separate patterns).", EXPORT_HINT)
    if kind > 2:
        raise InputError(f"MIDI files of type {kind} do not exist; the file is damaged.", EXPORT_HINT)
    if division & 0x8000:
        raise InputError(
            "The MIDI file counts time in film frames (SMPTE), not in beats.",
            "Export it again with ticks per quarter note (PPQ).",
        )
    if division == 0:
        raise InputError("The MIDI file has no ticks per quarter note.", EXPORT_HINT)
    return int(division)


def _read_track(index: int, messages: mido.MidiTrack, raw: RawMidi, split_channels: bool) -> list[RawTrack]:
    """One track; of a type 0 file one track per channel, the words with the first."""
    words = RawTrack(index)
    channels: dict[int, RawTrack] = {}
    open_notes: dict[tuple[int, int], deque[tuple[int, int]]] = {}
    tick = 0
    for message in messages:
        tick += int(message.time)
        kind = message.type
        if kind in ("note_on", "note_off"):
            slot = message.channel if split_channels else 0
            track = channels.setdefault(slot, RawTrack(index, channel=message.channel))
            waiting = open_notes.setdefault((message.channel, message.note), deque())
            if kind == "note_on" and message.velocity > 0:
                waiting.append((tick, message.velocity))
            elif waiting:
                _close(track, message.note, *waiting.popleft(), tick)
        elif message.is_meta:
            _read_meta(message, tick, words, raw)
    for (channel, key), waiting in open_notes.items():
        track = channels[channel if split_channels else 0]
        for start, velocity in waiting:
            text = "this note never ends in the file; it is held to the end of the track."
            track.findings.append(Finding("unclosed_note", text, start))
            _close(track, key, start, velocity, tick)
    return _merge_words(words, [channels[c] for c in sorted(channels)])


def _merge_words(words: RawTrack, tracks: list[RawTrack]) -> list[RawTrack]:
    if not tracks:
        return [words]
    for track in tracks:
        track.name = words.name
    if len(tracks) == 1:
        tracks[0].lyrics, tracks[0].texts = words.lyrics, words.texts
        return tracks
    return [words, *tracks]


def _close(track: RawTrack, key: int, start: int, velocity: int, end: int) -> None:
    if end <= start:
        text = "this note has no length; it is left out."
        track.findings.append(Finding("zero_length", text, start))
    else:
        track.notes.append(RawNote(start, end, key, velocity))


def _read_meta(message: mido.MetaMessage, tick: int, words: RawTrack, raw: RawMidi) -> None:
    kind = message.type
    if kind == "lyrics":
        words.lyrics.append((tick, message.text.encode("latin1", "replace")))
    elif kind == "text":
        words.texts.append((tick, message.text.encode("latin1", "replace")))
    elif kind == "track_name" and not words.name:
        words.name = message.name.encode("latin1", "replace")
    elif kind == "set_tempo" and message.tempo > 0:
        raw.tempi.append((tick, message.tempo))
    elif kind == "time_signature" and message.denominator <= 1 << 16:
        raw.meters.append((tick, message.numerator, message.denominator))
