"""Whose face it is, as the paper's networks take it: a fixed square around it, where it is, who it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.shape import LEFT_EYE, OUTER_LIPS, RIGHT_EYE, Landmarks, face_unit
from engine.errors import InputError
from engine.runtime import Session, load_session

Rgb = NDArray[np.uint8]
"""[H, W, 3]."""
_UNITS = 4.8
"""Side of the square in eye distances: chin to hairline are 2.9 of them, and 60 % of the picture's height."""
_MIDDLE = 0.55
"""Of the face, below the eyes, in eye distances."""
_FACE_WIDER, _LIPS_WIDER = 1.2, 2.0
_FACE_BLUR, _LIPS_BLUR = 51 / 64, 31 / 64
"""Kernel sizes in shares of the masks' side (Hallo blurs them at 64 x 64)."""
_NOSE_TIP, _CORNERS = 30, (48, 54)
# Where a recogniser of the ArcFace kind expects eyes, nose and corners of the mouth in 112 x 112 (Deng et al. 2019).
_RECOGNISER_SIDE = 112
_EXPECTED = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)], np.float32
)


@dataclass(frozen=True, slots=True)
class Square:
    """Corner and side in pixels of a picture."""

    x: int
    y: int
    side: int

    def cut(self, picture: Rgb, side: int) -> Rgb:
        """[H, W, 3] -> [side, side, 3]."""
        part = picture[self.y : self.y + self.side, self.x : self.x + self.side]
        way = cv2.INTER_AREA if self.side > side else cv2.INTER_CUBIC
        return np.ascontiguousarray(cv2.resize(part, (side, side), interpolation=way), np.uint8)

    def within(self, landmarks: Landmarks, side: int) -> Landmarks:
        """Landmarks of the picture as landmarks of what `cut` gives."""
        return np.asarray((landmarks - (self.x, self.y)) * (side / self.side), np.float32)


@dataclass(frozen=True, slots=True)
class PreparedFace:
    """`located` uint8 [S, S], 0 or 1: the face's box; `masks` float16 [3, h, w], 0 to 1: all but the face, the face
    but the lips, the lips; `embedding` float32 [E], or zeros where no recogniser was at hand."""

    located: NDArray[np.uint8]
    masks: NDArray[np.float16]
    embedding: NDArray[np.float32]


def square_around(faces: Sequence[Landmarks], width: int, height: int) -> Square:
    """A square that the face keeps to in all of `faces`, within a picture of `width` x `height` pixels."""
    units = np.array([face_unit(face) for face in faces])
    middles = np.stack([_eyes(face) + np.array([0, _MIDDLE * unit]) for face, unit in zip(faces, units, strict=True)])
    low, high = middles.min(axis=0), middles.max(axis=0)
    side = round(min(_UNITS * float(np.median(units)) + float((high - low).max()), width, height))
    corner = np.round((low + high) / 2 - side / 2).astype(int)
    x, y = np.clip(corner, 0, (width - side, height - side))
    return Square(int(x), int(y), side)


def prepare_face(
    faces: Sequence[Landmarks], side: int, latent_side: int, embedding: NDArray[np.float32]
) -> PreparedFace:
    """Masks that hold for all of `faces`, which are landmarks of pictures `side` pixels wide and high.

    Boxes around face and lips, widened, blurred and taken apart as Hallo does: what audio attention works in.
    """
    located = _boxes(faces, slice(None), _FACE_WIDER, side)
    face = _blurred(located, latent_side, _FACE_BLUR)
    lips = _blurred(_boxes(faces, OUTER_LIPS, _LIPS_WIDER, side), latent_side, _LIPS_BLUR)
    masks = np.stack([1 - face, np.clip(face - lips, 0, 1), lips]).astype(np.float16)
    return PreparedFace(located, masks, embedding)


class Recogniser:
    """A face recogniser of the ArcFace kind, in ONNX: [1, 3, 112, 112] -> [1, size]; none: zeros, as Hallo does."""

    def __init__(self, path: Path | None, size: int) -> None:
        self.size = size
        self._session: Session | None = None
        if path is None:
            return
        if not path.is_file():
            raise InputError(f"There is no file {path}.", "Name the face recogniser's .onnx file, or none.")
        self._session = load_session(path)
        found = np.asarray(self._run(np.zeros((_RECOGNISER_SIDE, _RECOGNISER_SIDE, 3), np.uint8))).size
        if found != size:
            what = f"{path.name} describes a face by {found} numbers, and the networks take {size}."
            raise InputError(what, "Give the recogniser that the networks were trained with.")

    def embedding(self, picture: Rgb, landmarks: Landmarks) -> NDArray[np.float32]:
        """[size]."""
        if self._session is None:
            return np.zeros(self.size, np.float32)
        points = np.stack(
            [
                landmarks[LEFT_EYE].mean(axis=0),
                landmarks[RIGHT_EYE].mean(axis=0),
                landmarks[_NOSE_TIP],
                *landmarks[list(_CORNERS)],
            ]
        )
        turn, _ = cv2.estimateAffinePartial2D(points, _EXPECTED, method=cv2.LMEDS)
        return self._run(cv2.warpAffine(picture, turn, (_RECOGNISER_SIDE, _RECOGNISER_SIDE)))

    def _run(self, picture: Any) -> NDArray[np.float32]:
        assert self._session is not None
        tensor = (picture.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
        found = self._session.run({self._session.input_names[0]: tensor})
        return np.asarray(next(iter(found.values())), np.float32).ravel()


def drawn_boxes(picture: Rgb, face: PreparedFace) -> Rgb:
    """The picture with what the masks say, for people to look at: what is not the face is darker, lips are red."""
    masks = cv2.resize(face.masks.astype(np.float32).transpose(1, 2, 0), picture.shape[:2][::-1])
    shown = picture * (1 - 0.6 * masks[..., :1]) + masks[..., 2:] * np.array([60, 0, 0])
    return np.asarray(np.clip(shown, 0, 255), np.uint8)


def _eyes(face: Landmarks) -> NDArray[np.float32]:
    return np.asarray((face[LEFT_EYE].mean(axis=0) + face[RIGHT_EYE].mean(axis=0)) / 2, np.float32)


def _boxes(faces: Sequence[Landmarks], part: slice, wider: float, side: int) -> NDArray[np.uint8]:
    """1 in the boxes around these landmarks of every face, 0 elsewhere."""
    mask = np.zeros((side, side), np.uint8)
    for face in faces:
        low, high = face[part].min(axis=0), face[part].max(axis=0)
        middle, half = (low + high) / 2, (high - low) / 2 * wider
        x0, y0 = np.clip(np.round(middle - half), 0, side).astype(int)
        x1, y1 = np.clip(np.round(middle + half), 0, side).astype(int)
        mask[y0:y1, x0:x1] = 1
    return mask


def _blurred(mask: NDArray[np.uint8], side: int, share: float) -> NDArray[np.float32]:
    """The mask at `side`, its edge soft, its highest value 1."""
    small = cv2.resize(mask.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    kernel = max(1, round(share * side) // 2 * 2 + 1)
    soft = cv2.GaussianBlur(small, (kernel, kernel), 0)
    return np.asarray(soft / max(float(soft.max()), 1e-6), np.float32)
