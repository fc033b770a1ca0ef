"""Whose face it is: a bundled character, a character's file, or a portrait; ready to be moved and drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from engine.avatar.canonical import canonical_face
from engine.avatar.drawn.character import Character, load_character
from engine.avatar.drawn.face import DrawnFace
from engine.avatar.params import NUM_PARAMS, Floats
from engine.avatar.portrait.finding import find_face
from engine.avatar.portrait.landmarks import landmarks_from_points, read_landmarks
from engine.avatar.portrait.portrait_face import portrait_face
from engine.avatar.portrait.reading import read_picture
from engine.avatar.portrait.shape import Landmarks
from engine.avatar.renderer import Face, Picture
from engine.avatar.stage import Background, figure_size, staged
from engine.errors import InputError, MelismaError
from engine.folders import presets_folder

Point = tuple[float, float]
_MEASURING = 256
_AT_REST = np.zeros(NUM_PARAMS, np.float32)
USUAL_SIDE = 512
"""Of the video's shorter side, in pixels, where nobody asks for a size."""
USUAL_COLOUR = Background(colour=(233, 228, 220))
_WIDEST = 2.0
_BLUR, _DIM = 0.04, 0.55


@dataclass(frozen=True, slots=True)
class Figure:
    """`reference`: the face at rest as the network sees it, [3, 64, 64]; `at_rest`: all of it, in small, [H, W, 4];
    `face_of(size)`: it drawn so many pixels high; `usual_size` (width, height) in pixels and `usual_background`: of its
    video, where nobody asks for others."""

    name: str
    reference: Floats
    at_rest: Picture
    face_of: Callable[[int], Face]
    usual_size: tuple[int, int] = (USUAL_SIDE, USUAL_SIDE)
    usual_background: Background = USUAL_COLOUR

    def on_stage(self, width: int, height: int, background: Background) -> Face:
        """The figure on a canvas, drawn as large as it stands there."""
        _, figure_height = figure_size(_Still(self.at_rest), width, height)
        return staged(self.face_of(figure_height), width, height, background)


def avatar_files() -> dict[str, Path]:
    """The bundled characters, by id."""
    return {path.stem: path for path in sorted((presets_folder() / "avatars").glob("*.json"))}


def drawn_figure(avatar: str | None) -> Figure:
    """A character by id, or by the path of its file; None: the first.  Raises `InputError` for neither."""
    files = avatar_files()
    if avatar is None:
        if not files:
            raise MelismaError("No avatar is installed.", "Install Melisma again.")
        avatar = next(iter(files))
    path = files.get(avatar, Path(avatar))
    if avatar not in files and path.suffix != ".json":
        raise InputError(f"There is no avatar called {avatar}.", f"There are: {', '.join(files)}.")
    return character_figure(path.stem, load_character(path))


def character_figure(name: str, character: Character) -> Figure:
    """A drawn character."""
    face = DrawnFace(character, _MEASURING)
    at_rest = face.draw(_AT_REST)
    reference = canonical_face(at_rest, face.landmarks(_AT_REST))
    return Figure(name, reference, at_rest, lambda size: DrawnFace(character, size))


def portrait_figure(
    portrait: Path, landmarks: Path | None = None, points: tuple[Point, Point, Point] | None = None
) -> Figure:
    """A picture's face: found, or where a file of landmarks or three points (two eyes, the mouth) say.

    Raises `InputError` for what is no picture, shows no face, or landmarks of another picture.
    """
    picture = read_picture(portrait)
    found = face_of_picture(picture, landmarks, points)
    height = picture.shape[0]
    longer = max(picture.shape[:2])
    return Figure(
        portrait.stem,
        canonical_face(picture, found),
        _small(picture),
        lambda size: portrait_face(picture, found, round(size * longer / height)),
        _size_like(picture),
        _soft_copy(picture),
    )


def face_of_picture(
    picture: Picture, landmarks: Path | None = None, points: tuple[Point, Point, Point] | None = None
) -> Landmarks:
    """The 68 landmarks of a picture: those of a file, laid over three points, or found.  Raises `InputError`."""
    if landmarks is not None:
        return read_landmarks(landmarks, picture.shape[1], picture.shape[0])
    if points is not None:
        return landmarks_from_points(*points)
    return find_face(picture)


def _size_like(picture: Picture) -> tuple[int, int]:
    """The picture's own shape, neither a ribbon nor a tower; even sides."""
    height, width = picture.shape[:2]
    longer = USUAL_SIDE * min(max(width, height) / min(width, height), _WIDEST)
    longer = 2 * round(longer / 2)
    return (longer, USUAL_SIDE) if width > height else (USUAL_SIDE, longer)


def _soft_copy(picture: Picture) -> Background:
    """What lies beside a portrait on a canvas of another shape: itself, out of focus and darker."""
    if (picture[..., 3] < 255).any():
        return USUAL_COLOUR
    soft = cv2.GaussianBlur(_small(picture), (0, 0), _BLUR * _MEASURING)
    soft[..., :3] = np.asarray(soft[..., :3] * _DIM, np.uint8)
    return Background(picture=soft)


def _small(picture: Picture) -> Picture:
    scale = _MEASURING / max(picture.shape[:2])
    small: Picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small


class _Still:
    """A face that does not move: enough to see how it stands on a stage."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.height, self.width = picture.shape[:2]

    def draw(self, values: Floats) -> Picture:  # noqa: ARG002
        return self._picture
