"""The notes of a track as a list for people: where they lie, what is written on them and what will be sung."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.errors import InputError
from engine.phonemize import guess_language
from engine.project.model import Project
from engine.project.phrases import find_track, phrases_of
from engine.score import Note, Phrase
from engine.score.assemble import key_name
from engine.score.syllables import Syllable, write_syllable
from engine.singing.by_hand import written_phones
from engine.singing.words import phones_of_notes


def note_facts(project: Project, name: str) -> list[dict[str, Any]]:
    """Each note of the track with this id, name or number, in order, with its place as `project set --note` takes it.

    `lyric` as in a MIDI file ("twin-", "-" for a melisma, "+" for the next syllable); `phones`: what is sung on the
    note, empty where a vowel is held; `by_hand`: those that were written; `knobs`: what was set on this note.
    """
    track, tempo_map = find_track(project, name), project.tempo_map.tempo_map()
    language = track.language or guess_language([note.lyric for note in track.notes])
    knobs = {note.id: dict(note.expression) for note in track.notes}  # without what the track lays on all of them
    facts = []
    for entry in phrases_of(project, track):
        spoken = _spoken(entry.phrase, entry.phrase.language or language)
        for note, phones in zip(entry.phrase.notes, spoken, strict=True):
            bar, beat = tempo_map.bar_beat(note.start)
            facts.append(
                {
                    "id": note.id,
                    "phrase": f"p{entry.number}",
                    "bar": bar,
                    "beat": round(beat, 3),
                    "length_quarters": round(note.duration, 6),
                    "key": note.key,
                    "key_name": key_name(note.key),
                    "lyric": _lyric(note),
                    "language": note.language,
                    "phones": list(phones),
                    "by_hand": list(note.phones),
                    "knobs": knobs[note.id],
                }
            )
    return facts


def _spoken(phrase: Phrase, language: str) -> Sequence[tuple[str, ...]]:
    """As the renderer does; nothing in a language that nobody here can pronounce (singing it says so)."""
    try:
        written = written_phones(phrase.notes, phrase.tempo_map)
        return phones_of_notes(written.notes, language, phrase.tempo_map).phones
    except InputError:
        return [()] * len(phrase.notes)


def _lyric(note: Note) -> str:
    said = Syllable(note.lyric, note.ends_word, note.holds, note.continues_word, (), note.breath)
    return write_syllable(said) if note.lyric or note.holds or note.continues_word or note.breath else ""
