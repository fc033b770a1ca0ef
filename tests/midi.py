"""MIDI files of all kinds, good and bad, for tests."""

from __future__ import annotations

import io
from collections.abc import Iterable

import mido

WORDS = ("la ", "shine ", "twin-", "kle ", "star ")
PPQ = 480


def midi(
    notes: Iterable[tuple[int, int, int]],
    words: Iterable[str] | None = WORDS,
    tempo: int = 500_000,
    charset: str = "utf-8",
    ppq: int = PPQ,
) -> bytes:
    """A type 1 file of notes (start tick, end tick, key) that take `words` in turn; `tempo` in us per quarter."""
    syllables = list(words or ())
    events: list[tuple[int, int, mido.Message | mido.MetaMessage]] = []
    for number, (start, end, key) in enumerate(notes):
        if syllables:
            events.append((start, 1, mido.MetaMessage("lyrics", text=syllables[number % len(syllables)])))
        events.append((start, 2, mido.Message("note_on", note=key, velocity=80)))
        events.append((end, 0 if end > start else 3, mido.Message("note_off", note=key)))
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=tempo)])
    last = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - last))
        last = tick
    file = mido.MidiFile(type=1, ticks_per_beat=ppq, charset=charset)
    file.tracks.append(track)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def row(count: int, ticks: int = PPQ, keys: Iterable[int] = (60, 62, 64, 65, 67)) -> list[tuple[int, int, int]]:
    """`count` touching notes of `ticks` each."""
    keys = list(keys)
    return [(i * ticks, (i + 1) * ticks, keys[i % len(keys)]) for i in range(count)]


def smpte(data: bytes) -> bytes:
    """The same file with a division of 25 frames a second, 40 ticks a frame."""
    return data[:12] + bytes([256 - 25, 40]) + data[14:]


def with_raw_words(data: bytes, old: bytes, new: bytes) -> bytes:
    """Replace the bytes of a lyric by others of the same length."""
    assert len(old) == len(new)
    assert old in data
    return data.replace(old, new)


def crowd(count: int, ticks: int = 4, tempo: int = 10_000) -> bytes:
    """`count` wordless notes of `ticks` each, straight in bytes: mido would take longer than the program."""
    head = b"\x00\xff\x51\x03" + tempo.to_bytes(3, "big")
    track = head + (b"\x00\x90\x3c\x50" + bytes([ticks]) + b"\x80\x3c\x00") * count + b"\x00\xff\x2f\x00"
    chunk = b"MTrk" + len(track).to_bytes(4, "big") + track
    return b"MThd\x00\x00\x00\x06\x00\x01\x00\x01" + PPQ.to_bytes(2, "big") + chunk
