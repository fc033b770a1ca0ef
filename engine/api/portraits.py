"""Where a portrait's face is, in a file that people can look at and mend."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from engine.avatar.canonical import three_points
from engine.avatar.figures import Point, face_of_picture
from engine.avatar.portrait.landmarks import write_landmarks
from engine.avatar.portrait.reading import read_picture
from engine.avatar.portrait.shape import Landmarks
from engine.avatar.renderer import Picture
from engine.errors import InputError
from engine.files import write_bytes_whole

DOTS, BEHIND = (40, 240, 90), (30, 40, 30)
READABLE, MOST_SCALED = 760.0, 4.0
"""How many pixels a face with its numbers takes, and how far a small picture is enlarged for it."""


@dataclass(frozen=True, slots=True)
class LocatedFace:
    """`landmarks`: their file.  `points`: middles of the left eye, the right eye and the mouth; `width`, `height`: of
    the picture as it is worked with; all in pixels."""

    landmarks: Path
    points: tuple[Point, Point, Point]
    width: int
    height: int


def locate_face(
    portrait: Path, out: Path, points: tuple[Point, Point, Point] | None = None, show: Path | None = None
) -> LocatedFace:
    """Write the 68 landmarks of `portrait` to `out`, found, or laid over three points; drawn into `show`, if given.

    Raises `InputError` for what is no picture or shows no face, and for names that cannot be written.
    """
    if show is not None and show.suffix.lower() != ".png":
        raise InputError(f"{show.name} is no name for a picture.", "End it in .png.")
    if show is not None and not show.parent.is_dir():
        raise InputError(f"The folder {show.parent} does not exist.", "Make it first, or name another place.")
    picture = read_picture(portrait)
    landmarks = face_of_picture(picture, None, points)
    height, width = picture.shape[:2]
    write_landmarks(out, landmarks, width, height)
    if show is not None:
        write_bytes_whole(show, _drawn_in(picture, landmarks))
    (left, right, mouth) = ((float(x), float(y)) for x, y in three_points(landmarks))
    return LocatedFace(out, (left, right, mouth), width, height)


def _drawn_in(picture: Picture, landmarks: Landmarks) -> bytes:
    """A PNG with a dot and a number for every landmark, so large that the numbers can be read."""
    scale = min(max(READABLE / float(np.ptp(landmarks, axis=0).max()), 1.0), MOST_SCALED)
    canvas = cv2.cvtColor(np.ascontiguousarray(picture[..., :3]), cv2.COLOR_RGB2BGR)
    canvas = cv2.resize(canvas, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    # A pixel's middle lies at a whole number before, and half a pixel of the larger picture elsewhere after.
    for number, (x, y) in enumerate((landmarks + 0.5) * scale - 0.5):
        place = (round(float(x)), round(float(y)))
        beside = (place[0] + 4, place[1] - 4)
        for colour, wider in ((BEHIND, 2), (DOTS, 0)):
            cv2.circle(canvas, place, 2 + wider // 2, colour, -1, cv2.LINE_AA)
            cv2.putText(canvas, str(number), beside, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1 + wider, cv2.LINE_AA)
    return bytes(cv2.imencode(".png", canvas)[1])
