"""Builders of small MIDI files, in bytes, for the reader's tests."""

import io

import mido
import pytest


def build_midi(*tracks, kind=1, ppq=480, charset="utf-8"):
    """`tracks`: lists of (tick, message) in any order within the track; (tick, "lyrics", text) is a meta event."""
    midi = mido.MidiFile(type=kind, ticks_per_beat=ppq, charset=charset)
    for rows in tracks:
        track = mido.MidiTrack()
        last = 0
        for tick, message in sorted(rows, key=lambda row: row[0]):
            track.append(message.copy(time=tick - last))
            last = tick
        midi.tracks.append(track)
    buffer = io.BytesIO()
    midi.save(file=buffer)
    return buffer.getvalue()


def sung(words, ppq=480, length=None, key=60, channel=0, kind="lyrics"):
    """One quarter per word, touching; None: a note without an event; "": a rest."""
    rows = []
    for i, word in enumerate(words):
        if word == "":
            continue
        start = i * ppq
        if word is not None:
            rows.append((start, mido.MetaMessage(kind, text=word)))
        rows.append((start, mido.Message("note_on", note=key + i % 12, velocity=80, channel=channel)))
        end = start + (length or ppq)
        rows.append((end, mido.Message("note_off", note=key + i % 12, channel=channel)))
    # A note's end comes before the next one's start on the same tick.
    return sorted(rows, key=lambda row: (row[0], getattr(row[1], "type", "") != "note_off"))


@pytest.fixture(name="build_midi")
def build_midi_fixture():
    return build_midi


@pytest.fixture(name="sung")
def sung_fixture():
    return sung
