"""What a shut mouth hides: the dark, the upper and lower teeth, the tongue; in the portrait's light and colours."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.avatar.portrait.geometry import Floats, soft_step
from engine.avatar.portrait.light import Light
from engine.avatar.renderer import Picture

_LOWER_TEETH_FROM = 0.45  # how far open they come into sight
_BETWEEN_TEETH = (0.0, 0.235, 0.43, 0.59, 0.73)  # from the middle, usual half widths: incisors are the widest


@dataclass(frozen=True, slots=True)
class Gap:
    """The parted lips, per pixel: `x`, `y` in half widths of the mouth (y from the line between the lips), the upper
    lip's edge `above` and the lower's `below`.  `unit`: pixels per half width; `usual`: a usual mouth's, in these."""

    x: Floats
    y: Floats
    above: Floats
    below: Floats
    unit: float
    usual: float

    def within(self, rows: slice, columns: slice) -> Gap:
        x, y, above, below = (a[rows, columns] for a in (self.x, self.y, self.above, self.below))
        return Gap(x, y, above, below, self.unit, self.usual)


@dataclass(frozen=True, slots=True)
class OwnTeeth:
    """What the portrait itself shows between its lips: `colours` [h, w, 3] 0..255, and where they are seen, `showing`
    [h, w] 0..1.  They belong to the skull and do not move with the lips."""

    colours: Floats
    showing: Floats


@dataclass(frozen=True, slots=True)
class InnerMouth:
    """`own_teeth`: the portrait shows its upper teeth already, so none are added."""

    light: Light
    own_teeth: bool

    def draw(self, patch: Picture, gap: Gap, wanted: Floats, own: OwnTeeth | None = None) -> None:
        """Into `patch` [h, w, 4], where lips have parted.  `wanted`: open, wide, round, tuck, tongue, smile."""
        open_px = (gap.below - gap.above) * np.float32(gap.unit)
        rows, columns = np.nonzero((gap.y >= gap.above - 0.1) & (gap.y <= gap.below + 0.1) & (open_px > 0.05))
        if not len(rows):
            return
        box = slice(int(rows.min()), int(rows.max()) + 1), slice(int(columns.min()), int(columns.max()) + 1)
        part = gap.within(*box)
        colours = self._painted(part, float(wanted[0]), float(wanted[4]))
        if self.light.blur > 0.4:
            colours = cv2.GaussianBlur(colours, (0, 0), self.light.blur)
        if own is not None:
            colours = _over(colours, own.colours[box], own.showing[box])
        if wanted[4] > 0.02:
            colours = _over(colours, *self._tip(part, float(wanted[4]), part.usual))
        soft = np.float32(gap.unit / (0.9 + 0.8 * self.light.blur))
        covered = np.clip(np.minimum(part.y - part.above, part.below - part.y) * soft + 0.5, 0, 1)
        covered *= np.clip(open_px[box] / np.float32(1 + self.light.blur), 0, 1)
        under = patch[box]
        under[..., :3] = (under[..., :3] + covered[..., None] * (colours - under[..., :3]) + 0.5).astype(np.uint8)

    def _painted(self, gap: Gap, opened: float, tongue: float) -> Floats:
        """Colours 0..255, [h, w, 3]."""
        light = self.light
        x = np.abs(gap.x)
        open_here = np.maximum(gap.below - gap.above, 1e-3)
        # Lit a little at the rim, dark behind the teeth.
        deep = np.clip((gap.y - gap.above) / open_here, 0, 1)
        colours = light.cavity * (0.55 + 0.6 * deep + 0.35 * x * x)[..., None]
        colours = _over(colours, *self._tongue(gap, opened, tongue))
        if opened > _LOWER_TEETH_FROM:
            colours = _over(colours, *self._lower_teeth(gap, opened))
        if not self.own_teeth:
            colours = _over(colours, *self._upper_teeth(gap))
        across = 1 + np.float32(light.slope) * np.clip(gap.x, -1, 1)
        return np.asarray(np.clip(colours * across[..., None], 0, 255), np.float32)

    def _upper_teeth(self, gap: Gap) -> tuple[Floats, Floats]:
        """They hang from the skull: their edge stays where it is while the lip rises off them."""
        usual = np.float32(gap.usual)
        x = gap.x / usual
        edge = usual * (0.1 - 0.15 * x * x)
        gaps = sum(np.exp(-(((np.abs(x) - at) / 0.014) ** 2)) for at in _BETWEEN_TEETH)
        edge = edge - usual * np.float32(0.02) * np.minimum(gaps, 1)
        showing = np.clip((edge - gap.y) * np.float32(gap.unit / 1.2) + 0.5, 0, 1)
        showing *= 1 - soft_step(np.abs(x), 0.72, 0.95)
        shade = 0.78 + 0.22 * soft_step(gap.y - gap.above, 0.0, 0.14)  # the lip's shadow
        shade = shade * (1 - 0.42 * x * x) * (1 - 0.16 * np.minimum(gaps, 1))
        return self.light.teeth * shade[..., None], showing

    def _lower_teeth(self, gap: Gap, opened: float) -> tuple[Floats, Floats]:
        """They go down with the jaw, and the lower lip hides all but their tips."""
        usual = np.float32(gap.usual)
        x = gap.x / usual
        edge = gap.below - usual * np.float32(0.02 + 0.11 * (opened - _LOWER_TEETH_FROM)) * (1 - 1.6 * x * x)
        showing = np.clip((gap.y - edge) * np.float32(gap.unit / 1.5) + 0.5, 0, 1) * (
            1 - soft_step(np.abs(x), 0.4, 0.62)
        )
        colours = self.light.teeth * (0.62 - 0.3 * x * x)[..., None]
        return np.asarray(colours, np.float32), np.asarray(0.75 * showing, np.float32)

    def _tongue(self, gap: Gap, opened: float, raised: float) -> tuple[Floats, Floats]:
        """It lies behind the lower teeth."""
        x = gap.x / np.float32(0.78)
        height = gap.usual * (0.42 * opened + 0.1 * raised)
        top = gap.below - np.float32(height) * np.sqrt(np.maximum(1 - x * x, 0))
        showing = np.clip((gap.y - top) * np.float32(gap.unit / 3) + 0.3, 0, 1) * (np.abs(x) < 1)
        deep = np.clip((gap.y - top) / np.float32(max(height, 1e-3)), 0, 1)
        groove = 1 - 0.12 * np.exp(-((x / 0.09) ** 2))
        shade = (0.55 + 0.45 * np.sqrt(deep)) * (1 - 0.35 * x * x) * groove
        return self.light.tongue * shade[..., None], np.asarray(showing, np.float32)

    def _tip(self, gap: Gap, raised: float, usual: float) -> tuple[Floats, Floats]:
        """The tip behind or between the teeth (l, th): a blunt wedge that rises to their edge."""
        x = gap.x / np.float32(0.5 * usual)
        top = np.float32(0.07 * usual) + (gap.below - np.float32(0.07 * usual)) * np.float32(1 - raised)
        top = top + np.float32(0.12 * usual) * x * x
        showing = np.clip((gap.y - top) * np.float32(gap.unit / 2) + 0.5, 0, 1) * (1 - soft_step(np.abs(x), 0.8, 1.05))
        deep = np.clip((gap.y - top) / np.float32(0.5 * usual), 0, 1)
        shade = (1.06 - 0.25 * deep) * (1 - 0.2 * x * x)
        return self.light.tongue * shade[..., None], np.asarray(showing, np.float32)


def _over(under: Floats, colours: Floats, showing: Floats) -> Floats:
    return np.asarray(under + showing[..., None] * (colours - under), np.float32)
