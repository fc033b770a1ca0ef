"""A painted sheet that is moved into a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.drawn.pose import Map
from engine.avatar.drawn.sheet import Sheet

_STEP = 16  # pixels between the nodes at which a pose is worked out; in between it is linear
Texture = NDArray[np.uint8]


class Layer:
    """The part of a sheet where something is; `texture` [H, W, 4], premultiplied."""

    def __init__(self, sheet: Sheet) -> None:
        rows, columns = np.flatnonzero(sheet.alpha.any(axis=1)), np.flatnonzero(sheet.alpha.any(axis=0))
        self.empty = not len(rows)
        if self.empty:
            rows = columns = np.zeros(1, int)
        top, bottom = max(0, int(rows[0]) - 2), int(rows[-1]) + 3
        left, right = max(0, int(columns[0]) - 2), int(columns[-1]) + 3
        self.scale = sheet.scale
        self.left, self.top = sheet.box.left + left / sheet.scale, sheet.box.top + top / sheet.scale
        self.texture: Texture = np.ascontiguousarray(sheet.texture()[top:bottom, left:right])

    def corners(self) -> NDArray[np.float64]:
        """[4, 2] in design units."""
        height, width = self.texture.shape[:2]
        right, bottom = self.left + width / self.scale, self.top + height / self.scale
        return np.array([(self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)])


def draw_layer(canvas: Texture, layer: Layer, pose_map: Map, around: tuple[int, int, int, int]) -> None:
    """Over the square `canvas`, within `around` (left, top, right, bottom in pixels)."""
    x0, y0, x1, y1 = around
    if layer.empty or x1 <= x0 or y1 <= y0:
        return
    maps = _maps(canvas.shape[0], layer, pose_map, around)
    piece = cv2.remap(layer.texture, maps, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    _over(canvas[y0:y1, x0:x1], piece)


def _maps(size: int, layer: Layer, pose_map: Map, around: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Where each pixel comes from in the texture: [h, w, 2]."""
    x0, y0, x1, y1 = around
    columns, rows = -(-(x1 - x0) // _STEP) + 2, -(-(y1 - y0) // _STEP) + 2
    # Nodes lie where `cv2.resize` takes its samples to lie: in the middle of each block.
    node_x = (x0 + (np.arange(columns) - 0.5) * _STEP) * (2 / size) - 1
    node_y = (y0 + (np.arange(rows) - 0.5) * _STEP) * (2 / size) - 1
    x, y = pose_map(*np.meshgrid(node_x, node_y))
    nodes = np.stack([(x - layer.left) * layer.scale - 0.5, (y - layer.top) * layer.scale - 0.5], axis=-1)
    fine = cv2.resize(nodes.astype(np.float32), (columns * _STEP, rows * _STEP), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[_STEP : _STEP + y1 - y0, _STEP : _STEP + x1 - x0], np.float32)


def _over(under: Texture, piece: Texture) -> None:
    """`piece` over `under`, in place; both premultiplied."""
    clear = cv2.bitwise_not(np.ascontiguousarray(piece[..., 3]))
    kept = cv2.multiply(under, cv2.merge([clear] * 4), scale=1 / 255)
    under[:] = cv2.add(kept, piece)


def straight_alpha(canvas: Texture) -> Texture:
    """A premultiplied picture with its colours divided by alpha, in place; clear pixels are 0."""
    edge = cv2.findNonZero(cv2.inRange(canvas[..., 3], 1, 254))
    if edge is not None:
        x, y = edge.reshape(-1, 2).T  # OpenCV 4 gives [N, 1, 2], OpenCV 5 [N, 2]
        pixels = canvas[y, x].astype(np.float32)
        colours = np.minimum(pixels[:, :3] * (255 / pixels[:, 3:]) + 0.5, 255)
        canvas[y, x, :3] = colours.astype(np.uint8)
    return canvas
