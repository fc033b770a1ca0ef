"""The light of a portrait around its mouth: how bright and warm things inside would look, and how sharp."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.geometry import Floats, frame_between
from engine.avatar.portrait.shape import INNER_LIPS, LEFT_EYE, OUTER_LIPS, RIGHT_EYE, Landmarks, face_unit
from engine.avatar.renderer import Picture

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, slots=True)
class Light:
    """Colours red, green, blue, 0..255.  `slope`: how much brighter the right of the mouth is, as a share; `blur`: the
    portrait's own, as a standard deviation in pixels."""

    cavity: Floats
    teeth: Floats
    tongue: Floats
    slope: float
    blur: float


def measure_light(picture: Picture, landmarks: Landmarks) -> Light:
    """From the skin beside the mouth, the lips, and the brightest of face and eyes."""
    colours = picture[..., :3].astype(np.float32)
    frame = frame_between(landmarks[60], landmarks[64], face_unit(landmarks))
    sides = [
        _around(colours, frame.pixels(np.array([[x, -0.1]], np.float32))[0], 0.14 * frame.unit) for x in (-0.62, 0.62)
    ]
    skin = (sides[0] + sides[1]) / 2
    lips = _inside(colours, landmarks[OUTER_LIPS]).mean(0)
    # A grey photograph has grey teeth and a grey tongue; a tinted one tints them.
    colour = float(np.clip((np.ptp(skin) / max(float(skin.max()), 1.0)) / 0.3, 0, 1))
    bright = 0.5 * _bright(colours, landmarks[[2, 3, 13, 14, 30]]) + 0.5 * _bright(
        colours, np.concatenate([landmarks[LEFT_EYE], landmarks[RIGHT_EYE]])
    )
    level = float(np.clip(0.93 * bright, 45, 225))
    ivory = np.array([1.03, 1.0, 0.93], np.float32) if colour > 0.1 else np.ones(3, np.float32)
    warm = skin / max(float(skin @ _LUMA), 1.0)
    teeth = 1.04 * level * ivory * (0.72 + 0.28 * warm)
    pink = np.array([1.42, 0.82, 0.82], np.float32) * colour + (1 - colour)
    tongue = 0.35 * lips + 0.65 * max(float(lips @ _LUMA), 0.62 * float(skin @ _LUMA)) * pink
    dark, left, right = lips * 0.24, float(sides[0] @ _LUMA), float(sides[1] @ _LUMA)
    slope = float(np.clip((right - left) / max(right + left, 1.0), -0.35, 0.35))
    return Light(
        np.asarray(dark, np.float32),
        np.asarray(teeth, np.float32),
        np.asarray(tongue, np.float32),
        slope,
        _blur(colours, frame.pixels(np.array([[0.0, -0.3]], np.float32))[0], frame.unit),
    )


def has_own_teeth(landmarks: Landmarks) -> bool:
    """Whether the inner lips already part by more than a closed mouth's line."""
    inner = landmarks[INNER_LIPS]
    gap = np.hypot(*(inner[[1, 2, 3]] - inner[[7, 6, 5]]).T).mean()
    return bool(gap > 0.045 * face_unit(landmarks))


def _around(colours: Floats, place: Floats, radius: float) -> Floats:
    """The median colour of a square."""
    height, width = colours.shape[:2]
    r = max(radius, 1.0)
    x, y = float(np.clip(place[0], 0, width - 1)), float(np.clip(place[1], 0, height - 1))
    rows, columns = slice(max(0, int(y - r)), int(y + r) + 1), slice(max(0, int(x - r)), int(x + r) + 1)
    return np.asarray(np.median(colours[rows, columns].reshape(-1, 3), 0), np.float32)


def _inside(colours: Floats, outline: Floats) -> Floats:
    """The pixels [N, 3] within an outline [K, 2], or those at its points when it encloses none."""
    mask = np.zeros(colours.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(outline.round().astype(np.int32)), 1)
    chosen = colours[mask > 0]
    return chosen if len(chosen) else colours[:1, :1].reshape(-1, 3)


def _bright(colours: Floats, outline: Floats) -> float:
    return float(np.percentile(_inside(colours, outline) @ _LUMA, 93))


def _blur(colours: Floats, place: Floats, unit: float) -> float:
    """How soft the sharpest edges around the mouth are: what is left of detail after a known blur tells."""
    height, width = colours.shape[:2]
    r = 0.7 * unit
    x, y = float(np.clip(place[0], 0, width - 1)), float(np.clip(place[1], 0, height - 1))
    part: NDArray[np.float32] = (
        colours[max(0, int(y - r)) : int(y + r) + 1, max(0, int(x - r)) : int(x + r) + 1] @ _LUMA
    )
    finest = float(np.std(part - cv2.GaussianBlur(part, (0, 0), 1.0)))
    coarser = float(np.std(part - cv2.GaussianBlur(part, (0, 0), 2.5)))
    ratio = finest / max(coarser, 1e-3)
    # White noise leaves 0.9 of itself, an edge blurred by 1 pixel 0.35, by 2 pixels 0.15.
    return float(np.clip(0.45 / max(ratio, 0.1) - 0.6, 0.4, 0.03 * unit + 0.4))
