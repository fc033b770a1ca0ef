"""A piece of a sheet that is painted anew for every picture: coverage by formula, so that nothing ever jumps.

Shapes are given by where they begin and end in each column.  A pixel's share of a shape is the difference of two
ramps, each one pixel wide: exact for an edge, right for strips thinner than a pixel, and 0 where both edges meet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.avatar.drawn.colours import Colour
from engine.avatar.drawn.sheet import Box

Floats = NDArray[np.float32]
_STEEPEST = 2.5


class Patch:
    """Pixels `texture[rows, columns]` that lie in `box`, of a sheet at (`left`, `top`) with `scale` pixels per unit."""

    def __init__(self, texture: NDArray[np.uint8], left: float, top: float, scale: float, box: Box) -> None:
        height, width = texture.shape[:2]
        x0, x1 = (int(np.clip((at - left) * scale, 0, width)) for at in (box.left, box.right))
        y0, y1 = (int(np.clip((at - top) * scale, 0, height)) for at in (box.top, box.bottom))
        self.rows, self.columns = slice(y0, y1), slice(x0, x1)
        self.scale = np.float32(scale)
        self.x = ((np.arange(x0, x1) + 0.5) / scale + left).astype(np.float32)[None, :]
        self.y = ((np.arange(y0, y1) + 0.5) / scale + top).astype(np.float32)[:, None]
        self._skin = np.ascontiguousarray(texture[self.rows, self.columns, :3].transpose(2, 0, 1), np.float32)
        self.planes = self._skin.copy()
        self.alpha = texture[self.rows, self.columns, 3].astype(np.float32) / np.float32(255)

    def clear(self) -> None:
        """Back to the bare skin."""
        self.planes = self._skin.copy()

    def below(self, edge: Floats, softness: float = 0.0) -> Floats:
        """The share of each pixel below a line `edge` ([1, W], one y per column): [H, W].

        `softness` in design units makes the ramp wider than a pixel.
        """
        slope = np.gradient(edge[0]) * self.scale if edge.shape[1] > 1 else np.zeros(edge.shape[1], np.float32)
        steep = np.minimum(np.sqrt(1 + slope * slope), _STEEPEST).astype(np.float32)
        ramp = self.scale / (steep + np.float32(softness) * self.scale)
        return np.asarray(np.clip(self.y * ramp + (np.float32(0.5) - edge * ramp), 0, 1))

    def between(self, top: Floats, bottom: Floats) -> Floats:
        """The share of each pixel between two lines; nothing where `bottom` is not below `top`."""
        return self.below(top) - self.below(np.maximum(top, bottom))

    def paint(self, share: Floats, colour: Colour | Floats) -> None:
        """`colour` [3], or planes [3, H, W]."""
        planes = colour if colour.ndim == 3 else colour[:, None, None]
        self.planes += share * (planes - self.planes)

    def store(self, texture: NDArray[np.uint8]) -> None:
        """Into the texture that it is a part of."""
        texture[self.rows, self.columns, :3] = (self.planes + np.float32(0.5)).astype(np.uint8).transpose(1, 2, 0)
