"""The face of a picture, found without any network: box, eyes, mouth, then the mean face laid over them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.crops import Crop, crop_between
from engine.avatar.portrait.eyefit import eye_points
from engine.avatar.portrait.eyes import find_eyes
from engine.avatar.portrait.facebox import FaceBox, find_box
from engine.avatar.portrait.landmarks import landmarks_from_points
from engine.avatar.portrait.lipfit import mouth_points
from engine.avatar.portrait.mouths import MouthLine, find_mouth
from engine.avatar.portrait.plausible import looks_like_face
from engine.avatar.portrait.shape import LEFT_EYE, OUTER_LIPS, RIGHT_EYE, Landmarks, eye_middles, face_unit
from engine.avatar.renderer import Picture
from engine.errors import InputError

_LOOKING_SIDE = 512  # the cascade looks at a smaller copy: faces in portraits are large
_EYES_IN_BOX = ((-0.17, -0.115), (0.17, -0.115))  # from the box's middle, in its sides: medians over portraits
_MOUTH_IN_BOX = (0.0, 0.26)
_CERTAIN = 400.0  # score; below it parts must look like a face's too
_IN_LINE, _ASIDE = 0.05, 0.75  # how far a mouth may lie aside, and how much of the rest eyes follow; units
_LEAST_UNIT = 18.0  # distance of the eyes in pixels; a mouth is hardly larger, and lips could not be told apart
_SEEN = 0.6  # how much of an eye's place is what was seen, the rest what the box promises


def find_face(picture: Picture) -> Landmarks:
    """The 68 landmarks of the largest, most face-like face in `picture` [H, W, 4], in its pixels.

    Raises `InputError` when there is none that looks far enough into the camera, or only a tiny one; three points by
    hand do then (`landmarks_from_points`).
    """
    scale = min(1.0, _LOOKING_SIDE / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    box = find_box(np.ascontiguousarray(small[..., :3]))
    if box is not None:
        larger = FaceBox(box.x / scale, box.y / scale, box.side / scale, box.tilt, box.score)
        landmarks = fit_face(picture, larger)
        if box.score >= _CERTAIN or looks_like_face(crop_between(picture, *eye_middles(landmarks))):
            return _large_enough(landmarks)
    raise InputError(
        "No face was found in the picture.",
        "Use a picture from the front, or place two eyes and a mouth by hand.",
        option="points",
    )


def _large_enough(landmarks: Landmarks) -> Landmarks:
    if face_unit(landmarks) < _LEAST_UNIT:
        what = f"The face in the picture is too small: its eyes are {face_unit(landmarks):.0f} pixels apart."
        raise InputError(what, "Crop a larger picture around the face, or place two eyes and a mouth by hand.")
    return landmarks


def fit_face(picture: Picture, box: FaceBox) -> Landmarks:
    """The landmarks of the face in `box`: eyes first, twice, then the mouth below them."""
    promised_eyes = eyes = tuple(_in_picture(box, place) for place in _EYES_IN_BOX)
    for spread in (0.1, 0.06):
        crop = crop_between(picture, *eyes)
        eyes = tuple(crop.whole(np.stack(find_eyes(crop, spread))))
    # What is dark and round is the iris, not the middle of the eye, and the box errs otherwise: together they err less.
    eyes = tuple(_SEEN * eye + (1 - _SEEN) * promise for eye, promise in zip(eyes, promised_eyes, strict=True))
    crop = crop_between(picture, *eyes)
    promised = _in_crop(crop, _in_picture(box, _MOUTH_IN_BOX))
    line = find_mouth(crop, (0.8 * promised[0], 0.6 * promised[1] + 0.4 * 1.09))
    return _laid_over(picture, crop, eyes, line)


def _laid_over(picture: Picture, crop: Crop, eyes: tuple[NDArray[np.float64], ...], line: MouthLine) -> Landmarks:
    """The mean face between eyes and mouth, and the mouth along its own line."""
    lips = crop.whole(mouth_points(crop, line))
    middle = _in_crop(crop, lips[[12, 16]].mean(0))
    # The mouth is seen more surely than the eyes; where it lies far to one side, they do too.
    aside = _ASIDE * np.sign(middle[0]) * max(abs(middle[0]) - _IN_LINE, 0)
    eyes = tuple(eye + aside * (eyes[1] - eyes[0]) for eye in eyes)
    (left, right) = ((float(x), float(y)) for x, y in eyes)
    mouth = lips[[14, 18]].mean(0)
    landmarks = landmarks_from_points(left, right, (float(mouth[0]), float(mouth[1])))
    around_eyes = crop_between(picture, *eyes)
    landmarks[LEFT_EYE.start : RIGHT_EYE.stop] = around_eyes.whole(eye_points(around_eyes))
    landmarks[OUTER_LIPS.start :] = lips
    return landmarks


def _in_picture(box: FaceBox, place: tuple[float, float]) -> NDArray[np.float64]:
    """From places in a box (its sides, from its middle) to pixels."""
    turn = np.radians(box.tilt)
    x, y = place
    return np.array(
        [
            box.x + box.side * (x * np.cos(turn) - y * np.sin(turn)),
            box.y + box.side * (x * np.sin(turn) + y * np.cos(turn)),
        ]
    )


def _in_crop(crop: Crop, place: NDArray[np.float64]) -> NDArray[np.float64]:
    pixels = crop.from_whole[:, :2] @ place + crop.from_whole[:, 2]
    origin, one = crop.pixels(np.array([[0.0, 0.0], [1.0, 0.0]]))
    return np.asarray((pixels - origin) / (one[0] - origin[0]), np.float64)
