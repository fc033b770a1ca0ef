"""How soon one edited note is heard, as the window asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.api.live import LiveRequest, LiveSinger, LiveSound
from engine.api.live_voices import LiveVoices
from engine.api.project import NewProject, project_of_clip
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.project.model import Project


@dataclass(frozen=True, slots=True)
class EditFigures:
    """Medians over some notes, in seconds from a changed note: `heard_s` to the first sound of it, which may be a draft
    around the note, `whole_s` to its phrase as it stays."""

    heard_s: float
    whole_s: float


def measure_edits(clip: Path, name: str, voice: HiddenSinger, edits: int) -> EditFigures:
    """Notes spread over `clip`, each a semitone higher in turn; `name`: under which `voice` is installed."""
    project, _ = project_of_clip(NewProject(clip, clip.with_suffix(".melisma"), voice=name))
    singer = LiveSinger(LiveVoices(lambda _model, _device: voice))
    sounds: list[LiveSound] = []
    _sing(singer, project, frozenset(), 0.0, sounds.append)
    known = frozenset(sound.key for sound in sounds)
    notes = range(len(project.tracks[0].notes))
    spent = [
        _edit(singer, project, known, index) for index in np.linspace(0, notes[-1], 2 * edits + 1).astype(int)[1::2]
    ]
    heard_s, whole_s = np.median(np.array(spent), axis=0)
    return EditFigures(float(heard_s), float(whole_s))


def _edit(singer: LiveSinger, project: Project, known: frozenset[str], index: int) -> tuple[float, float]:
    track = project.tracks[0]
    notes = list(track.notes)
    notes[index] = replace(notes[index], key=notes[index].key + 1)
    edited = replace(project, tracks=(replace(track, notes=tuple(notes)),))
    came: list[float] = []
    started = time.monotonic()
    near_s = project.tempo_map.tempo_map().seconds(notes[index].start)
    _sing(singer, edited, known, near_s, lambda _sound: came.append(time.monotonic()))
    return came[0] - started, came[-1] - started


def _sing(
    singer: LiveSinger, project: Project, known: frozenset[str], near_s: float, tell: Callable[[LiveSound], None]
) -> None:
    request = LiveRequest(project, project.tracks[0].id, known, near_s)
    singer.sing(request, JobContext(), lambda _plan: None, tell)
