"""What the inspector tells of the selected notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from engine.api.project import NamedTake, PhraseTakes, Track
from engine.score import TempoMap
from gui.texts import plural
from gui.texts import sing as text
from gui.widgets.keyboard import key_name
from gui.widgets.note_inspector import ShownNotes
from gui.widgets.roll_words import words_of
from gui.widgets.take_list import ShownTake

FIRST = "1"
"""What the take is called that a phrase has before another one was made."""


def shown_notes(
    track: Track, tempo_map: TempoMap, selected: Collection[str], said: Mapping[str, Sequence[str]]
) -> ShownNotes | None:
    """Of the selected notes; None when there are none.  `said`: what the plan sings on each note."""
    notes = [note for note in track.notes if note.id in selected]
    if not notes:
        return None
    first = notes[0]
    bar, beat = tempo_map.bar_beat(first.start)
    facts = [
        (text.NOTE_KEY, _span([note.key for note in notes])),
        (text.NOTE_AT, f"{bar}.{beat:g}"),
        (text.NOTE_LENGTH, _length(sum(note.duration for note in notes))),
    ]
    title = words_of(first) if len(notes) == 1 else plural(text.NOTE_ONE, text.NOTE_SEVERAL, len(notes))
    return ShownNotes(
        title, tuple(facts), dict(first.expression), " ".join(first.phones), " ".join(said.get(first.id, ()))
    )


def _length(quarters: float) -> str:
    told = f"{round(quarters, 3):g}"
    return (text.NOTE_QUARTER if told == "1" else text.NOTE_QUARTERS).format(length=told)


def _span(keys: Sequence[int]) -> str:
    low, high = min(keys), max(keys)
    return key_name(low) if low == high else f"{key_name(low)} – {key_name(high)}"


def takes_of(track: Track, notes: Sequence[str]) -> PhraseTakes:
    """The takes of the phrase that has these notes, in time order: those of a locked one first, else of the earliest
    note that has any; else what the phrase was sung with before."""
    having = [track.takes[note] for note in notes if note in track.takes]
    locked = [takes for takes in having if takes.locked]
    first = PhraseTakes(FIRST, (NamedTake(FIRST, track.seed, track.seed),))
    return (locked or having or [first])[0]


def shown_takes(takes: PhraseTakes) -> tuple[ShownTake, ...]:
    """The takes as the list shows them, the oldest first."""
    return tuple(
        ShownTake(
            take.id, take.name, take.pitch_seed, take.timbre_seed, take.id == takes.chosen, take.liked, take.locked
        )
        for take in takes.takes
    )


def words_sung(track: Track, notes: Sequence[str]) -> str:
    """The words of a phrase, syllables of a word joined."""
    wanted = frozenset(notes)
    words = ""
    for note in track.notes:
        if note.id in wanted:
            words += note.lyric + (" " if note.lyric and note.ends_word else "")
    return words.strip()
