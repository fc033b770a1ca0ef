"""Edits of a project: values of tracks and notes, curves, drawn pitch, and other notes.  Each gives a new project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import InputError
from engine.phonemize import phonemizer
from engine.project.kinds import Number, Table
from engine.project.model import PhraseTakes, Project, Track, TrackChoir, TrackNote
from engine.project.phrases import find_note, find_track, phrases_of
from engine.project.schema import REQUIRED, Faults, Field
from engine.project.shapes import CHOIR, NOTE, SHARE, TRACK, Points, knob_range
from engine.score import DRAWN_KEYS, KNOBS, Curve, Note, NoteId, check_curve, check_value
from engine.score.note_match import match_notes

TRACK_FIELDS = (
    "name", "voice", "language", "seed", "num_steps", "temperature", "transpose", "gain_db", "pan", "mute",
)  # fmt: skip
NOTE_FIELDS = ("lyric", "ends_word", "holds", "continues_word", "phones", "breath", "language", "key")
"""What can be set by name, beside the knobs; when a note begins and ends is the clip's business."""

_SPOKEN = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def set_track(project: Project, track: str | None, values: Mapping[str, str]) -> Project:
    """With fields and knobs of a whole track set, from text as typed; an empty one gives the default back.

    Raises `InputError` for a name that there is not, a value out of range, or a language that nobody can pronounce.
    """
    part = find_track(project, track)
    fields = {entry.name: entry for entry in TRACK.fields if entry.name in TRACK_FIELDS}
    changes, knobs = _parsed(values, fields, part.expression)
    return project.with_track(replace(part, expression=knobs, **changes))


def set_note(project: Project, track: str | None, note: str, values: Mapping[str, str]) -> Project:
    """With fields and knobs of a note set, as `set_track`."""
    part = find_track(project, track)
    found = find_note(project, part, note)
    fields = {entry.name: entry for entry in NOTE.fields if entry.name in NOTE_FIELDS}
    for name in values:
        if name in KNOBS and not KNOBS[name].note:
            raise InputError(f"{name} cannot be set per note.", "Give it as a curve.", option="curve")
    changes, knobs = _parsed(values, fields, found.expression)
    edited = replace(found, expression=knobs, **changes)
    return project.with_track(replace(part, notes=tuple(edited if own.id == found.id else own for own in part.notes)))


def set_curve(project: Project, track: str | None, name: str, curve: Curve | None) -> Project:
    """With a knob's curve set, or taken away (None).  Raises `InputError` as `engine.score.check_curve`."""
    part = find_track(project, track)
    curves = dict(part.curves)
    if curve is None:
        if name not in curves:
            check_value(name, KNOBS[name].low if name in KNOBS else 0.0)
        curves.pop(name, None)
    else:
        check_curve(name, curve)
        _check_points(name, curve, knob_range(name))
        curves[name] = curve
    return project.with_track(replace(part, curves=curves))


def set_choir(project: Project, track: str | None, choir: TrackChoir | None) -> Project:
    """With a choir on a track, or without (None)."""
    part = find_track(project, track)
    if choir is not None:
        _checked(CHOIR.write(choir), "choir", CHOIR)
        choir = replace(choir, more=part.choir.more if part.choir else {})
    return project.with_track(replace(part, choir=choir))


def set_blend(project: Project, track: str | None, blend: Mapping[str, float]) -> Project:
    """With shares of other speakers on a track; none at all takes them away."""
    part = find_track(project, track)
    _checked(dict(blend), "blend", Table(SHARE, 64, "speaker"))
    if sum(blend.values()) > 1:
        raise InputError("The blend's shares add up to more than 1.", "Leave some for the track's own voice.")
    return project.with_track(replace(part, blend=dict(blend)))


def draw(project: Project, track: str | None, piece: Curve) -> Project:
    """With pitch drawn where `piece` lies; what was drawn there before goes, beside it stays."""
    part = find_track(project, track)
    _check_points("pitch", piece, _KEYS)
    if piece.end <= piece.start:
        raise InputError("Drawn pitch needs a beginning and an end.", "Give two points at least.")
    kept = [rest for old in part.drawn for rest in _beside(old, piece.start, piece.end)]
    drawn = tuple(sorted([*kept, piece], key=lambda entry: entry.start))
    return project.with_track(replace(part, drawn=drawn))


def erase_drawn(project: Project, track: str | None, start: float, end: float) -> Project:
    """Without drawn pitch from quarters `start` to `end`.  Raises `InputError` unless `start` comes first."""
    if not start < end:
        raise InputError(f"Nothing lies between the quarters {start:g} and {end:g}.", "Give the earlier one first.")
    part = find_track(project, track)
    drawn = tuple(rest for old in part.drawn for rest in _beside(old, start, end))
    return project.with_track(replace(part, drawn=drawn))


def with_notes(project: Project, track: str | None, notes: Sequence[TrackNote]) -> Project:
    """With other notes in a track.  Takes of a note that went away pass to the next note of its phrase that is left,
    unless that has its own; those of a phrase that went away whole wait, should it come back."""
    part = find_track(project, track)
    left = {note.id for note in notes}
    takes: dict[str, PhraseTakes] = dict(part.takes)
    for entry in phrases_of(project, part):
        ids = [note.id for note in entry.phrase.notes]
        for place, gone in enumerate(ids):
            heirs = [name for name in [*ids[place + 1 :], *reversed(ids[:place])] if name in left]
            if gone in takes and gone not in left and heirs and heirs[0] not in takes:
                takes[heirs[0]] = takes.pop(gone)
    breaks = tuple(name for name in part.phrase_breaks if name in left)
    return project.with_track(replace(part, notes=tuple(notes), phrase_breaks=breaks, takes=takes))


def updated(project: Project, track: str | None, notes: Sequence[Note], breaks: Sequence[NoteId]) -> Project:
    """With the notes of a clip as it is now: those that were there keep their ids, expression and takes, wherever they
    moved; words and places are the clip's.  A new note gets an id that no note of the track had."""
    part = find_track(project, track)
    matched = match_notes(part.notes, [False] * len(part.notes), notes)
    before = {new: old for old, new in enumerate(matched.after_of) if new is not None}
    used = {note.id for note in part.notes} | set(part.takes)
    names: dict[NoteId, NoteId] = {}
    number, carried = 0, []
    for index, note in enumerate(notes):
        if index in before:
            old = part.notes[before[index]]
            kept = replace(note, id=old.id, expression=old.expression, language=note.language or old.language)
            carried.append(TrackNote.of(kept, old.more))
        else:
            while f"n{number}" in used:
                number += 1
            used.add(f"n{number}")
            carried.append(TrackNote.of(replace(note, id=NoteId(f"n{number}"))))
        names[note.id] = carried[-1].id
    edited = with_notes(project, part.id, carried)
    fresh = replace(find_track(edited, part.id), phrase_breaks=tuple(names[name] for name in breaks if name in names))
    return edited.with_track(fresh)


def track_named(project: Project, track: Track) -> Track:
    """`track` with an id that no track of the project has."""
    used = {other.id for other in project.tracks}
    number = next(n for n in range(1, len(used) + 2) if f"t{n}" not in used)
    return replace(track, id=f"t{number}")


_KEYS = Number(*DRAWN_KEYS, "keys")


def _parsed(
    values: Mapping[str, str], fields: Mapping[str, Field], knobs: Mapping[str, float]
) -> tuple[dict[str, Any], dict[str, float]]:
    changes: dict[str, Any] = {}
    held = dict(knobs)
    for name, text in values.items():
        entry = fields.get(name)
        if entry is None and name not in KNOBS:
            known = ", ".join([*fields, *KNOBS])
            raise InputError(f"There is nothing called {name!r} to set here.", f"Choose one of: {known}.")
        if entry is not None:
            emptied = text == "" and entry.default is not REQUIRED
            changes[name] = entry.default if emptied else _value(name, text, entry.kind)
            if name == "language" and text:
                phonemizer(text)
        elif text == "":
            held.pop(name, None)
        else:
            held[name] = _value(name, text, knob_range(name))
    return changes, held


def _value(name: str, text: str, kind: Any) -> Any:
    """What a field's kind makes of typed text."""
    return _checked(_typed(text, kind.words), name, kind)


def _checked(raw: Any, name: str, kind: Any) -> Any:
    """What `kind` makes of a JSON value.  Raises `InputError` with its first fault."""
    faults = Faults()
    value = kind.read(raw, name, faults)
    if faults.count:
        fault = faults.first[0]
        raise InputError(f"{fault.place} {fault.message}.", "Give another value.")
    return value


def _typed(text: str, words: str) -> Any:
    if words.startswith(("number", "whole number")):
        try:
            return int(text) if text.lstrip("+-").isdecimal() and len(text) < 20 else float(text)
        except ValueError:
            return text
    if words.startswith("`true`"):
        return _SPOKEN.get(text.lower(), text)
    return text.split() if words.startswith("list") else text


def _check_points(name: str, curve: Curve, value: Any) -> None:
    points = Points(value)
    _checked(points.write(curve), name, points)


def _beside(piece: Curve, start: float, end: float) -> list[Curve]:
    """What of a drawn piece lies before `start` and after `end`."""
    if piece.end <= start or piece.start >= end:
        return [piece]
    rests = []
    if piece.start < start:
        rests.append(piece.within(piece.start, start))
    if piece.end > end:
        rests.append(piece.within(end, piece.end))
    return rests
