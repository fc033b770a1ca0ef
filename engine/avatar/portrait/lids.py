"""One eye of a portrait: its upper lid drawn down over it, and the iris moved a little."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.portrait.geometry import Floats, Frame, frame_between, region_around, soft_edges, soft_step
from engine.avatar.portrait.shape import Landmarks
from engine.avatar.renderer import Picture

_LEAST_OPEN, _MOST_OPEN = 0.3, 0.95  # height by width of an eye
_LASHES = 0.14  # height of the rim where they grow, half widths
_LASHES_REACH = 0.26  # above an eye's rim nothing but a brow is dark that far
_GAZE = (0.2, 0.1)  # how far an iris goes, in half widths of the eye


class Eye:
    """Prepared from its six landmarks [6, 2]: corner, two above, corner, two below; `behind_glasses`: their frame must
    stay where it is.

    Lengths are in half widths of the eye, from between its corners; its rims meet at those.
    """

    def __init__(self, picture: Picture, points: Landmarks, behind_glasses: bool = False) -> None:
        size = picture.shape[:2]
        frame = frame_between(points[0], points[3])
        places = frame.of(points)
        upper = max(-float(places[[1, 2], 1].mean()) / 0.87, 0.1)
        lower = max(float(places[[4, 5], 1].mean()) / 0.87, 0.08)
        opening = float(np.clip(upper + lower, _LEAST_OPEN * 0.5, _MOST_OPEN))
        room = _bare_skin(picture, frame, -upper, 0.65 * opening + 0.06)
        # How evenly the skin is stretched: all alike (1) where there is little of it, or it would fold at the rim.
        self._even = float(np.clip(2 - 0.92 * (opening + room) / opening, 0.4, 1))
        self.region = region_around(frame, -1.6, -upper - room - 0.2, 1.6, lower + 0.5, size)
        x, y = frame.places(self.region)
        edges = soft_edges(self.region, size, 0.12 * frame.unit)
        within = np.maximum(1 - (x / 1.15) ** 2, 0) ** 0.75
        self._frame, self._y = frame, y
        self._above, self._below = -np.float32(1.08 * upper) * within, np.float32(lower) * within
        self._top = self._above - np.float32(room) * soft_step(within, 0.0, 0.35)
        self._window = (edges * soft_step(within, 0.0, 0.25)).astype(np.float32)
        height = np.maximum(self._below - self._above, 1e-3)
        self._aperture = np.clip(4 * (y - self._above) * (self._below - y) / (height * height), 0, 1) * self._window
        grid = np.mgrid[self.region.top : self.region.bottom, self.region.left : self.region.right]
        self._rows, self._columns = (axis.astype(np.float32) for axis in grid)
        # Where a brow or the frame of glasses is near, what lies above the eye stays as it is.
        near = np.float32(1.0 if behind_glasses else 1 - np.clip((room - 0.3) / 0.35, 0, 1))
        self._kept = near * (1 - soft_step(y - self._above, -0.1, 0.04))
        if behind_glasses:
            self._kept = np.maximum(self._kept, _rims_of_glasses(picture[self.region.slices], self._aperture > 0))
        self._keeps = bool(near > 0)
        self._lash_colour = _lash_colour(picture, points)
        self._skin = _lid_skin(picture[self.region.slices], frame, y - self._below, _cheek(picture, frame, lower))

    @property
    def hidden(self) -> bool:
        """Whether a frame hides most of the eye, so that its lid would not be seen."""
        core = self._aperture > 0.6
        return self._keeps and bool(core.any()) and float(self._kept[core].mean()) > 0.4

    def draw(self, source: Picture, out: Picture, lids: float, gaze_x: float, gaze_y: float) -> None:
        """From `source` (the eye's region of the picture) into `out`, another of its shape."""
        y = self._y
        aperture = self._aperture
        dx = np.float32(-_GAZE[0] * gaze_x) * aperture
        dy = np.float32(_GAZE[1] * gaze_y) * aperture
        line = self._above + np.float32(lids) * (1.04 * self._below - self._above)
        if lids > 0:
            covered = np.clip((line - y) * np.float32(self._frame.unit / 1.3) + 0.5, 0, 1) * min(1.0, 12 * lids)
            along = np.clip((y - self._top) / np.maximum(line - self._top, 1e-3), 0, 1)
            # What is drawn down ends above the lashes: they would become a wide band.
            drawn_down = (self._above - line - np.float32(_LASHES * min(1.0, 3 * lids))) * along
            drawn_down *= self._even + (1 - self._even) * along
            is_lid = y < line
            dx, dy = np.where(is_lid, 0, dx), np.where(is_lid, drawn_down * self._window, dy)
        across, down = self._frame.moves(np.asarray(dx, np.float32), np.asarray(dy, np.float32))
        rows, columns = self._rows - self.region.top, self._columns - self.region.left
        moved = cv2.remap(source, columns + across, rows + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if lids > 0:
            smooth = cv2.remap(
                self._skin, columns + across, rows + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            share = covered * self._window * soft_step(along, 0.15, 0.6) * min(1.0, 2 * lids)
            # A lid lies over a ball: lighter in the middle.
            ball = 1.04 - 0.16 * (1 - along) * share - 0.1 * share * soft_step(along, 0.75, 1.0)
            moved[..., :3] = np.clip(
                (moved[..., :3] + share[..., None] * (smooth - moved[..., :3])) * np.where(is_lid, ball, 1)[..., None],
                0,
                255,
            ).astype(np.uint8)
            self._lashes(moved, line, lids, covered)
            if self._keeps:
                moved = (moved + self._kept[..., None] * (source - moved.astype(np.float32)) + 0.5).astype(np.uint8)
        out[:] = moved

    def _lashes(self, moved: Picture, line: Floats, lids: float, covered: Floats) -> None:
        """A dark, soft rim where lid and eye meet, and the lid's shadow on what is still open."""
        away = self._y - line
        rim = np.exp(-((away / 0.07) ** 2)) * 0.62
        shadow = 0.3 * np.exp(-np.maximum(away, 0) / 0.16) * (1 - covered)
        dark = (np.maximum(rim, shadow) * self._window * min(1.0, 2.5 * lids))[..., None]
        colours = moved[..., :3]
        moved[..., :3] = (colours + dark * (self._lash_colour - colours) + 0.5).astype(np.uint8)


def _lid_skin(patch: Picture, frame: Frame, under: Floats, cheek: Floats) -> Floats:
    """The eye's surroundings without lashes, liner and creases, float32 [h, w, 3]; `under`: how far below the eye a
    pixel is.  What is much darker than the skin there is brow, frame or deep shadow, and becomes as bright as that."""
    unit = frame.unit
    side = max(3, round(0.3 * unit) | 1)
    closed = cv2.morphologyEx(
        patch[..., :3], cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    )
    smooth = cv2.GaussianBlur(closed, (0, 0), max(0.1 * unit, 0.5)).astype(np.float32)
    near = patch[(under > 0.15) & (under < 0.5)][:, :3].astype(np.float32)
    bright = float(np.median(near.sum(-1))) if len(near) else float(cheek.sum())
    level = smooth.sum(-1, keepdims=True)
    share = np.clip((0.85 - level / max(bright, 1.0)) / 0.35, 0, 0.85)
    mixed = smooth * (1 + share * (0.92 * bright / np.maximum(level, 1.0) - 1))
    # Its shade is its own, its colour mostly the cheek's: iris and white of the eye would leave it grey.
    tinted = cheek * (mixed.sum(-1, keepdims=True) / max(float(cheek.sum()), 1.0))
    return np.asarray(mixed + 0.75 * (tinted - mixed), np.float32)


def _cheek(picture: Picture, frame: Frame, lower: float) -> Floats:
    """The skin's colour a little below the eye."""
    grid = np.linspace(-0.3, 0.3, 9, dtype=np.float32)
    places = np.stack(np.meshgrid(grid, grid + np.float32(lower + 0.75)), -1).reshape(-1, 2)
    at = frame.pixels(places).round().astype(int)
    x, y = np.clip(at[:, 0], 0, picture.shape[1] - 1), np.clip(at[:, 1], 0, picture.shape[0] - 1)
    return np.asarray(np.median(picture[y, x, :3].astype(np.float32), axis=0), np.float32)


def _rims_of_glasses(patch: Picture, eye: NDArray[np.bool_]) -> Floats:
    """1 on what is dark and goes on outside the eye, [h, w]: a frame, not an iris."""
    light = cv2.cvtColor(patch[..., :3], cv2.COLOR_RGB2LAB)[..., 0]
    dark = light < 0.66 * float(np.percentile(light, 70))
    _, labels = cv2.connectedComponents(dark.astype(np.uint8), connectivity=8)
    sizes, outside = (np.bincount(labels[where], minlength=labels.max() + 1) for where in (dark, dark & ~eye))
    rims = np.flatnonzero(outside > 0.4 * np.maximum(sizes, 1))
    mask = (dark & np.isin(labels, rims[rims > 0])).astype(np.float32)
    return np.asarray(np.clip(1.6 * cv2.GaussianBlur(cv2.dilate(mask, np.ones((3, 3))), (0, 0), 0.8), 0, 1), np.float32)


def _bare_skin(picture: Picture, frame: Frame, rim: float, most: float) -> float:
    """How much skin lies between an eye's upper rim and the brow, or whatever else is dark, up to `most`."""
    away = np.arange(0.05, most + 0.4, 0.04, dtype=np.float32)
    columns = np.linspace(-0.45, 0.45, 7, dtype=np.float32)
    places = np.stack(np.broadcast_arrays(columns, rim - away[:, None]), -1).reshape(-1, 2)
    at = frame.pixels(places).round().astype(int)
    x, y = np.clip(at[:, 0], 0, picture.shape[1] - 1), np.clip(at[:, 1], 0, picture.shape[0] - 1)
    bright = picture[y, x, :3].astype(np.float32).mean(1).reshape(len(away), -1)
    free = []
    for column in bright.T:
        dark = np.flatnonzero(column < 0.82 * np.maximum.accumulate(column))
        if away[int(np.argmax(column >= 0.75 * column.max()))] > _LASHES_REACH:
            free.append(0.0)  # a brow sits on the eye
            continue
        free.append(float(away[dark[0]]) - 0.08 if len(dark) else most)
    return float(np.clip(np.percentile(free, 25), 0.1, most))


def _lash_colour(picture: Picture, points: Landmarks) -> Floats:
    """The darkest of the eye, which is pupil or lashes."""
    (left, top), (right, bottom) = points.min(0).astype(int), points.max(0).astype(int) + 1
    part = picture[max(top - 2, 0) : bottom + 2, max(left, 0) : right, :3].reshape(-1, 3).astype(np.float32)
    if not len(part):
        return np.zeros(3, np.float32)
    order = part.sum(1)
    return np.asarray(part[order <= np.percentile(order, 12)].mean(0), np.float32)
