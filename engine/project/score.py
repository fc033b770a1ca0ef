"""A project's track as a score, and a score as a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.project.model import Origin, Project, Tempi, Track, TrackNote
from engine.score import KNOBS, Curve, Note, Score, with_value

_LONGEST_LYRIC = 1000
_LONGEST_NAME = 200


def project_of_score(score: Score, name: str, clip: Origin | None = None, voice: str = "") -> Project:
    """A project of one track that sings `score`; its problems are not kept."""
    tempo = score.tempo_map
    track = track_of_score(score, score.title or name, voice)
    return Project(_text(name, 500), Tempi(tempo.tempi, tempo.meters, tempo.pickup), (track,), clip)


def track_of_score(score: Score, name: str, voice: str = "", track_id: str = "t1") -> Track:
    """A track with the notes, curves and drawn pitch of `score`."""
    return Track(
        id=track_id,
        name=_text(name, _LONGEST_NAME),
        voice=voice,
        language=score.language,
        notes=tuple(TrackNote.of(replace(note, lyric=_text(note.lyric, _LONGEST_LYRIC))) for note in score.notes),
        phrase_breaks=score.phrase_breaks,
        curves=dict(score.curves),
        drawn=score.drawn,
    )


def score_of_track(project: Project, track: Track) -> Score:
    """What is sung: notes with their expression, curves with the track's own values laid on, drawn pitch.

    A knob of the whole track that can change over time counts like a curve; the others, on every note without its own.
    """
    held = {name: value for name, value in track.expression.items() if not KNOBS[name].curve}
    return Score(
        notes=tuple(_sung(note, held) for note in track.notes),
        tempo_map=project.tempo_map.tempo_map(),
        language=track.language,
        title=track.name,
        phrase_breaks=track.phrase_breaks,
        curves=_curves(track),
        drawn=track.drawn,
    )


def _sung(note: TrackNote, held: Mapping[str, float]) -> Note:
    return replace(note.plain(), expression={**held, **note.expression})


def _curves(track: Track) -> dict[str, Curve]:
    curves = dict(track.curves)
    for name, value in track.expression.items():
        knob = KNOBS[name]
        if knob.curve and value != knob.neutral:
            curves[name] = with_value(name, curves.get(name), value)
    return curves


def _text(text: str, longest: int) -> str:
    """What a project can hold: whole characters, not endless."""
    return text.encode("utf-8", "replace").decode()[:longest]
