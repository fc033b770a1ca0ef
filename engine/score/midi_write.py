"""A `Score` to a Standard MIDI File with lyrics (RP-017), which `read_midi` reads back unchanged."""

from __future__ import annotations

import io
from pathlib import Path

import mido

from engine.errors import InputError
from engine.score.languages import KARAOKE_OF_TAG
from engine.score.model import Note, Score
from engine.score.syllables import Syllable, write_syllable
from engine.score.tempo import TempoMap

TICKS_PER_QUARTER = 960

_OFF, _META, _ON = 0, 1, 2  # order within a tick: a note ends before the next one's lyric and start

_Event = tuple[int, int, "mido.Message | mido.MetaMessage"]


def write_midi(score: Score, path: str | Path) -> None:
    """Write `midi_bytes` to a file.  Raises InputError where the file cannot be written."""
    data = midi_bytes(score)
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise InputError(f"The MIDI file {path} cannot be written.", "Choose a folder you may write to.") from error


def midi_bytes(score: Score) -> bytes:
    """Type 1, 960 ticks per quarter, UTF-8: tempo and meters first, then one track of notes and lyrics.

    Word ends carry a trailing space, unfinished words a trailing hyphen, held notes `-`, phrase ends CR.
    A known language is named as karaoke files do.  Times round to the tick (no note is shorter than one).
    """
    midi = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset="utf-8")
    midi.tracks.append(_track(score.title, _language_events(score.language) + _conductor_events(score.tempo_map)))
    midi.tracks.append(_track("Vocals", _note_events(score)))
    buffer = io.BytesIO()
    midi.save(file=buffer)
    return buffer.getvalue()


def _tick(quarters: float) -> int:
    return round(quarters * TICKS_PER_QUARTER)


def _language_events(language: str) -> list[_Event]:
    """MIDI has no place for the words' language; karaoke files name it in a text, which readers skip or know."""
    code = KARAOKE_OF_TAG.get(language)
    return [(0, _META, mido.MetaMessage("text", text=f"@L{code}"))] if code else []


def _conductor_events(tempo_map: TempoMap) -> list[_Event]:
    events: list[_Event] = []
    for quarter, bpm in tempo_map.tempi:
        microseconds = min(max(round(60e6 / bpm), 1), 0xFFFFFF)
        events.append((_tick(quarter), _META, mido.MetaMessage("set_tempo", tempo=microseconds)))
    meters = list(tempo_map.meters)
    short = _pickup_meter(tempo_map.pickup)
    if short is not None:
        # A pickup is written as notation programs do: a first meter that lasts one short bar.
        _, numerator, denominator = meters[0]
        meters[:1] = [(0.0, *short), (tempo_map.pickup, numerator, denominator)]
    for quarter, numerator, denominator in meters:
        if numerator <= 255 and denominator & (denominator - 1) == 0:
            message = mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator)
            events.append((_tick(quarter), _META, message))
    return events


def _pickup_meter(pickup: float) -> tuple[int, int] | None:
    """The smallest meter as long as the pickup, or None where there is none."""
    for denominator in (4, 8, 16, 32, 64):
        beats = pickup * denominator / 4.0
        if 0 < beats <= 255 and abs(beats - round(beats)) < 1e-9:
            return round(beats), denominator
    return None


def _note_events(score: Score) -> list[_Event]:
    events: list[_Event] = []
    breaks = set(score.phrase_breaks)
    for note in score.notes:
        start = _tick(note.start)
        end = max(_tick(note.end), start + 1)
        text = _lyric_text(note, note.id in breaks)
        if text:
            events.append((start, _META, mido.MetaMessage("lyrics", text=text)))
        events.append((start, _ON, mido.Message("note_on", note=note.key, velocity=max(1, note.velocity))))
        events.append((end, _OFF, mido.Message("note_off", note=note.key, velocity=0)))
    return events


def _lyric_text(note: Note, breaks_phrase: bool) -> str:
    if not (note.lyric or note.holds or note.continues_word or note.breath or note.phones):
        return ""
    syllable = Syllable(
        text=note.lyric,
        ends_word=note.ends_word,
        holds=note.holds,
        continues_word=note.continues_word,
        phones=note.phones,
        breath=note.breath,
    )
    return write_syllable(syllable) + (" " if note.ends_word else "") + ("\r" if breaks_phrase else "")


def _track(name: str, events: list[_Event]) -> mido.MidiTrack:
    track = mido.MidiTrack()
    if name:
        track.append(mido.MetaMessage("track_name", name=name, time=0))
    last = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - last))
        last = tick
    track.append(mido.MetaMessage("end_of_track", time=0))
    return track
