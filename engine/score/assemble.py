"""From raw notes of any file to a `Score`: one voice, words linked, problems named by bar and beat.

Readers hand in notes in ticks (whole numbers, so that cutting and touching are exact).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.score.model import Note, NoteId, Problem, Score, Severity
from engine.score.syllables import Syllable, guess_language, with_word_end
from engine.score.tempo import TempoMap

TOUCHING_QUARTERS = 1 / 16
"""A note without a lyric that begins this close to the end of the one before holds its vowel."""

STAND_IN = "la"
"""What a note without a lyric is sung as."""


@dataclass(frozen=True, slots=True)
class RawNote:
    """`start` and `end` in ticks, `end` > `start`."""

    start: int
    end: int
    key: int
    velocity: int = 90
    syllable: Syllable | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before notes have names: at a tick, of note number `index` (None: of the clip as a whole)."""

    kind: str
    text: str
    tick: int = 0
    index: int | None = None
    severity: Severity = "warning"
    placed: bool = True


def note_id(index: int) -> NoteId:
    """The name of note number `index` (from 0) of a score that was just read."""
    return NoteId(f"n{index}")


def chord_tolerance(ticks_per_quarter: int) -> int:
    """Ticks within which onsets are one onset: 10 at 480 per quarter."""
    return 10 * ticks_per_quarter // 480


def make_monophonic(raws: Iterable[RawNote], tolerance: int) -> tuple[list[RawNote], list[Finding]]:
    """One voice: a chord keeps its top note, a later note cuts an earlier one.  Linear after sorting."""
    notes: list[RawNote] = []
    findings: list[Finding] = []
    group: list[RawNote] = []
    for raw in sorted(raws, key=lambda n: (n.start, n.key)):
        if group and raw.start - group[0].start > tolerance:
            _append_top(group, notes, findings)
            group = []
        group.append(raw)
    if group:
        _append_top(group, notes, findings)
    return notes, findings


def _append_top(group: list[RawNote], notes: list[RawNote], findings: list[Finding]) -> None:
    top = max(group, key=lambda n: n.key)
    if top.syllable is None:
        top = replace(top, syllable=next((n.syllable for n in group if n.syllable is not None), None))
    index = len(notes)
    if len(group) > 1:
        text = f"{len(group)} notes start together; only the highest ({key_name(top.key)}) is sung."
        findings.append(Finding("chord", text, top.start, index))
    if notes and notes[-1].end > top.start:
        text = f"this note starts while {key_name(notes[-1].key)} still sounds; the earlier note is cut short."
        findings.append(Finding("overlap", text, top.start, index))
        notes[-1] = replace(notes[-1], end=top.start)
    notes.append(top)


def key_name(key: int) -> str:
    names = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    return f"{names[key % 12]}{key // 12 - 1}"


def assemble(
    raws: Sequence[RawNote],
    ticks_per_quarter: int,
    tempo_map: TempoMap,
    findings: Sequence[Finding] = (),
    language: str = "",
    title: str = "",
) -> Score:
    """Turn monophonic raw notes into a score: holds and words resolved, findings turned into problems."""
    found = list(findings)
    if not raws:
        found.append(Finding("no_notes", "There are no notes to sing.", placed=False))
    if raws and all(raw.syllable is None for raw in raws):
        found.append(Finding("no_lyrics", f'No note has a lyric; every note is sung as "{STAND_IN}".', placed=False))
        syllables = [Syllable(STAND_IN)] * len(raws)
    else:
        syllables = _fill_gaps(raws, ticks_per_quarter, found)
    syllables = link_words(syllables)
    notes = tuple(
        Note(
            id=note_id(i),
            start=raw.start / ticks_per_quarter,
            duration=(raw.end - raw.start) / ticks_per_quarter,
            key=raw.key,
            lyric=syllable.text,
            ends_word=syllable.ends_word,
            holds=syllable.holds,
            phones=syllable.phones,
            breath=syllable.breath,
            velocity=raw.velocity,
            continues_word=syllable.continues_word,
        )
        for i, (raw, syllable) in enumerate(zip(raws, syllables, strict=True))
    )
    found.sort(key=lambda f: (f.placed, f.tick))
    return Score(
        notes=notes,
        tempo_map=tempo_map,
        language=language or guess_language([n.lyric for n in notes]),
        title=title,
        problems=tuple(_problem(f, ticks_per_quarter, tempo_map) for f in found),
        phrase_breaks=tuple(note_id(i) for i, s in enumerate(syllables) if s.breaks_phrase),
    )


def _fill_gaps(raws: Sequence[RawNote], ticks_per_quarter: int, found: list[Finding]) -> list[Syllable]:
    """Give every note a syllable: a touching note without one holds, another is reported."""
    syllables: list[Syllable] = []
    touching = TOUCHING_QUARTERS * ticks_per_quarter
    vowel_sounds = False  # something sung precedes that a hold can hold
    for i, raw in enumerate(raws):
        syllable = raw.syllable
        if syllable is None:
            holds = vowel_sounds and raw.start - raws[i - 1].end < touching
            syllable = Syllable(holds=holds)
            if not holds:
                text = f'this note has no lyric; it is sung as "{STAND_IN}".'
                found.append(Finding("no_lyric", text, raw.start, i))
        elif not vowel_sounds and (syllable.holds or syllable.continues_word):
            text = f'this note goes on with a word, but none comes before it; it is sung as "{STAND_IN}".'
            found.append(Finding("hold_without_syllable", text, raw.start, i))
            syllable = Syllable(breaks_phrase=syllable.breaks_phrase)
        vowel_sounds = not syllable.breath
        syllables.append(syllable)
    return syllables


def link_words(syllables: Sequence[Syllable]) -> list[Syllable]:
    """Settle `ends_word`: joined syllables, the last one ends its word, holds say what their syllable says."""
    ends = [s.ends_word for s in syllables]
    last: int | None = None
    for i, syllable in enumerate(syllables):
        if syllable.holds:
            continue
        if last is not None and syllable.joins_previous and not syllables[last].breath:
            ends[last] = False
        if syllable.breath:
            ends[i] = True
        last = i
    if last is not None:
        ends[last] = True
    linked: list[Syllable] = []
    carried = True
    for syllable, ends_word in zip(syllables, ends, strict=True):
        carried = carried if syllable.holds else ends_word
        linked.append(with_word_end(syllable, carried))
    return linked


def _problem(finding: Finding, ticks_per_quarter: int, tempo_map: TempoMap) -> Problem:
    if not finding.placed:
        return Problem(finding.kind, finding.text, severity=finding.severity)
    name = None if finding.index is None else note_id(finding.index)
    quarter = finding.tick / ticks_per_quarter
    return problem_at(tempo_map, quarter, finding.kind, finding.text, name, finding.severity)


def problem_at(
    tempo_map: TempoMap,
    quarter: float,
    kind: str,
    text: str,
    name: NoteId | None = None,
    severity: Severity = "warning",
) -> Problem:
    """A `Problem` whose sentence begins with its bar and beat."""
    bar, beat = tempo_map.bar_beat(quarter)
    beat = round(beat, 3)
    return Problem(kind, f"Bar {bar}, beat {beat:g}: {text}", name, bar, beat, severity)


def problem_at_note(score: Score, kind: str, text: str, index: int) -> Problem:
    """A problem of the note `index`, or of the whole where there is none."""
    if not score.notes:
        return Problem(kind, text[0].upper() + text[1:])
    note = score.notes[index]
    return problem_at(score.tempo_map, note.start, kind, text, note.id)


def with_syllable(note: Note, syllable: Syllable) -> Note:
    """`note` with the syllable's words instead of its own."""
    return replace(
        note,
        lyric=syllable.text,
        ends_word=syllable.ends_word,
        holds=syllable.holds,
        continues_word=syllable.continues_word,
        phones=syllable.phones,
        breath=syllable.breath,
    )
