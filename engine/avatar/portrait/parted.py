"""What a portrait shows between parted lips, cut out pixel by pixel: teeth and dark against lips and skin.

GrabCut (Rother, Kolmogorov and Blake, 2004) with a first guess from landmarks, in a picture turned and scaled so that
the mouth lies level.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.geometry import Floats, Frame, frame_between
from engine.avatar.portrait.shape import INNER_LIPS

_SCALE = 64  # pixels per half width of the mouth
_WIDE, _HIGH = 1.7, 0.9  # looked at, from the middle
_BESIDE = 1.3  # how far beyond the guess's ends it may reach, as a share of `room`
_SURE = 0.35  # of the guess: certainly between the lips
_STEPS = 4
_DARK = 0.32  # of the skin around
_LEAST_COLUMNS, _LEAST_SHARE, _MOST_SHARE = 30, 0.5, 3.0


@dataclass(frozen=True, slots=True)
class Parted:
    """Edges of what is between the lips, in half widths of the mouth in `frame`: at places `x` [N], rising, `upper`
    [N] and `lower` [N]."""

    frame: Frame
    x: Floats
    upper: Floats
    lower: Floats

    @property
    def edges(self) -> tuple[Floats, Floats, Floats]:
        """`x`, `upper`, `lower`."""
        return self.x, self.upper, self.lower


def cut_out(colours: NDArray[np.uint8], landmarks: Floats, room: float) -> Parted | None:
    """Between the lips of `colours` [H, W, 3], whose landmarks [68, 2] may be off by `room` half widths of the mouth.

    None where that shows nothing clear: the cut is far smaller or larger than what landmarks say.
    """
    frame = frame_between(landmarks[60], landmarks[64])
    inner = frame.of(landmarks[INNER_LIPS])
    size = (round(2 * _WIDE * _SCALE), round(2 * _HIGH * _SCALE))
    corners = frame.pixels(np.array([[-_WIDE, -_HIGH], [_WIDE, -_HIGH], [-_WIDE, _HIGH]], np.float32))
    to_level = cv2.getAffineTransform(corners, np.array([[0, 0], [size[0], 0], [0, size[1]]], np.float32))
    level = cv2.warpAffine(colours, to_level, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = _guess(inner, size, room)
    guessed = int((mask == cv2.GC_PR_FGD).sum() + (mask == cv2.GC_FGD).sum())
    if not (mask == cv2.GC_FGD).any():
        return None
    cv2.setRNGSeed(1)  # its clusters begin at random; the same picture is cut the same way
    cv2.grabCut(level, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), _STEPS, cv2.GC_INIT_WITH_MASK)
    near = mask != cv2.GC_BGD
    inside = _largest((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD))
    # Nothing is as dark as the corners beside the teeth.
    light = cv2.cvtColor(level, cv2.COLOR_RGB2LAB)[..., 0]
    dark = near & (light < _DARK * float(np.median(light[~inside])))
    inside = _with_near(inside, dark)
    if not _LEAST_SHARE * guessed <= inside.sum() <= _MOST_SHARE * guessed:
        return None
    columns = np.flatnonzero(inside.any(0))
    if len(columns) < _LEAST_COLUMNS:
        return None
    top = inside.argmax(0)[columns]
    bottom = len(inside) - inside[::-1].argmax(0)[columns]
    upper, lower = (_smooth(edge.astype(np.float32)) / np.float32(_SCALE) - np.float32(_HIGH) for edge in (top, bottom))
    return Parted(frame, ((columns + 0.5) / _SCALE - _WIDE).astype(np.float32), upper, lower)


def _guess(inner: Floats, size: tuple[int, int], room: float) -> NDArray[np.uint8]:
    """GrabCut's four classes around the inner lips [8, 2]."""
    upper, lower = inner[:5], inner[[0, 7, 6, 5, 4]]
    middle, half = (upper + lower) / 2, (lower - upper) / 2
    away = np.array([0, room], np.float32)
    beside = np.zeros_like(middle)
    beside[[0, 4], 0] = (-_BESIDE * room, _BESIDE * room)
    mask = np.full((size[1], size[0]), cv2.GC_BGD, np.uint8)
    for above, below, kind in (
        (middle - half - away + beside, middle + half + away + beside, cv2.GC_PR_BGD),
        (upper, lower, cv2.GC_PR_FGD),
        (middle - _SURE * half, middle + _SURE * half, cv2.GC_FGD),
    ):
        at = (np.concatenate([above, below[::-1]]) + np.array([_WIDE, _HIGH])) * _SCALE - 0.5
        cv2.fillPoly(mask, [at.round().astype(np.int32)], int(kind))
    return mask


def _largest(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    _, labels, facts, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=8)
    if len(facts) < 2:
        return inside
    return np.asarray(labels == 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA])), np.bool_)


def _with_near(inside: NDArray[np.bool_], dark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """`inside` and those parts of `dark` that nearly touch it: a shaded tooth may lie between."""
    _, labels = cv2.connectedComponents(dark.astype(np.uint8), connectivity=8)
    around = cv2.dilate(inside.astype(np.uint8), np.ones((7, 15), np.uint8)) > 0
    joined = inside | (dark & np.isin(labels, np.unique(labels[around & dark])))
    closed = cv2.morphologyEx(joined.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 17), np.uint8))
    return _largest(closed > 0)


def _smooth(edge: Floats) -> Floats:
    """Without the notches between teeth."""
    steady = cv2.medianBlur(edge[None], 5)
    return np.asarray(cv2.GaussianBlur(steady, (0, 0), 2.0, borderType=cv2.BORDER_REPLICATE)[0], np.float32)
