"""The demo song: a clip that comes along, with some expression in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.api.project import Project, Track
from engine.folders import presets_folder
from gui.document.curves import paint, set_value
from gui.document.song_file import SongFile, read_song
from gui.texts import shell as texts

CLIP = "amazing-grace.mid"
_SOFT_DB, _LOUD_DB, _TOP = -5.0, 3.0, 0.55
"""`_TOP`: where in a phrase it is loudest."""
_VIBRATO = {"vibrato_depth": 45.0, "vibrato_rate": 5.5, "vibrato_onset": 0.35}
_LONG = 2.0
"""Quarters that a note with a vibrato of its own has at least."""


def demo_song() -> SongFile:
    """Amazing Grace, as a song of its own.  Raises `InputError` where the clips are not installed."""
    file = read_song(presets_folder() / "clips" / CLIP)
    project = replace(file.project, name=texts.DEMO_NAME)
    return replace(file, project=_expressive(project))


def _expressive(project: Project) -> Project:
    """Each phrase swells to its middle, and long notes sway."""
    track = project.tracks[0]
    swells = [
        point
        for start, end in _phrases(track)
        for point in ((start, _SOFT_DB), (start + _TOP * (end - start), _LOUD_DB), (end, _SOFT_DB))
    ]
    project = paint(project, track.id, "dynamics", swells)
    long = [note.id for note in track.notes if note.end - note.start >= _LONG]
    for knob, value in _VIBRATO.items():
        project = set_value(project, track.id, long, knob, value)
    return project


def _phrases(track: Track) -> Iterator[tuple[float, float]]:
    """(start, end) in quarters of each."""
    start = track.notes[0].start
    for note, following in zip(track.notes, (*track.notes[1:], None), strict=True):
        if following is None or note.id in track.phrase_breaks:
            yield start, note.end
            start = note.end if following is None else following.start
