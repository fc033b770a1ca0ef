"""Phones written by hand (`word[ph ph]`), as the phone table knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.phonemize.phones import ANY_PHONE, without_stress
from engine.score import Note, Problem, TempoMap


@dataclass(frozen=True, slots=True)
class WrittenPhones:
    """`notes` with known phones only; what was unknown is told in `problems`."""

    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]


def written_phones(notes: Sequence[Note], tempo_map: TempoMap) -> WrittenPhones:
    """Case and stress digits do not count; an unknown phone is left out, and told.

    Where none is known the word is pronounced as it is written.
    """
    kept: list[Note] = []
    problems: list[Problem] = []
    for note in notes:
        known, unknown = _sorted_out(note.phones)
        kept.append(replace(note, phones=known) if note.phones != known else note)
        if unknown:
            problems.append(_problem(note, known, unknown, tempo_map))
    return WrittenPhones(tuple(kept), tuple(problems))


def _sorted_out(phones: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    named = {phone: without_stress(phone.upper()) for phone in phones}
    known = tuple(named[phone] for phone in phones if named[phone] in ANY_PHONE)
    return known, tuple(phone for phone in phones if named[phone] not in ANY_PHONE)


def _problem(note: Note, known: Sequence[str], unknown: Sequence[str], tempo_map: TempoMap) -> Problem:
    bar, beat = tempo_map.bar_beat(note.start)
    several = len(unknown) > 1
    named = ", ".join(dict.fromkeys(unknown))
    what = f"“{note.lyric}” is written with {named}, which {'are no phones' if several else 'is no phone'} we know"
    rest = "the others are sung" if known else "the word is sung as it is spelled"
    return Problem("unknown_phone", f"Bar {bar}, beat {beat:g}: {what}; {rest}.", note.id, bar, beat)
