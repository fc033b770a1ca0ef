"""Small songs for the tiny voice."""

from __future__ import annotations

from dataclasses import replace

from engine.project.model import Project, Tempi, Track, TrackNote

WORDS = ("sing", "a", "song", "for", "me", "to", "day", "now")


def lead(phrases: int = 4, **fields: object) -> Track:
    """Phrases of four quarters, two bars apart."""
    notes = []
    for phrase in range(phrases):
        for step in range(4):
            lyric = WORDS[(phrase * 4 + step) % len(WORDS)]
            notes.append(TrackNote(f"n{phrase}-{step}", phrase * 8.0 + step, 1.0, 60 + (phrase * 3 + step) % 12, lyric))
    return Track("t1", "Lead", voice="tiny", language="en", notes=tuple(notes), **fields)  # type: ignore[arg-type]


def song(*tracks: Track) -> Project:
    """At 120 quarters a minute; without tracks, of one."""
    return Project("song", Tempi(((0.0, 120.0),)), tracks or (lead(),))


def with_key(project: Project, note: str, key: int) -> Project:
    """With another key for one note."""
    track = project.tracks[0]
    notes = tuple(replace(one, key=key) if one.id == note else one for one in track.notes)
    return project.with_track(replace(track, notes=notes))
