"""Beards: on the skin, under the mouth that is painted for each picture."""

from __future__ import annotations

import numpy as np

from engine.avatar.drawn.character import Character
from engine.avatar.drawn.colours import lit, mixed, rgb, shaded
from engine.avatar.drawn.curves import Points, closed_curve, mirrored, ribbon
from engine.avatar.drawn.measures import Measures
from engine.avatar.drawn.sheet import Mask, Sheet


def paint_beard(sheet: Sheet, character: Character, m: Measures) -> None:
    """What the description says; nothing for a shaven face."""
    if character.beard == "none":
        return
    colour, skin = rgb(character.beard_colour), rgb(character.skin)
    if character.beard == "stubble":
        area = np.maximum(sheet.area(_full(m, 0.0)), sheet.area(_moustache(m, 1.0)))
        sheet.tint(sheet.blurred(area, 0.02), mixed(skin, colour, 0.55), 0.42)
        return
    if character.beard in {"moustache", "goatee", "full"}:
        lip = sheet.area(_moustache(m, 1.0))
        if character.beard == "goatee":
            lip = np.maximum(lip, sheet.area(_goatee(m)))
        if character.beard == "full":
            face = sheet.area(_full(m, 0.05))
            lip = np.maximum(lip, face)
        _paint_hair(sheet, lip, character, m)


def _paint_hair(sheet: Sheet, mask: Mask, character: Character, m: Measures) -> None:
    colour = rgb(character.beard_colour)
    sheet.solid(sheet.blurred(mask, 0.004), colour, m.light, 0.06)
    rng = np.random.default_rng(3)
    hairs = []
    for _ in range(70):
        x = rng.uniform(-0.3, 0.3)
        y = rng.uniform(m.nose_y, m.chin_y + 0.02)
        hairs.append(ribbon([(x, y), (x * 1.02 + 0.004, y + 0.03), (x * 1.0, y + 0.06)], (0.001, 0.006, 0.001)))
    strands = sheet.area(*hairs[:35]) * mask
    sheet.tint(strands, shaded(colour, 0.3), 0.5)
    sheet.tint(sheet.area(*hairs[35:]) * mask, lit(colour, 0.25), 0.3)


def _moustache(m: Measures, size: float) -> Points:
    top, low = m.nose_y + 0.024, m.mouth_y - m.upper_lip - 0.004
    w = m.mouth_half_width * size
    right = [
        (0.0, top + 0.012),
        (0.4 * w, top),
        (0.95 * w, low + 0.008),
        (1.16 * w, m.mouth_y + 0.024),
        (0.84 * w, m.mouth_y + 0.002),
        (0.4 * w, low + 0.014),
        (0.0, low + 0.02),
    ]
    return closed_curve(mirrored(right))


def _goatee(m: Measures) -> Points:
    w, y = m.mouth_half_width, m.mouth_y + m.lower_lip
    right = [
        (0.0, y + 0.022),
        (0.36 * w, y + 0.02),
        (0.62 * w, y + 0.05),
        (0.66 * w, m.chin_y - 0.02),
        (0.35 * w, m.chin_y + 0.028),
        (0.0, m.chin_y + 0.04),
    ]
    return closed_curve(mirrored(right))


def _full(m: Measures, longer: float) -> Points:
    """From ear to ear, around the mouth, over the chin."""
    w, down = m.half_width, m.chin_y - m.eye_y
    right = [
        (0.0, m.mouth_y + m.lower_lip + 0.018),
        (0.5 * m.mouth_half_width, m.mouth_y + m.lower_lip + 0.018),
        (1.12 * m.mouth_half_width, m.mouth_y + 0.015),
        (1.3 * m.mouth_half_width, m.mouth_y - 0.045),
        (0.74 * w, m.eye_y + 0.53 * down),
        (0.91 * w, m.eye_y + 0.3 * down),
        (0.96 * w, m.eye_y + 0.02 * down),
        (1.005 * w, m.eye_y + 0.06 * down),
        ((0.985 * m.cheeks + 0.2 * longer) * w, m.eye_y + 0.38 * down),
        ((m.jaw + 0.5 * longer) * w * 1.01, m.eye_y + 0.71 * down),
        ((0.5 * (m.jaw + m.chin) * 0.95 + 0.3 * longer) * w, m.eye_y + 0.9 * down + 0.5 * longer),
        (m.chin * 0.8 * w, m.chin_y + 0.8 * longer),
        (0.0, m.chin_y + 1.1 * longer),
    ]
    return closed_curve(mirrored(right))
