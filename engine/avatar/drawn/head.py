"""The sheet of the face: skull, ears, nose and all that lies on the skin.  Eyes, brows and mouth come later."""

from __future__ import annotations

import numpy as np

from engine.avatar.drawn.character import Character
from engine.avatar.drawn.colours import Colour, brightness, lit, mixed, rgb, shaded
from engine.avatar.drawn.curves import closed_curve, ellipse, flipped, open_curve, ribbon
from engine.avatar.drawn.measures import Measures, head_outline
from engine.avatar.drawn.sheet import Box, Light, Sheet

BOX = Box(-0.58, -0.72, 0.58, 0.62)
_ROSE = rgb("#e0575c")


def paint_head(sheet: Sheet, character: Character, m: Measures, ears_seen: bool) -> None:
    """The bare head of a character."""
    skin = rgb(character.skin)
    if ears_seen:
        _paint_ears(sheet, m, skin)
        _paint_earrings(sheet, m, character)
    face = sheet.area(head_outline(m))
    sheet.solid(face, skin, Light(0.85 * m.light.shading, m.light.side), 0.11)
    _paint_flush(sheet, character, m, skin)
    _paint_nose(sheet, m, skin)
    _paint_wrinkles(sheet, m, skin, character.wrinkles)


def _paint_ears(sheet: Sheet, m: Measures, skin: Colour) -> None:
    size = m.ear_size
    for outwards in (-1, 1):
        x = outwards * (m.half_width + 0.012)
        ear = closed_curve(
            [
                (x - 0.35 * outwards * size, m.ear_y - 0.55 * size),
                (x + 0.15 * outwards * size, m.ear_y - 0.95 * size),
                (x + 0.62 * outwards * size, m.ear_y - 0.6 * size),
                (x + 0.5 * outwards * size, m.ear_y + 0.1 * size),
                (x + 0.18 * outwards * size, m.ear_y + 0.75 * size),
                (x - 0.2 * outwards * size, m.ear_y + 0.85 * size),
                (x - 0.4 * outwards * size, m.ear_y + 0.3 * size),
            ]
        )
        sheet.solid(sheet.area(ear), shaded(mixed(skin, _ROSE, 0.07), 0.04), m.light, 0.04)
        fold = [
            (x + 0.1 * outwards * size, m.ear_y - 0.62 * size),
            (x + 0.36 * outwards * size, m.ear_y - 0.42 * size),
            (x + 0.25 * outwards * size, m.ear_y + 0.05 * size),
            (x + 0.02 * outwards * size, m.ear_y + 0.32 * size),
        ]
        line = sheet.area(ribbon(fold, (0.004, 0.016, 0.016, 0.004)))
        sheet.tint(sheet.blurred(line, 0.003), shaded(mixed(skin, _ROSE, 0.1), 0.34), 0.8)


def _paint_earrings(sheet: Sheet, m: Measures, character: Character) -> None:
    if character.earrings == "none":
        return
    metal, light = rgb(character.earring_colour), Light(max(0.4, m.light.shading), m.light.side)
    for outwards in (-1, 1):
        x, y = outwards * (m.half_width + 0.012 + 0.06 * m.ear_size), m.ear_y + 0.84 * m.ear_size
        if character.earrings == "studs":
            sheet.solid(sheet.area(ellipse(x, y, 0.017, 0.017)), metal, light, 0.012)
        elif character.earrings == "hoops":
            ring = open_curve(ellipse(x, y + 0.06, 0.05, 0.062)[::4])
            closed = np.concatenate([ring, ring[:2]])
            sheet.solid(sheet.area(ribbon(closed[::4], (0.014,) * 2)), metal, light, 0.012)
        else:
            sheet.solid(sheet.area(ellipse(x, y, 0.012, 0.012)), metal, light, 0.01)
            drop = closed_curve([(x, y + 0.012), (x + 0.022, y + 0.07), (x, y + 0.098), (x - 0.022, y + 0.07)])
            sheet.solid(sheet.area(drop), metal, light, 0.02)


def _paint_flush(sheet: Sheet, character: Character, m: Measures, skin: Colour) -> None:
    """Cheeks, freckles, the shade around the eyes and the glow of forehead and chin."""
    soft = m.light.shading
    cheek_y = 0.45 * m.nose_y + 0.55 * (m.eye_y + 0.13)
    cheeks = sheet.area(*(ellipse(side * 0.62 * m.half_width, cheek_y, 0.1, 0.075) for side in (-1, 1)))
    rosy = mixed(skin, _ROSE, 0.5 if brightness(skin) > 0.5 else 0.24)
    sheet.tint(sheet.blurred(cheeks, 0.018 + 0.035 * soft), rosy, 0.75 * character.blush)
    sockets = sheet.area(
        *(ellipse(side * m.eye_x * 0.97, m.eye_y - 0.3 * m.eye_up, m.eye_half_width * 1.1, 0.075) for side in (-1, 1))
    )
    sheet.tint(sheet.blurred(sockets, 0.03), shaded(mixed(skin, _ROSE, 0.12), 0.22), 0.4 * soft)
    glow = sheet.area(ellipse(0.25 * m.half_width * m.light.side, m.eye_y - 0.3, 0.16, 0.075))
    sheet.tint(sheet.blurred(glow, 0.06), lit(skin, 0.5), 0.4 * soft)
    chin = sheet.area(ellipse(0.02 * m.light.side, m.chin_y - 0.065, 0.05, 0.028))
    sheet.tint(sheet.blurred(chin, 0.022), lit(skin, 0.45), 0.45 * soft)
    if character.freckles > 0:
        rng = np.random.default_rng(7)
        spots = [
            ellipse(x, cheek_y - 0.015 + 0.04 * rng.normal(), *(0.0035 + 0.0035 * rng.random(2)))
            for side in (-1, 0, 1)
            for x in side * 0.52 * m.half_width + 0.065 * rng.normal(size=round(26 * character.freckles))
        ]
        sheet.tint(sheet.area(*spots), shaded(mixed(skin, rgb("#a85a2a"), 0.45), 0.15), 0.75)


def _paint_nose(sheet: Sheet, m: Measures, skin: Colour) -> None:
    soft, side = m.light.shading, 1 if m.light.side <= 0 else -1  # which side is dark
    w, y, top = m.nose_half_width, m.nose_y, m.nose_y - m.nose_length
    dark = shaded(mixed(skin, _ROSE, 0.12), 0.3)
    bridge = closed_curve(
        [
            (side * 0.2 * w, top + 0.02),
            (side * 0.52 * w, y - 0.09),
            (side * 1.0 * w, y - 0.03),
            (side * 0.9 * w, y + 0.008),
            (side * 0.3 * w, y - 0.035),
        ]
    )
    sheet.tint(sheet.blurred(sheet.area(bridge), 0.006 + 0.012 * soft), dark, 0.18 + 0.3 * soft)
    under = closed_curve(
        [(-0.88 * w, y - 0.008), (-0.4 * w, y - 0.006), (0, y + 0.006), (0.4 * w, y - 0.006), (0.88 * w, y - 0.008),
         (0.5 * w, y + 0.014), (0, y + 0.026), (-0.5 * w, y + 0.014)]
    )  # fmt: skip
    sheet.tint(sheet.blurred(sheet.area(under), 0.004 + 0.006 * soft), dark, 0.75)
    wings = [
        ribbon(
            [(s * 0.86 * w, y - 0.042), (s * 1.04 * w, y - 0.02), (s * 0.92 * w, y + 0.004), (s * 0.7 * w, y + 0.002)],
            (0.002, 0.009, 0.008, 0.002),
        )
        for s in (-1, 1)
    ]
    sheet.tint(sheet.blurred(sheet.area(*wings), 0.002 + 0.002 * soft), shaded(dark, 0.12), 0.45)
    nostrils = sheet.area(*(ellipse(s * 0.42 * w, y + 0.001, 0.26 * w, 0.0075, s * -14) for s in (-1, 1)))
    sheet.tint(sheet.blurred(nostrils, 0.0025), shaded(mixed(skin, _ROSE, 0.15), 0.62), 0.85)
    tip = sheet.area(ellipse(-side * 0.14 * w, y - 0.035, 0.42 * w, 0.018))
    sheet.tint(sheet.blurred(tip, 0.012), lit(skin, 0.55), 0.25 + 0.45 * soft)
    ridge = sheet.area(ribbon([(-side * 0.05 * w, top + 0.03), (-side * 0.08 * w, y - 0.06)], (0.012, 0.022)))
    sheet.tint(sheet.blurred(ridge, 0.012), lit(skin, 0.5), 0.5 * soft)


def _paint_wrinkles(sheet: Sheet, m: Measures, skin: Colour, depth: float) -> None:
    if depth <= 0:
        return
    cheek = [(0.95 * m.nose_half_width, m.nose_y - 0.02), (0.125, m.nose_y + 0.03), (0.158, m.mouth_y - 0.012)]
    bag = [
        (0.5 * m.eye_x, m.eye_y + m.eye_down + 0.022),
        (m.eye_x, m.eye_y + m.eye_down + 0.045),
        (1.38 * m.eye_x, m.eye_y + m.eye_down + 0.018),
    ]
    corner = (m.eye_x + m.eye_half_width + 0.022, m.eye_y)
    feet = [[corner, (corner[0] + 0.045, corner[1] + dy)] for dy in (-0.028, 0.006, 0.036)]
    brow = m.brow_y - 0.1
    folds = [[(-0.16, brow + dy + 0.012), (0.0, brow + dy), (0.16, brow + dy + 0.012)] for dy in (0, -0.05)]
    right = [(cheek, 0.011), (bag, 0.009), *((foot, 0.006) for foot in feet)]
    lines = [ribbon(line, (0.001, width, 0.001)) for line, width in right]
    lines += [flipped(line) for line in lines]
    lines += [ribbon(fold, (0.001, 0.008, 0.001)) for fold in folds]
    mask = sheet.blurred(sheet.area(*lines), 0.003)
    sheet.tint(mask, shaded(mixed(skin, _ROSE, 0.1), 0.36), 0.9 * depth)
