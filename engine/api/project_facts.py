"""What is told of a project: its tracks, phrases and takes, and what is worth knowing before it is sung."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.errors import MelismaError
from engine.project.model import Project, Track
from engine.project.phrases import TrackPhrase, find_phrase, find_track, phrases_of
from engine.project.takes import first_take


def project_facts(project: Project, track: str | None = None) -> dict[str, Any]:
    """Tracks with their phrases and takes, for people and scripts; `track`: of that one alone."""
    tempo_map = project.tempo_map.tempo_map()
    return {
        "name": project.name,
        "bpm": tempo_map.tempi[0][1],
        "clip": None if project.clip is None else project.clip.path or project.clip.name,
        "position_s": project.clip.position_s if project.clip else 0.0,
        "tracks": [
            _track_facts(project, part, number)
            for number, part in enumerate(project.tracks, start=1)
            if track is None or part == find_track(project, track)
        ],
    }


def takes_facts(project: Project, track: str | None, phrase: str) -> dict[str, Any]:
    """One phrase with all its takes."""
    part = find_track(project, track)
    entry = find_phrase(project, part, phrase)
    kept = entry.takes or first_take(part)
    takes = [
        {key: value for key, value in asdict(take).items() if key != "more"} | {"chosen": take.id == kept.chosen}
        for take in kept.takes
    ]
    return _phrase_facts(entry) | {"takes": takes}


def missing_singers(project: Project) -> tuple[str, ...]:
    """Tracks that nobody here could sing now, in sentences: a project may come from another machine."""
    from engine.models.registry import find_singer

    found = []
    for track in project.tracks:
        try:
            find_singer(track.voice or None)
        except MelismaError as error:
            found.append(f"Track {track.name}: {error}")
    return tuple(found)


def loose_ends(project: Project) -> tuple[str, ...]:
    """What is no fault, but worth knowing: voices that are not here, takes that wait for notes which are gone, knobs
    that are not known here."""
    found = list(missing_singers(project))
    for track in project.tracks:
        notes = {note.id for note in track.notes}
        if waiting := [name for name in track.takes if name not in notes]:
            found.append(f"Track {track.name}: takes of {len(waiting)} phrases wait for notes that are gone.")
        used = {entry.owner for entry in phrases_of(project, track)}
        if beside := [name for name in track.takes if name in notes and name not in used]:
            found.append(f"Track {track.name}: takes of {', '.join(beside[:5])} are beside those of a joined phrase.")
        if breaks := [name for name in track.phrase_breaks if name not in notes]:
            found.append(f"Track {track.name}: {len(breaks)} line ends name notes that are gone.")
        if knobs := sorted(track.more.get("curves", {})):
            found.append(
                f"Track {track.name}: curves that this Melisma does not know are kept: {', '.join(knobs[:5])}."
            )
    return tuple(found)


def _track_facts(project: Project, track: Track, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "id": track.id,
        "name": track.name,
        "voice": track.voice,
        "language": track.language,
        "notes": len(track.notes),
        "mute": track.mute,
        "gain_db": track.gain_db,
        "pan": track.pan,
        "transpose": track.transpose,
        "seed": track.seed,
        "choir": track.choir.voices if track.choir else None,
        "blend": dict(track.blend),
        "expression": dict(track.expression),
        "curves": sorted(track.curves),
        "drawn": len(track.drawn),
        "phrases": [_phrase_facts(entry) for entry in phrases_of(project, track)],
    }


def _phrase_facts(entry: TrackPhrase) -> dict[str, Any]:
    takes = entry.takes
    return {
        "phrase": f"p{entry.number}",
        "bar": entry.bar,
        "note": entry.first,
        "words": entry.words,
        "start_s": entry.phrase.start_s,
        "duration_s": entry.phrase.duration_s,
        "take": takes.chosen if takes else None,
        "take_name": takes.current.name if takes else "",
        "liked": takes.current.liked if takes else False,
        "locked": takes.locked if takes else False,
        "take_count": len(takes.takes) if takes else 0,
    }
