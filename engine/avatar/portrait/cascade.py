"""The frontal-face cascade that comes with scikit-image, with soft scores: how face-like a window is, not just whether.

Boosted stages of multi-block local binary patterns: Liao et al., "Learning Multi-scale Block Local Binary Patterns for
Face Recognition" (2007), in OpenCV's XML form.  scikit-image's own evaluation says yes or no; here stages may be missed
by a little, so that tilted and dim faces still leave a score, and scores of neighbours can be summed.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

WINDOW = 24
"""Side of the cascade's window, pixels."""
Floats: TypeAlias = NDArray[np.float32]
_LEAST_SPREAD = 4.0  # standard deviation of a window's brightness
_WEIGHTS = np.array([128, 64, 32, 1, 0, 16, 2, 4, 8])  # of the blocks around the middle one, row by row


@dataclass(frozen=True, slots=True)
class Feature:
    """Nine blocks of `width` x `height` pixels from (`x`, `y`), and what each of the 256 patterns counts."""

    x: int
    y: int
    width: int
    height: int
    counts: Floats


@dataclass(frozen=True, slots=True)
class Stage:
    threshold: float
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """Windows: in which picture, at which row and column, and how far above the thresholds of all stages together."""

    picture: NDArray[np.intp]
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    score: Floats


@cache
def stages() -> tuple[Stage, ...]:
    """The bundled cascade, read once."""
    from skimage.data import lbp_frontal_face_cascade_filename

    root = ET.parse(lbp_frontal_face_cascade_filename()).getroot()[0]
    blocks = [[int(v) for v in (rect.text or "").split()] for rect in root.iter("rect")]
    return tuple(
        Stage(
            float(stage.findtext("stageThreshold", "")),
            tuple(_feature(weak, blocks) for weak in stage.iter("_") if weak.find("internalNodes") is not None),
        )
        for stage in root.findall("stages/_")
    )


def _feature(weak: ET.Element, blocks: list[list[int]]) -> Feature:
    node = [int(v) for v in weak.findtext("internalNodes", "").split()]
    below, above = (float(v) for v in weak.findtext("leafValues", "").split())
    words = np.array(node[3:], np.int32).view(np.uint32)
    is_below = (words[:, None] >> np.arange(32, dtype=np.uint32)) & 1
    x, y, width, height = blocks[node[2]]
    return Feature(x, y, width, height, np.where(is_below.ravel(), below, above).astype(np.float32))


def windows(pictures: list[NDArray[np.uint8]], slack: float) -> Hits:
    """Every window of grey `pictures` [H, W] that misses no stage by more than `slack`.

    All pictures go through a stage together: most of them are small, and then calls would cost more than counting.
    """
    large = [(i, p) for i, p in enumerate(pictures) if min(p.shape) >= WINDOW]
    sums = np.concatenate([np.zeros(0, np.int32), *(cv2.integral(p).astype(np.int32).ravel() for _, p in large)])
    start = 0
    places, rows, which = ([np.zeros(0, np.intp)] for _ in range(3))
    starts = [np.zeros(0, np.intp)]
    for i, picture in large:
        height, width = picture.shape
        row = width + 1
        y, x = np.nonzero(_uneven(picture))
        places.append(start + y * row + x)
        rows.append(np.full(len(y), row))
        which.append(np.full(len(y), i))
        starts.append(np.full(len(y), start))
        start += (height + 1) * row
    place, row_of = np.concatenate(places), np.concatenate(rows)
    origin = np.stack([np.concatenate(which), np.concatenate(starts)])
    scores = np.zeros(len(place), np.float32)
    for stage in stages():
        margin = np.full(len(place), -stage.threshold, np.float32)
        for feature in stage.features:
            margin += _counted(sums, place, row_of, feature)
        kept = margin >= -slack
        place, row_of, origin, scores = place[kept], row_of[kept], origin[:, kept], scores[kept] + margin[kept]
    corner = place - origin[1]
    return Hits(origin[0], corner // row_of, corner % row_of, scores)


def _uneven(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which windows hold anything: on an even wall all blocks are as bright as their middle, and every stage passes."""
    values = picture.astype(np.float64)
    sums, squares = cv2.integral(values), cv2.integral(values * values)
    mean, square = (
        (s[WINDOW:, WINDOW:] - s[:-WINDOW, WINDOW:] - s[WINDOW:, :-WINDOW] + s[:-WINDOW, :-WINDOW]) / WINDOW**2
        for s in (sums, squares)
    )
    return np.asarray(square - mean * mean > _LEAST_SPREAD**2, np.bool_)


def _counted(sums: NDArray[np.int32], places: NDArray[np.intp], rows: NDArray[np.intp], feature: Feature) -> Floats:
    columns = [feature.x + j * feature.width for j in range(4)]
    lines = [places + (feature.y + i * feature.height) * rows for i in range(4)]
    corners = [[sums[line + column] for column in columns] for line in lines]
    blocks = [
        corners[i][j] - corners[i][j + 1] - corners[i + 1][j] + corners[i + 1][j + 1]
        for i in range(3)
        for j in range(3)
    ]
    pattern = np.zeros(len(places), np.intp)
    for block, weight in zip(blocks, _WEIGHTS, strict=True):
        if weight:
            pattern += (block >= blocks[4]) * weight
    return feature.counts[pattern]
