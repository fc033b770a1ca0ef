"""68 landmarks from three clicks, and their file `.landmarks.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from engine.avatar.portrait.shape import MEAN, MOUTH, NUM_POINTS, Landmarks
from engine.errors import InputError
from engine.files import write_bytes_whole

Point: TypeAlias = tuple[float, float]
SUFFIX = ".landmarks.json"
_VERSION = 1


def landmarks_from_points(left_eye: Point, right_eye: Point, mouth: Point) -> Landmarks:
    """All 68 landmarks of the mean face, moved, scaled and slanted so that eyes and mouth fall on three clicks.

    Points are (x, y) in pixels of the picture: the middles of both eyes in any order and the middle of the line between
    the lips.  Raises `InputError` when they span no face: eyes together, or a mouth on the line of the eyes.
    """
    eyes = np.array([left_eye, right_eye], np.float64)
    down = np.array(mouth, np.float64) - eyes.mean(0)
    across = eyes[1] - eyes[0]
    area = across[0] * down[1] - across[1] * down[0]
    if not np.isfinite(area) or abs(area) < 0.2 * max(across @ across, down @ down, 1.0):
        what = "Two eyes and a mouth at these places make no face."
        raise InputError(what, "Place one point on each eye and one between the lips.")
    if area < 0:  # clicked the other way round: the mouth is below the eyes, whichever came first
        eyes, across = eyes[::-1], -across
    slanted = MEAN[:, :1] * across + MEAN[:, 1:] * (down / MOUTH[1])
    return np.asarray(eyes.mean(0) + slanted, np.float32)


def write_landmarks(path: Path, landmarks: Landmarks, width: int, height: int) -> None:
    """Landmarks of a picture of `width` x `height` pixels as JSON.  Raises as `engine.files.written_whole`."""
    points = [[round(float(x), 2), round(float(y), 2)] for x, y in landmarks]
    facts = {"format": "melisma-landmarks", "version": _VERSION, "width": width, "height": height, "points": points}
    write_bytes_whole(path, (json.dumps(facts, indent=1) + "\n").encode())


def read_landmarks(path: Path, width: int, height: int) -> Landmarks:
    """Landmarks from a file, scaled to a picture of `width` x `height` pixels.

    Raises `InputError` when the file cannot be read, is none of ours, or belongs to a picture of another shape.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"The landmarks in {path.name} cannot be read."
        raise InputError(what, "Name a file that was saved by Melisma.") from error
    points = _checked(facts, path)
    if abs(facts["width"] * height - facts["height"] * width) > 0.02 * facts["width"] * height:
        what = f"{path.name} belongs to a picture of {facts['width']} x {facts['height']}, not of {width} x {height}."
        raise InputError(what, "Use the picture for which the points were placed, or place them again.")
    return np.asarray(points * (width / facts["width"], height / facts["height"]), np.float32)


def _checked(facts: Any, path: Path) -> Landmarks:
    """The points of a file whose form is right; JSON may hold anything."""
    hint = "Name a file that was saved by Melisma, or place the points again."
    if not isinstance(facts, dict) or facts.get("format") != "melisma-landmarks" or facts.get("version") != _VERSION:
        raise InputError(f"{path.name} does not hold landmarks of version {_VERSION}.", hint)
    sides = (facts.get("width"), facts.get("height"))
    if not all(isinstance(side, int) and not isinstance(side, bool) and 0 < side < 100_000 for side in sides):
        raise InputError(f"{path.name} does not say how large its picture is.", hint)
    try:
        points = np.array(facts.get("points"), np.float32)
    except (TypeError, ValueError):
        points = np.zeros(0, np.float32)
    most = 3 * max(facts["width"], facts["height"])
    if points.shape != (NUM_POINTS, 2) or not np.isfinite(points).all() or np.abs(points).max() > most:
        raise InputError(f"{path.name} does not hold {NUM_POINTS} points with x and y.", hint)
    return points
