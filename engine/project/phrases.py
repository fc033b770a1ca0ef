"""Phrases, notes and tracks of a project by the names that a producer gives them.

Takes belong to a note: the one that their phrase began with when the first of them was made.  A phrase has the takes of
any of its notes: those of a locked phrase before all, else those of its earliest note that has any.  So takes stay when
a note is put before the phrase, or phrases are joined; those that lose in a join come back when it is undone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from engine.errors import InputError
from engine.project.model import PhraseTakes, Project, Track, TrackNote
from engine.project.score import score_of_track
from engine.score import NoteId, Phrase, TempoMap, split_phrases

_BEAT_SLACK = 1e-3
_PLACE = re.compile(r"(-?\d+)(?:\.(\d+(?:\.\d+)?))?")


@dataclass(frozen=True, slots=True)
class TrackPhrase:
    """A phrase of a track; `number` from 1.  `owner`: the note its takes belong to (its first, while it has none)."""

    number: int
    phrase: Phrase
    owner: NoteId
    takes: PhraseTakes | None
    bar: int

    @property
    def first(self) -> NoteId:
        """The first note: what the renderer knows the phrase by."""
        return self.phrase.notes[0].id

    @property
    def words(self) -> str:
        """As sung, syllables of a word joined."""
        text = ""
        for note in self.phrase.notes:
            text += note.lyric + (" " if note.lyric and note.ends_word else "")
        return text.strip()


def phrases_of(project: Project, track: Track) -> tuple[TrackPhrase, ...]:
    """All phrases of a track in order, as the renderer cuts them."""
    tempo_map = project.tempo_map.tempo_map()
    found = []
    for phrase in split_phrases(score_of_track(project, track)):
        owner = _owner(phrase, track)
        bar, _ = tempo_map.bar_beat(phrase.notes[0].start)
        found.append(TrackPhrase(phrase.index + 1, phrase, owner, track.takes.get(owner), bar))
    return tuple(found)


def _owner(phrase: Phrase, track: Track) -> NoteId:
    having = [note.id for note in phrase.notes if note.id in track.takes]
    locked = [name for name in having if track.takes[name].locked]
    return (locked or having or [phrase.notes[0].id])[0]


def find_track(project: Project, name: str | None = None) -> Track:
    """By id, name or number from 1; None: the only one.  Raises `InputError` where none or several fit."""
    tracks = project.tracks
    if name is None and len(tracks) == 1:
        return tracks[0]
    known = ", ".join(f"{number} ({track.name})" for number, track in enumerate(tracks[:8], start=1))
    if name is None:
        raise InputError(f"The project has {len(tracks)} tracks.", f"Say which: {known}.", option="track")
    for fits in (
        [track for track in tracks if track.id == name],
        [track for track in tracks if track.name.casefold() == name.casefold()],
        [tracks[int(name) - 1]] if name.isdecimal() and 0 < int(name[:9]) <= len(tracks) else [],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise InputError(f"{len(fits)} tracks are called {name}.", f"Give a number: {known}.")
    raise InputError(f"There is no track {name!r} in the project.", f"It has: {known}.")


def heard_tracks(project: Project, name: str, track: str | None = None) -> tuple[Track, ...]:
    """The one named, muted or not; else all that are to be heard.  `name`: of the project's file.

    Raises `InputError` where there is nothing to sing.
    """
    if track is not None:
        tracks: tuple[Track, ...] = (find_track(project, track),)
    else:
        tracks = tuple(one for one in project.tracks if not one.mute and one.notes)
    if not tracks or not tracks[0].notes:
        raise InputError(f"{name} has nothing to sing.", "Unmute a track, or choose one with notes.")
    return tracks


def find_phrase(project: Project, track: Track, name: str) -> TrackPhrase:
    """By the id of any of its notes, as `p3` by number, or by bar (`12`, with a beat `12.3`): the phrase that begins
    in that bar, else the one that is sung there.  Raises `InputError` where none or several fit."""
    phrases = phrases_of(project, track)
    for phrase in phrases:
        if any(note.id == name for note in phrase.phrase.notes):
            return phrase
    if re.fullmatch(r"p\d{1,6}", name):
        number = int(name[1:])
        if 0 < number <= len(phrases):
            return phrases[number - 1]
        raise InputError(f"There is no phrase {name}.", f"The track has {len(phrases)}.", command="project show")
    bar, beat = _place(name, "phrase")
    tempo_map = project.tempo_map.tempo_map()
    if beat is not None:
        fits = [entry for entry in phrases if _sung_at(entry, tempo_map, bar, beat)]
    else:
        fits = [entry for entry in phrases if entry.bar == bar] or [
            entry for entry in phrases if entry.bar <= bar <= _last_bar(entry, tempo_map)
        ]
    if not fits:
        raise InputError(f"Nothing is sung in bar {name}.", "Choose a bar with notes.", command="project show")
    if len(fits) > 1:
        which = ", ".join(f"p{entry.number} ({entry.words[:20]})" for entry in fits[:5])
        raise InputError(f"{len(fits)} phrases begin in bar {name}.", f"Say which: {which}.")
    return fits[0]


def find_note(project: Project, track: Track, name: str) -> TrackNote:
    """By id, or by bar and beat (`12.3`, `12.2.5`): the note that sounds there.  Raises `InputError` if none does."""
    for note in track.notes:
        if note.id == name:
            return note
    bar, beat = _place(name, "note")
    tempo_map = project.tempo_map.tempo_map()
    at = (bar, 1.0 if beat is None else beat)
    for note in track.notes:
        start, end = tempo_map.bar_beat(note.start), tempo_map.bar_beat(note.end)
        if (start[0], start[1] - _BEAT_SLACK) <= at < (end[0], end[1] - _BEAT_SLACK):
            return note
    if not track.notes:
        raise InputError(f"Track {track.name} has no notes.", "Choose another.", option="track")
    first, last = (tempo_map.bar_beat(quarters)[0] for quarters in (track.notes[0].start, track.notes[-1].start))
    where = (
        f"The notes of {track.name} begin in bars {first} to {last}: give bar.beat, such as {last}.1, or a note's id."
    )
    raise InputError(f"No note is sung at {name}.", where)


def _place(name: str, what: str) -> tuple[int, float | None]:
    found = _PLACE.fullmatch(name)
    if not found or len(name) > 20:
        _no_place(name, what)
    return int(found[1]), float(found[2]) if found[2] else None


def _no_place(name: str, what: str) -> NoReturn:
    example = "a bar (12), a number (p3) or a note's id" if what == "phrase" else "bar.beat (12.3) or a note's id"
    raise InputError(f"{name!r} names no {what}.", f"Give {example}.")


def _sung_at(entry: TrackPhrase, tempo_map: TempoMap, bar: int, beat: float) -> bool:
    notes = entry.phrase.notes
    start, end = tempo_map.bar_beat(notes[0].start), tempo_map.bar_beat(notes[-1].end)
    return (start[0], start[1] - _BEAT_SLACK) <= (bar, beat) < (end[0], end[1] - _BEAT_SLACK)


def _last_bar(entry: TrackPhrase, tempo_map: TempoMap) -> int:
    bar, beat = tempo_map.bar_beat(entry.phrase.notes[-1].end)
    return bar if beat > 1 + _BEAT_SLACK else bar - 1
