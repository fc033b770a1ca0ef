"""A contact sheet of portraits: each as it is and as it sings a few mouths, to be looked at."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from engine.avatar.params import NUM_PARAMS, index_of
from engine.avatar.portrait import Landmarks, find_face, portrait_face, read_picture
from engine.avatar.renderer import Picture
from engine.errors import InputError

MOUTHS: dict[str, dict[str, float]] = {
    "open": {"open": 0.9},
    "wide": {"open": 0.3, "wide": 0.8, "smile": 0.2},
    "round": {"open": 0.3, "round": 0.95, "wide": -0.3},
    "closed": {"wide": -0.1},
}
_BESIDE = 2  # portraits in a row of the sheet
_GAP = 8
_QUALITY = 84
_PAPER, _INK = 245, (40, 40, 40)
_AROUND = 0.72  # half of what is shown, in the landmarks' extent


def portrait_sheet(folder: Path, out: Path, cell: int = 116) -> None:
    """All pictures of `folder` into the JPEG `out`: the picture, then open, wide, round and closed; `cell` pixels each.

    Where no face is found, the picture stands alone.
    """
    strips = [_strip(path, cell) for path in sorted(folder.glob("*.jpg"))]
    width, height = (1 + len(MOUTHS)) * cell, cell
    rows = -(-len(strips) // _BESIDE)
    title = 22
    sheet = np.full((title + rows * (height + 2), _BESIDE * width + (_BESIDE - 1) * _GAP, 3), _PAPER, np.uint8)
    for i in range(_BESIDE):
        for j, name in enumerate(("as it is", *MOUTHS)):
            at = (i * (width + _GAP) + j * cell + 4, 15)
            cv2.putText(sheet, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, _INK, 1, cv2.LINE_AA)
    for number, strip in enumerate(strips):
        row, column = divmod(number, _BESIDE)
        top, left = title + row * (height + 2), column * (width + _GAP)
        sheet[top : top + height, left : left + width] = strip
    Image.fromarray(sheet).save(out, quality=_QUALITY, optimize=True)


def _strip(path: Path, cell: int) -> np.ndarray:
    picture = read_picture(path)
    strip = np.full((cell, (1 + len(MOUTHS)) * cell, 3), _PAPER, np.uint8)
    try:
        landmarks = find_face(picture)
    except InputError as error:
        side = max(picture.shape[:2])
        whole = cv2.resize(picture[..., :3], (picture.shape[1] * cell // side, picture.shape[0] * cell // side))
        strip[: whole.shape[0], : whole.shape[1]] = whole
        cv2.putText(strip, error.message, (cell + 8, cell // 2), cv2.FONT_HERSHEY_SIMPLEX, 0.4, _INK, 1, cv2.LINE_AA)
        return strip
    face = portrait_face(picture, landmarks)
    strip[:, :cell] = _around(picture, landmarks, cell)
    for i, mouth in enumerate(MOUTHS.values(), 1):
        values = np.zeros(NUM_PARAMS, np.float32)
        for name, value in mouth.items():
            values[index_of(name)] = value
        strip[:, i * cell : (i + 1) * cell] = _around(face.draw(values), landmarks, cell)
    return strip


def _around(picture: Picture, landmarks: Landmarks, cell: int) -> np.ndarray:
    """The face with some of what is around it, [cell, cell, 3]."""
    middle, half = landmarks.mean(0), _AROUND * float(np.ptp(landmarks, axis=0).max())
    scale = cell / (2 * half)
    turn = np.array([[scale, 0, cell / 2 - middle[0] * scale], [0, scale, cell / 2 - middle[1] * scale]])
    smooth = cv2.GaussianBlur(picture[..., :3], (0, 0), 0.4 / scale) if scale < 1 else picture[..., :3]
    return np.asarray(cv2.warpAffine(smooth, turn, (cell, cell), borderMode=cv2.BORDER_REPLICATE), np.uint8)
