"""Whose face it is: a bundled character, a character's file, or a portrait; ready to be moved and drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.avatar.canonical import canonical_face
from engine.avatar.drawn.character import Character, load_character
from engine.avatar.drawn.face import DrawnFace
from engine.avatar.params import NUM_PARAMS, Floats
from engine.avatar.portrait.finding import find_face
from engine.avatar.portrait.landmarks import landmarks_from_points, read_landmarks
from engine.avatar.portrait.portrait_face import portrait_face
from engine.avatar.portrait.reading import read_picture
from engine.avatar.renderer import Face
from engine.avatar.stage import Background, figure_size, staged
from engine.errors import InputError, MelismaError
from engine.folders import presets_folder

Point = tuple[float, float]
_MEASURING = 256
_AT_REST = np.zeros(NUM_PARAMS, np.float32)


@dataclass(frozen=True, slots=True)
class Figure:
    """`reference`: the face at rest as the network sees it, [3, 64, 64]; `face_of(size)`: it drawn so many pixels
    high."""

    name: str
    reference: Floats
    face_of: Callable[[int], Face]

    def on_stage(self, width: int, height: int, background: Background) -> Face:
        """The figure on a canvas, drawn as large as it stands there."""
        _, figure_height = figure_size(self.face_of(_MEASURING), width, height)
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
    character = load_character(path)
    return Figure(path.stem, _drawn_reference(character), lambda size: DrawnFace(character, size))


def portrait_figure(
    portrait: Path, landmarks: Path | None = None, points: tuple[Point, Point, Point] | None = None
) -> Figure:
    """A picture's face: found, or where a file of landmarks or three points (two eyes, the mouth) say.

    Raises `InputError` for what is no picture, shows no face, or landmarks of another picture.
    """
    picture = read_picture(portrait)
    if landmarks is not None:
        found = read_landmarks(landmarks, picture.shape[1], picture.shape[0])
    elif points is not None:
        found = landmarks_from_points(*points)
    else:
        found = find_face(picture)
    return Figure(portrait.stem, canonical_face(picture, found), lambda size: portrait_face(picture, found, size))


def _drawn_reference(character: Character) -> Floats:
    face = DrawnFace(character, _MEASURING)
    return canonical_face(face.draw(_AT_REST), face.landmarks(_AT_REST))
