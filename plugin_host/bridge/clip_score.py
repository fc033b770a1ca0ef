"""A DAW's clip as a score that counts from the clip's start, and as a MIDI file with its lyrics.

Seconds are what must survive: the tempo map of the session is cut and moved to the clip's start, and written to the
ticks of a MIDI file in such a way that errors of rounding do not add up over a song of tempo changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.score import Note, NoteId, Problem, Score, TempoMap, midi_bytes
from engine.score.midi_lyrics import parse_events
from engine.score.midi_write import TICKS_PER_QUARTER
from plugin_host.ports import DawClip, DawNote

_EPSILON = 1e-6
_TAIL_QUARTERS = 16.0
_SPAN_QUARTERS = 32.0
_DRIFT_US = 100.0


def clip_score(clip: DawClip) -> Score:
    """The notes with the lyrics that the DAW has (none: all notes without), and the session's tempo from there on.

    Raises `InputError` when the clip has no notes.
    """
    notes = _without_doubles(clip.notes)
    if not notes:
        raise InputError(f"The clip {clip.name} has no notes.", "Select a clip with a melody.")
    end = max(note.start + note.duration for note in notes)
    tempo_map = shifted(clip.tempo_map, clip.start_quarters, max(end, clip.length_quarters) + _TAIL_QUARTERS)
    named = [Note(NoteId(f"n{i}"), n.start, n.duration, n.key, velocity=n.velocity) for i, n in enumerate(notes)]
    return _with_own_lyrics(Score(tuple(named), tempo_map, title=clip.name), [note.lyric for note in notes])


def shifted(tempo_map: TempoMap, start: float, length: float) -> TempoMap:
    """`tempo_map` as seen from quarter `start`, for `length` quarters.

    Bars stay where they are: a start between two bar lines makes a pickup.
    """
    tempi = [(0.0, tempo_map.bpm_at(start))]
    tempi += [(q - start, bpm) for q, bpm in tempo_map.tempi if start < q < start + length]
    before = [(n, d) for q, n, d in tempo_map.meters if q <= start + _EPSILON] or [tempo_map.meters[0][1:]]
    after = [(q - start, n, d) for q, n, d in tempo_map.meters if start + _EPSILON < q < start + length]
    meters = [(0.0, *before[-1]), *after]
    pickup = _to_next_bar(tempo_map, start, before[-1])
    return TempoMap(tuple(tempi), tuple(meters), min([pickup, *(q for q, _, _ in after)]))


def on_ticks(tempo_map: TempoMap, length: float = 0.0) -> TempoMap:
    """The nearest map that a MIDI file can hold: changes on ticks, whole microseconds per quarter.  It is near for
    `length` quarters, and for 32 beyond the last change.

    Where rounding would put a second off by more than `_DRIFT_US`, a tempo is changed by a little, at every change
    and at least every 32 quarters, so nothing adds up.  It is left alone otherwise: equal phrases stay equal.
    """
    # A change between two ticks makes of that one tick a tempo of its own, in the middle of both.
    places = [round(q * TICKS_PER_QUARTER, 6) for q, _ in tempo_map.tempi]
    ticks = sorted({0, *map(math.floor, places), *map(math.ceil, places)})
    tempi: list[tuple[float, float]] = []
    at_us = 0.0
    # The last tempo, too, is off by half a microsecond in every quarter up to the clip's end.
    last = max(_tick(length), ticks[-1]) + _tick(_SPAN_QUARTERS)
    for begin, end in pairwise(_divided([*ticks, last])):
        quarters = (end - begin) / TICKS_PER_QUARTER
        begin_us, end_us = (tempo_map.seconds(tick / TICKS_PER_QUARTER) * 1e6 for tick in (begin, end))
        true = (end_us - begin_us) / quarters
        per_quarter = round(true)
        if abs(at_us + per_quarter * quarters - end_us) > _DRIFT_US:
            per_quarter = round(min(max((end_us - at_us) / quarters, true * 0.999), true * 1.001))
        per_quarter = min(max(per_quarter, 1), 0xFFFFFF)
        at_us += per_quarter * quarters
        tempi.append((begin / TICKS_PER_QUARTER, 60e6 / per_quarter))
    meters = {round(q * TICKS_PER_QUARTER) / TICKS_PER_QUARTER: (n, d) for q, n, d in tempo_map.meters}
    return TempoMap(tuple(tempi), tuple((q, *meters[q]) for q in sorted(meters)), tempo_map.pickup)


def write_clip(score: Score, path: Path) -> None:
    """The MIDI file of a clip's score.  Raises as `write_bytes_whole`."""
    length = max((note.start + note.duration for note in score.notes), default=0.0)
    write_bytes_whole(path, midi_bytes(replace(score, tempo_map=on_ticks(score.tempo_map, length))))


def in_session(
    problems: Sequence[Problem], sung: Score, tempo_map: TempoMap, start_quarters: float
) -> Iterator[Problem]:
    """`problems` with the bars and beats that the user sees in the DAW, where the clip begins at `start_quarters`.

    `sung`: the score as it was read and sung.
    """
    starts = {note.id: note.start for note in sung.notes}
    for problem in problems:
        start = None if problem.note_id is None else starts.get(problem.note_id)
        if start is None or problem.bar is None:
            yield problem
            continue
        bar, beat = tempo_map.bar_beat(start_quarters + start)
        beat = round(beat, 3)
        told = f"Bar {problem.bar}, beat {problem.beat or 0:g}: "
        message = problem.message
        if message.startswith(told):
            message = f"Bar {bar}, beat {beat:g}: {message.removeprefix(told)}"
        yield replace(problem, message=message, bar=bar, beat=beat)


def _divided(ticks: Sequence[int]) -> Iterator[int]:
    """`ticks`, and ticks between those that lie far apart."""
    span = round(_SPAN_QUARTERS * TICKS_PER_QUARTER)
    for begin, end in pairwise(ticks):
        yield from range(begin, end, span)
    yield ticks[-1]


def _to_next_bar(tempo_map: TempoMap, start: float, meter: tuple[int, int]) -> float:
    """Quarters from `start` to the next bar line, 0 when it lies on one."""
    numerator, denominator = meter
    _, beat = tempo_map.bar_beat(start)
    rest = (numerator - (beat - 1.0)) * 4.0 / denominator
    whole = numerator * 4.0 / denominator
    return rest if _EPSILON < rest < whole - _EPSILON else 0.0


def _without_doubles(notes: Sequence[DawNote]) -> list[DawNote]:
    """A key that is struck again ends there: a MIDI file cannot tell which of two equal keys is let go."""
    ordered = sorted(notes, key=lambda note: (note.start, note.key, -note.duration))
    kept: list[DawNote] = []
    sounding: dict[int, int] = {}
    for note in ordered:
        place = sounding.get(note.key)
        if place is not None:
            before = kept[place]
            if _tick(note.start) <= _tick(before.start):
                continue
            if before.start + before.duration > note.start:
                kept[place] = replace(before, duration=note.start - before.start)
        sounding[note.key] = len(kept)
        kept.append(note)
    return kept


def _with_own_lyrics(score: Score, lyrics: Sequence[str]) -> Score:
    """Texts of notes, in the notation of whatever program they were written in, as syllables."""
    texts = [(number, text) for number, text in enumerate(lyrics) if text.strip()]
    notes = list(score.notes)
    breaks: list[NoteId] = []
    for timed in parse_events(texts):
        said, note = timed.syllable, notes[timed.tick]
        notes[timed.tick] = replace(
            note,
            lyric=said.text,
            ends_word=said.ends_word,
            holds=said.holds,
            continues_word=said.continues_word,
            phones=said.phones,
            breath=said.breath,
        )
        if said.breaks_phrase:
            breaks.append(note.id)
    return replace(score, notes=tuple(notes), phrase_breaks=tuple(breaks))


def _tick(quarters: float) -> int:
    return round(quarters * TICKS_PER_QUARTER)
