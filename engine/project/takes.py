"""Takes of a phrase: made, chosen, liked, locked, forgotten.  Every function gives a new project.

Phrases and tracks are named as in `engine.project.phrases`.  A phrase without takes is sung with its track's seed; that
becomes its first take when something is done with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from engine.errors import InputError
from engine.project.model import NamedTake, PhraseTakes, Project, Track
from engine.project.phrases import TrackPhrase, find_phrase, find_track, phrases_of
from engine.project.shapes import MAX_SEED
from engine.score import NoteId

What = Literal["pitch", "timbre", "both"]
FIRST = "1"


def retake(project: Project, track: str | None, phrase: str, what: What = "both", seed: int | None = None) -> Project:
    """With a new take of the phrase, chosen: another seed in pitch, in timbre or both, the rest as in the present one.

    `seed` None: the smallest that no take of the phrase has had.  A take that there already is, is chosen, not made
    twice.  Raises `InputError` for a locked phrase.
    """
    if what not in ("pitch", "timbre", "both"):
        raise InputError(f"There are no takes in {what}.", "Choose pitch, timbre or both.")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise InputError(f"A seed cannot be {seed}.", f"Give a whole number from 0 to {MAX_SEED}.")

    def more(takes: PhraseTakes, entry: TrackPhrase) -> PhraseTakes:
        _refuse_locked(takes, entry)
        now = takes.current
        fresh = _unused_seed(takes) if seed is None else seed
        pitch = now.pitch_seed if what == "timbre" else fresh
        timbre = now.timbre_seed if what == "pitch" else fresh
        for take in takes.takes:
            if (take.pitch_seed, take.timbre_seed) == (pitch, timbre):
                return replace(takes, chosen=take.id)
        made = NamedTake(_unused_id(takes), pitch, timbre)
        return replace(takes, chosen=made.id, takes=(*takes.takes, made))

    return _edited(project, track, phrase, more)


def choose(project: Project, track: str | None, phrase: str, take: str) -> Project:
    """With another take sung.  Raises `InputError` for a locked phrase, or a take that there is not."""

    def other(takes: PhraseTakes, entry: TrackPhrase) -> PhraseTakes:
        found = _find(takes, take)
        if found.id != takes.chosen:
            _refuse_locked(takes, entry)
        return replace(takes, chosen=found.id)

    return _edited(project, track, phrase, other)


def like(project: Project, track: str | None, phrase: str, take: str | None = None, liked: bool = True) -> Project:
    """With a take (None: the present one) liked or not."""
    return _edited(project, track, phrase, lambda takes, _: _with_take(takes, replace(_find(takes, take), liked=liked)))


def name_take(project: Project, track: str | None, phrase: str, name: str, take: str | None = None) -> Project:
    """With a take (None: the present one) called `name`."""
    return _edited(project, track, phrase, lambda takes, _: _with_take(takes, replace(_find(takes, take), name=name)))


def lock(project: Project, track: str | None, phrase: str, locked: bool = True) -> Project:
    """With the phrase's present take locked: no retake and no choice changes what is sung, and where phrases are
    joined by an edit this one's takes count.  `locked=False` gives it free."""

    def held(takes: PhraseTakes, _: TrackPhrase) -> PhraseTakes:
        return _with_take(takes, replace(takes.current, locked=locked))

    return _edited(project, track, phrase, held)


def forget(project: Project, track: str | None, phrase: str, take: str | None = None) -> Project:
    """Without a take that is not sung now; None: without all takes, so that the track's seed counts again.

    Raises `InputError` for a locked take, or the one that is sung.
    """
    part = find_track(project, track)
    entry = find_phrase(project, part, phrase)
    if entry.takes is None:
        raise InputError(f"Phrase p{entry.number} has no takes yet.", "Make one first.", command="project retake")
    if take is None:
        if any(held.locked for held in entry.takes.takes):
            raise InputError(f"Phrase p{entry.number} is locked.", "Unlock it first.", command="project unlock")
        return project.with_track(_with_takes(part, entry.owner, None))
    found = _find(entry.takes, take)
    if found.id == entry.takes.chosen:
        raise InputError(f"Take {found.id} is the one that is sung.", "Choose another one first.")
    if found.locked:
        raise InputError(f"Take {found.id} is locked.", "Choose it and unlock it first.")
    rest = replace(entry.takes, takes=tuple(other for other in entry.takes.takes if other.id != found.id))
    return project.with_track(_with_takes(part, entry.owner, rest))


def seeds_of(project: Project, track: Track) -> dict[NoteId, tuple[int, int]]:
    """(pitch, timbre) seeds of every phrase that has takes, by its first note, as the renderer wants them."""
    return {
        entry.first: (entry.takes.current.pitch_seed, entry.takes.current.timbre_seed)
        for entry in phrases_of(project, track)
        if entry.takes is not None
    }


def first_take(track: Track) -> PhraseTakes:
    """What a phrase has before anything is done with it."""
    return PhraseTakes(FIRST, (NamedTake(FIRST, track.seed, track.seed),))


def _edited(
    project: Project, track: str | None, phrase: str, edit: Callable[[PhraseTakes, TrackPhrase], PhraseTakes]
) -> Project:
    part = find_track(project, track)
    entry = find_phrase(project, part, phrase)
    return project.with_track(_with_takes(part, entry.owner, edit(entry.takes or first_take(part), entry)))


def _with_takes(track: Track, owner: NoteId, takes: PhraseTakes | None) -> Track:
    rest = dict(track.takes)
    if takes is None:
        rest.pop(owner, None)
    else:
        rest[owner] = takes
    return replace(track, takes=rest)


def _with_take(takes: PhraseTakes, changed: NamedTake) -> PhraseTakes:
    return replace(takes, takes=tuple(changed if take.id == changed.id else take for take in takes.takes))


def _find(takes: PhraseTakes, wanted: str | None) -> NamedTake:
    """By id, else by name; None: the present one."""
    if wanted is None:
        return takes.current
    for take in takes.takes:
        if take.id == wanted:
            return take
    named = [take for take in takes.takes if take.name and take.name.casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    known = ", ".join(take.id for take in takes.takes[-10:])
    raise InputError(f"There is no take {wanted!r} of that phrase.", f"It has: {known}.")


def _refuse_locked(takes: PhraseTakes, entry: TrackPhrase) -> None:
    if takes.locked:
        what = f"Phrase p{entry.number} is locked on take {takes.chosen}."
        raise InputError(what, "Unlock it first.", command="project unlock")


def _unused_seed(takes: PhraseTakes) -> int:
    used = {seed for take in takes.takes for seed in (take.pitch_seed, take.timbre_seed)}
    return next(seed for seed in range(1, len(used) + 2) if seed not in used)


def _unused_id(takes: PhraseTakes) -> str:
    used = {take.id for take in takes.takes}
    return next(name for name in map(str, range(len(used) + 1, 2 * len(used) + 2)) if name not in used)
