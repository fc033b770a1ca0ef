"""Where in a picture the face is, how large and how tilted: the cascade over scales, tilts and the mirrored picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.cascade import WINDOW, windows

_SMALLEST, _LARGEST = 0.15, 1.0  # sides of the square, in the picture's shorter side
_STEP = 1.16
_SLACK = 0.4
_HALF = (WINDOW - 1) / 2  # pixels are points at whole numbers
_SURE = 200.0  # score that ends the search
_LEAST_FAR, _LEAST = 11.0, 40.0  # faces half turned away have some tens, a cat 20 when looked at closely
_MOST_HITS = 1500


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A square around brows, eyes and mouth: middle and `side` in pixels, `tilt` in degrees clockwise."""

    x: float
    y: float
    side: float
    tilt: float
    score: float


def find_box(colours: NDArray[np.uint8]) -> FaceBox | None:
    """The most face-like place of a picture [H, W, 3], if there is any.

    Upright first, since most are; then tilted, then with the light evened out.
    """
    grey = np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), np.uint8)
    skin = _skin(colours)
    shorter = min(grey.shape)
    sides = _sides(shorter * _SMALLEST, shorter * _LARGEST)
    even = np.asarray(cv2.createCLAHE(2.0, (6, 6)).apply(grey), np.uint8)
    best: FaceBox | None = None
    for picture, tilts in ((grey, (0.0,)), (grey, (-24.0, 24.0)), (even, (-15.0, 0.0, 15.0))):
        found = _strongest(_hits(picture, sides, tilts, None), skin)
        if found is not None and (best is None or found.score > best.score):
            best = found
        if best is not None and best.score >= _SURE:
            break
    if best is None or best.score < _LEAST_FAR:
        return None
    # The same face more closely, in more tilts; where it is hard to see, with the light evened out too.
    near = [best.side * 1.08**i for i in range(-3, 4)]
    close_tilts = tuple(best.tilt + t for t in (-20, -10, 0, 10, 20))
    closer: FaceBox | None = None
    for picture in (grey,) if best.score >= _SURE else (grey, even):
        found = _strongest(_hits(picture, near, close_tilts, best), skin)
        if found is not None and (closer is None or found.score > closer.score):
            closer = found
    return closer if closer is not None and closer.score >= _LEAST else None


def _sides(least: float, most: float) -> list[float]:
    return [least * _STEP**i for i in range(int(np.log(most / least) / np.log(_STEP)) + 1)]


def _skin(colours: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much of what lies above and left of each pixel is coloured like skin: sums [H + 1, W + 1].

    Skin of all shades shares its hue (Chai and Ngan, "Face Segmentation Using Skin-Color Map", 1999; bounds widened).
    A picture without colour says nothing: half of it may be skin.
    """
    luma_chroma = cv2.cvtColor(colours, cv2.COLOR_RGB2YCrCb)
    red, blue = luma_chroma[..., 1], luma_chroma[..., 2]
    # Nearly white is sky, wall or paper, whatever its tinge.
    is_skin = ((luma_chroma[..., 0] <= 224) & (red >= 133) & (red <= 182) & (blue >= 72) & (blue <= 131)).astype(
        np.float32
    )
    if np.percentile(np.abs(red.astype(int) - 128), 90) < 4:
        is_skin = np.full(red.shape, 0.5, np.float32)
    return np.asarray(cv2.integral(is_skin), np.float64)


def _hits(
    grey: NDArray[np.uint8], sides: list[float], tilts: tuple[float, ...], near: FaceBox | None
) -> NDArray[np.float64]:
    """Windows that look like a face: [N, 5] of x, y, side, tilt, score; `near` a box, or in the whole picture."""
    pictures: list[NDArray[np.uint8]] = []
    facts = []
    for side in sides:
        scale = WINDOW / side
        smooth = cv2.GaussianBlur(grey, (0, 0), 0.4 / scale) if scale < 1 else grey
        for tilt in tilts:
            turn = _turned(grey.shape, scale, tilt, near)
            size = (2 * WINDOW, 2 * WINDOW) if near else (round(grey.shape[1] * scale), round(grey.shape[0] * scale))
            small = cv2.warpAffine(smooth, turn, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for mirrored in (False, True):
                pictures.append(np.ascontiguousarray(small[:, ::-1]) if mirrored else np.asarray(small, np.uint8))
                facts.append((cv2.invertAffineTransform(turn), size[0] - 1 if mirrored else None, side, tilt))
    found = windows(pictures, _SLACK)
    rows = [np.zeros((0, 5))]
    for i, (back, last, side, tilt) in enumerate(facts):
        chosen = found.picture == i
        x, y = found.column[chosen] + _HALF, found.row[chosen] + _HALF
        x = x if last is None else last - x
        where = back @ np.stack([x, y, np.ones(len(x))])
        rows.append(np.stack([*where, np.full(len(x), side), np.full(len(x), tilt), found.score[chosen]], 1))
    return np.concatenate(rows)


def _turned(shape: tuple[int, ...], scale: float, tilt: float, near: FaceBox | None) -> NDArray[np.float64]:
    """Picture -> a small one in which a face of that tilt is upright; [2, 3]."""
    middle = (near.x, near.y) if near else (shape[1] / 2, shape[0] / 2)
    turn = cv2.getRotationMatrix2D(middle, tilt, scale)
    goal = (WINDOW, WINDOW) if near else (shape[1] * scale / 2, shape[0] * scale / 2)
    turn[:, 2] += np.array(goal) - middle
    return np.asarray(turn, np.float64)


def _strongest(hits: NDArray[np.float64], skin: NDArray[np.float64]) -> FaceBox | None:
    """The hit with the most neighbours, and the mean of those."""
    if not len(hits):
        return None
    weights = np.maximum(hits[:, 4] + 2, 0) * _likely(hits, skin)
    if len(hits) > _MOST_HITS:
        kept = np.argsort(weights)[-_MOST_HITS:]
        hits, weights = hits[kept], weights[kept]
    strengths = [float((_nearness(hits, hit) * weights).sum()) for hit in hits]
    best = int(np.argmax(strengths))
    share = _nearness(hits, hits[best]) * weights + 1e-9
    x, y, side, tilt = (share[:, None] * hits[:, :4]).sum(0) / share.sum()
    return FaceBox(float(x), float(y), float(side), float(tilt), strengths[best])


def _likely(hits: NDArray[np.float64], skin: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely a face is there before its parts are looked at: in portraits faces are large, upright, near
    the middle, and of skin."""
    height, width = skin.shape[0] - 1, skin.shape[1] - 1
    half = 0.3 * hits[:, 2]
    left, right = (np.clip(hits[:, 0] + s * half, 0, width).astype(int) for s in (-1, 1))
    top, bottom = (np.clip(hits[:, 1] + s * half, 0, height).astype(int) for s in (-1, 1))
    within = skin[bottom, right] - skin[top, right] - skin[bottom, left] + skin[top, left]
    share = within / np.maximum((right - left) * (bottom - top), 1)
    large = hits[:, 2] / min(height, width)
    aside = (hits[:, 0] / width - 0.5) ** 2 + (hits[:, 1] / height - 0.42) ** 2
    return np.asarray(share**2 * large * np.exp(-((hits[:, 3] / 28) ** 2) - aside / 0.3**2), np.float64)


def _nearness(hits: NDArray[np.float64], hit: NDArray[np.float64]) -> NDArray[np.float64]:
    away = np.hypot(hits[:, 0] - hit[0], hits[:, 1] - hit[1]) / hit[2] / 0.14
    near = -(away**2) - (np.log(hits[:, 2] / hit[2]) / 0.22) ** 2 - ((hits[:, 3] - hit[3]) / 25) ** 2
    return np.asarray(np.exp(near), np.float64)
