"""Mouth shapes and their times, read from a track, and put into one.

The alphabet is Rhubarb Lip Sync's, after Hanna-Barbera's: A lips closed (P, B, M), B teeth together (most
consonants, *ee*), C open (*eh*), D wide open (*ah*), E rounded (*aw*, *er*), F puckered (*oo*, W), G lower lip under
the teeth (F, V), H tongue up (long L), X at rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.avatar.params import FaceTrack, index_of

SHAPES = "ABCDEFGHX"
SHORTEST_S = 0.04
PAUSE_S = 0.25
"""Closed lips for so long are no consonant but a rest."""
FADE_S = 0.06
_MOUTH = ("open", "wide", "round", "tuck", "tongue")
_COLUMNS = [index_of(name) for name in _MOUTH]
_CLOSED = 0.07
"""Of `open`: less is not seen."""
_AIMS = {
    "A": (0.0, 0.0, 0.0, 0.0, 0.0),
    "B": (0.2, 0.45, 0.0, 0.0, 0.0),
    "C": (0.55, 0.25, 0.0, 0.0, 0.0),
    "D": (0.95, 0.1, 0.0, 0.0, 0.0),
    "E": (0.6, -0.2, 0.5, 0.0, 0.0),
    "F": (0.22, -0.65, 1.0, 0.0, 0.0),
    "G": (0.1, 0.1, 0.0, 0.95, 0.0),
    "H": (0.35, 0.1, 0.0, 0.0, 0.8),
    "X": (0.0, 0.0, 0.0, 0.0, 0.0),
}
_TELLING = np.array([1.6, 0.4, 0.9, 1.0, 0.8])
"""How much a difference in each parameter is seen."""

Doubles = NDArray[np.float64]


class Cue(NamedTuple):
    """The mouth has `shape`, one of `SHAPES`, from `start_s` to `end_s`, in seconds."""

    start_s: float
    end_s: float
    shape: str


class _Run(NamedTuple):
    first: int
    end: int
    shape: str


def cues_of(track: FaceTrack) -> list[Cue]:
    """The track as cues without gaps, from 0 to its end, each at least `SHORTEST_S` long where the track is.

    Neighbours differ in shape.  A cue begins at the time of its first row.
    """
    runs = _long_enough(_rests(_runs(_labels(track)), track.fps), track.fps)
    return [Cue(run.first / track.fps, run.end / track.fps, run.shape) for run in runs]


def track_with_cues(track: FaceTrack, cues: Iterable[Cue]) -> FaceTrack:
    """`track` with the mouth that `cues` ask for, where they ask for another than `cues_of` reads from it.

    There the five parameters of lips and tongue go to the shape and come back within `FADE_S` (less in a short cue);
    nothing else changes, and nothing outside the cue's own time.  Gaps between cues stay as they are; of cues that
    overlap the later one counts.  Raises `ValueError` for a shape that is none, or a cue that ends before it begins.
    """
    values = track.values.copy()
    now = _spelled(cues_of(track), track)
    wanted = _spelled(sorted(cues), track)
    # Resting and closed lips are the same mouth.
    same = (wanted == now) | (wanted == "") | (np.isin(wanted, ("A", "X")) & np.isin(now, ("A", "X")))
    for run in _runs(np.where(same, "", wanted)):
        if run.shape:
            share = _fade(run.end - run.first, track.fps)[:, None]
            part = values[run.first : run.end, _COLUMNS]
            values[run.first : run.end, _COLUMNS] = part + share * (np.array(_AIMS[run.shape], np.float32) - part)
    return FaceTrack(values, track.fps)


def mouth_of(shape: str) -> tuple[float, float, float, float, float]:
    """open, wide, round, tuck, tongue of a shape.  Raises `KeyError` for none of `SHAPES`."""
    return _AIMS[shape]


def _labels(track: FaceTrack) -> NDArray[np.str_]:
    """The nearest shape of every row; A for all closed mouths."""
    mouths = track.values[:, _COLUMNS].astype(np.float64)
    open_shapes = [shape for shape in SHAPES if shape not in "AX"]
    aims = np.array([_AIMS[shape] for shape in open_shapes])
    away = (((mouths[:, None] - aims) * _TELLING) ** 2).sum(axis=2)
    labels = np.array(open_shapes)[away.argmin(axis=1)] if len(mouths) else np.zeros(0, "<U1")
    closed = (mouths[:, 0] < _CLOSED) & (mouths[:, 3] < 0.4)
    return np.where(closed, "A", labels)


def _runs(labels: NDArray[np.str_]) -> list[_Run]:
    if not len(labels):
        return []
    edges = [0, *(np.flatnonzero(labels[1:] != labels[:-1]) + 1).tolist(), len(labels)]
    return [_Run(a, b, str(labels[a])) for a, b in pairwise(edges)]


def _rests(runs: Sequence[_Run], fps: float) -> list[_Run]:
    """Closed lips at both ends and for long are at rest."""
    last = len(runs) - 1
    return [
        run._replace(shape="X")
        if run.shape == "A" and (index in (0, last) or (run.end - run.first) / fps >= PAUSE_S)
        else run
        for index, run in enumerate(runs)
    ]


def _long_enough(runs: Sequence[_Run], fps: float) -> list[_Run]:
    """No run shorter than `SHORTEST_S`: closed lips take the time from the run before, others give theirs to it."""
    least = max(1, int(np.ceil(SHORTEST_S * fps - 1e-6)))
    kept: list[_Run] = []
    for run in runs:
        if kept and kept[-1].end - kept[-1].first < least:
            # The first of all, too short: it begins its successor.
            run = run._replace(first=kept.pop().first)
        missing = least - (run.end - run.first)
        if missing > 0 and kept:
            before = kept[-1]
            if run.shape in "AX" and before.end - before.first - missing >= least:
                kept[-1] = before._replace(end=before.end - missing)
                run = run._replace(first=run.first - missing)
            else:
                kept[-1] = before._replace(end=run.end)
                continue
        if kept and kept[-1].shape == run.shape:
            kept[-1] = kept[-1]._replace(end=run.end)
        else:
            kept.append(run)
    return kept


def _spelled(cues: Iterable[Cue], track: FaceTrack) -> NDArray[np.str_]:
    """The shape asked for at every row, "" where none is."""
    labels = np.full(len(track), "", "<U1")
    for cue in cues:
        if cue.shape not in SHAPES or len(cue.shape) != 1 or not 0 <= cue.start_s <= cue.end_s:
            raise ValueError(f"no cue: {cue}")
        # To the nearest row: files round times to a hundredth of a second.
        first, end = (int(time_s * track.fps + 0.5) for time_s in (cue.start_s, cue.end_s))
        labels[first:end] = cue.shape
    return labels


def _fade(count: int, fps: float) -> Doubles:
    """[count]: 1, less near both ends; 1 in at least one row."""
    fade = min(FADE_S * fps, max(0.5, (count - 1) / 2))
    from_edge = np.minimum(np.arange(count) + 0.5, count - np.arange(count) - 0.5)
    return np.asarray(np.minimum(1.0, from_edge / fade), np.float64)
