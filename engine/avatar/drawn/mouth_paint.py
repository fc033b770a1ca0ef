"""Paints a mouth into a patch of the face: lips, the dark inside, tongue and teeth."""

from __future__ import annotations

import numpy as np

from engine.avatar.drawn.colours import WHITE, Colour, lit, mixed, rgb, shaded
from engine.avatar.drawn.mouth import Mouth
from engine.avatar.drawn.patch import Floats, Patch
from engine.avatar.drawn.sheet import Light

CAVITY_TOP, CAVITY_BOTTOM = rgb("#2c0b12"), rgb("#5e1a22")
_TEETH, _TEETH_SHADE = rgb("#fbf5ea"), rgb("#cdb7aa")
_TONGUE, _TONGUE_SHADE = rgb("#d9707a"), rgb("#9a3c48")


class MouthColours:
    """The colours of one character's mouth, mixed once."""

    def __init__(self, lip: Colour, skin: Colour, light: Light) -> None:
        soft = light.shading
        self.upper = shaded(lip, 0.1 + 0.08 * soft)
        self.lower = lip
        self.glow = lit(lip, 0.5)
        self.seam = mixed(shaded(lip, 0.62), rgb("#5a2424"), 0.35)
        self.under = shaded(skin, 0.3)
        self.soft = np.float32(soft)
        self.side = np.float32(light.side)


def paint_mouth(patch: Patch, mouth: Mouth, colours: MouthColours) -> None:
    """Over the skin of `patch`."""
    lines = mouth.lines(patch.x)
    _, upper, lower, _ = lines
    _paint_lips(patch, mouth, colours, lines)
    along = np.abs(patch.x) / np.float32(mouth.half_width * (mouth.corner + 0.05))
    line = np.float32(0.0045) * np.sqrt(np.clip(1 - along**5, 0, 1))
    patch.paint(patch.between(upper - line, lower + line), colours.seam)
    if float(np.max(lower - upper)) > 0:
        _paint_inside(patch, mouth, upper, lower)


def _paint_lips(
    patch: Patch, mouth: Mouth, colours: MouthColours, lines: tuple[Floats, Floats, Floats, Floats]
) -> None:
    top, upper, lower, bottom = lines
    u = np.clip(patch.x / np.float32(mouth.half_width), -1, 1)
    hollow = (1 - u * u) * np.float32(0.16 + 0.34 * colours.soft)
    under = patch.below(bottom - 0.01, 0.004) - patch.below(bottom + 0.024, 0.034)
    patch.paint(np.maximum(under, 0) * hollow * patch.alpha, colours.under)
    patch.paint(patch.between(top, upper), colours.upper)
    lower_lip = patch.between(lower, bottom)
    patch.paint(lower_lip, colours.lower)
    if colours.soft > 0:
        thick = np.maximum(bottom - lower, 1e-4)
        along = (patch.y - lower) / thick
        across = (u - np.float32(0.25) * colours.side) / np.float32(0.5)
        glow = np.exp(-(((along - np.float32(0.4)) / np.float32(0.28)) ** 2) - across**2)
        patch.paint(lower_lip * glow * (np.float32(0.75) * colours.soft), colours.glow)


def _paint_inside(patch: Patch, mouth: Mouth, upper: Floats, lower: Floats) -> None:
    inside = patch.between(upper, lower)
    deep = np.clip((patch.y - upper) / np.float32(0.14), 0, 1)
    patch.paint(inside, _graded(CAVITY_TOP, CAVITY_BOTTOM, deep))
    u = np.clip(patch.x / np.float32(mouth.half_width), -1, 1)
    tongue_top = mouth.tongue_top(patch.x).astype(np.float32)
    teeth = patch.between(upper, np.minimum(mouth.teeth(patch.x).astype(np.float32), lower))
    shade = np.clip(np.float32(0.95) - (patch.y - upper) / np.float32(0.022), 0, 1) * np.float32(0.6)
    shade = np.maximum(shade, np.abs(u) ** np.float32(2.5))
    patch.paint(teeth, _graded(_TEETH, _TEETH_SHADE, shade))
    tongue = patch.between(np.maximum(tongue_top, upper), lower)
    rise = np.clip((patch.y - tongue_top) / np.float32(0.05), 0, 1)
    round_off = np.clip(rise + np.float32(0.4) * u * u, 0, 1)
    patch.paint(tongue, _graded(mixed(_TONGUE, WHITE, 0.06), _TONGUE_SHADE, round_off))
    patch.paint(tongue * np.exp(-((patch.x / np.float32(0.006)) ** 2)) * np.float32(0.25), _TONGUE_SHADE)


def _graded(first: Colour, second: Colour, share: Floats) -> Floats:
    """Planes [3, H, W] from one colour to another."""
    return np.asarray(first[:, None, None] + share * (second - first)[:, None, None], np.float32)
