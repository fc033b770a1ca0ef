"""A sheet to paint a layer on, once and in good quality, before any picture is drawn.

Design units: the picture is -1 to 1 in both directions, x to the right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.avatar.drawn.colours import Colour, lit, shaded
from engine.avatar.drawn.curves import Points

Mask = NDArray[np.float32]
"""[H, W], how much of each pixel is covered: 0 to 1."""
_FINER = 3
_SHIFT = 8


@dataclass(frozen=True, slots=True)
class Box:
    """Where a sheet lies, in design units."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Light:
    """How things are lit: `shading` 0 (flat) to 1 (soft and round), `side` -1 (from the left) to 1."""

    shading: float
    side: float

    def away(self) -> tuple[float, float]:
        """Unit vector from the light, in the picture."""
        length = float(np.hypot(self.side, 0.75))
        return -self.side / length, 0.75 / length


class Sheet:
    """`scale` pixels per design unit.  Colours are premultiplied by alpha inside: edges stay clean when moved."""

    def __init__(self, box: Box, scale: float) -> None:
        self.box, self.scale = box, scale
        self.width = int(np.ceil((box.right - box.left) * scale))
        self.height = int(np.ceil((box.bottom - box.top) * scale))
        self.colour = np.zeros((self.height, self.width, 3), np.float32)
        self.alpha = np.zeros((self.height, self.width), np.float32)

    def area(self, *outlines: Points) -> Mask:
        """The inside of all outlines together."""
        mask = np.zeros((self.height * _FINER, self.width * _FINER), np.uint8)
        for outline in outlines:
            fine = (outline - (self.box.left, self.box.top)) * self.scale * _FINER - 0.5
            cv2.fillPoly(mask, [np.round(fine * 2**_SHIFT).astype(np.int32)], 255, cv2.LINE_AA, _SHIFT)
        small = cv2.resize(mask, (self.width, self.height), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32) / np.float32(255)

    def blurred(self, mask: Mask, radius: float) -> Mask:
        """`radius` of the Gaussian in design units."""
        return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(0.3, radius * self.scale)), np.float32)

    def moved(self, mask: Mask, x: float, y: float) -> Mask:
        """The mask elsewhere, by design units."""
        shift = np.array([[1, 0, x * self.scale], [0, 1, y * self.scale]], np.float32)
        return np.asarray(cv2.warpAffine(mask, shift, (self.width, self.height)), np.float32)

    def paint(self, mask: Mask, colour: Colour, opacity: float = 1.0) -> None:
        """Over all that is there."""
        share = mask * np.float32(opacity)
        self.colour += share[..., None] * (colour - self.colour)
        self.alpha += share * (1 - self.alpha)

    def tint(self, mask: Mask, colour: Colour, opacity: float = 1.0) -> None:
        """Only on what is there; alpha stays."""
        share = mask * np.float32(opacity)
        self.colour += share[..., None] * (colour * self.alpha[..., None] - self.colour)

    def solid(self, mask: Mask, colour: Colour, light: Light, thickness: float = 0.07) -> None:
        """Something round of one colour: flat, with a dark side and a bright side as the light says."""
        self.paint(mask, colour)
        if light.shading <= 0:
            return
        x, y = light.away()
        inner = self.blurred(mask, thickness)
        dark = mask * (1 - self.moved(inner, -x * thickness, -y * thickness))
        bright = mask * np.clip(0.9 - self.moved(inner, x * thickness, y * thickness), 0, 1)
        self.tint(np.clip(1.25 * dark, 0, 1), shaded(colour, 0.42), 0.75 * light.shading)
        self.tint(bright * (1 - dark), lit(colour, 0.4), 0.6 * light.shading)

    def texture(self) -> NDArray[np.uint8]:
        """[H, W, 4], colours premultiplied."""
        out = np.concatenate([self.colour, 255 * self.alpha[..., None]], axis=-1)
        return np.asarray(np.clip(out + 0.5, 0, 255), np.uint8)
