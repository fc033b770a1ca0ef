"""Whom a window can choose from: the bundled characters, and the face in a portrait."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.avatar.canonical import three_points
from engine.avatar.figures import Point, avatar_files, face_of_picture
from engine.avatar.portrait.reading import read_picture
from engine.errors import InputError


@dataclass(frozen=True, slots=True)
class BundledFigure:
    """`thumbnail`: a square PNG with clear surroundings."""

    id: str
    name: str
    thumbnail: Path


@dataclass(frozen=True, slots=True)
class FoundFace:
    """`width`, `height`: of the picture as it is worked with, upright; all points are in its pixels.

    `landmarks` [68][2] and `points` (left eye, right eye, mouth) are empty where no face was `found`; `why` says it.
    """

    found: bool
    width: int
    height: int
    landmarks: tuple[Point, ...] = ()
    points: tuple[Point, ...] = ()
    why: str = ""


def bundled_figures() -> list[BundledFigure]:
    """All bundled characters, by id."""
    return [BundledFigure(name, _name_of(path), path.with_suffix(".png")) for name, path in avatar_files().items()]


def found_face(portrait: Path, points: tuple[Point, Point, Point] | None = None) -> FoundFace:
    """Where the face of `portrait` is: found, or laid over three points by hand.

    Raises `InputError` for what is no picture, and for points that make no face.
    """
    picture = read_picture(portrait)
    height, width = picture.shape[:2]
    try:
        landmarks = face_of_picture(picture, None, points)
    except InputError as error:
        if points is not None:
            raise
        return FoundFace(False, width, height, why=str(error.message))
    return FoundFace(True, width, height, _pairs(landmarks), _pairs(three_points(landmarks)))


def _name_of(path: Path) -> str:
    """As the character calls itself, else after its file."""
    try:
        name = json.loads(path.read_text(encoding="utf-8")).get("name")
    except (OSError, ValueError, AttributeError):
        name = None
    return name if isinstance(name, str) and name else path.stem.title()


def _pairs(points: NDArray[np.floating]) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in points)
