"""What others need to know of a project that is sung whole: its first notes, its place and tempo, who sings it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from engine.project.file import read_project
from engine.project.phrases import heard_tracks
from engine.project.score import score_of_track
from engine.score import Score, TempoMap


@dataclass(frozen=True, slots=True)
class HeardProject:
    """`lead`: the notes of the first track that is heard.  `position_s`: where the clip begins on the DAW's timeline.

    `voices`: those that its tracks name.
    """

    lead: Score
    position_s: float
    voices: tuple[str, ...]

    @property
    def tempo_map(self) -> TempoMap:
        """Quarters from the clip's start, seconds from the timeline's."""
        return replace(self.lead.tempo_map, origin_s=self.position_s)


def heard_project(path: Path) -> HeardProject:
    """Raises `InputError` for a file that is no project, and one with nothing to sing."""
    project = read_project(path).project
    tracks = heard_tracks(project, path.name)
    position_s = project.clip.position_s if project.clip else 0.0
    voices = tuple(dict.fromkeys(track.voice for track in tracks if track.voice))
    return HeardProject(score_of_track(project, tracks[0]), position_s, voices)
