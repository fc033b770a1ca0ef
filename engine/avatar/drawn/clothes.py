"""The sheet of neck, shoulders and clothes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.avatar.drawn.character import Character
from engine.avatar.drawn.colours import Colour, brightness, lit, mixed, rgb, shaded
from engine.avatar.drawn.curves import Points, closed_curve, ellipse, flipped, mirrored, ribbon
from engine.avatar.drawn.measures import Measures, head_outline
from engine.avatar.drawn.sheet import Box, Light, Mask, Sheet

BOX = Box(-0.96, 0.12, 0.96, 1.16)
_FLOOR = 1.3  # below the picture, so that no breath lifts its edge into it


def paint_body(sheet: Sheet, character: Character, m: Measures) -> None:
    """Neck, chest and clothes."""
    skin = rgb(character.skin)
    _paint_neck(sheet, m, skin)
    colour, accent = rgb(character.clothing_colour), rgb(character.clothing_accent)
    _CLOTHES[character.clothing](sheet, m, colour, accent)
    if character.hair == "hijab":
        _drape(sheet, m, rgb(character.cover_colour))


def _shoulders(m: Measures, top: float = 0.0, wider: float = 0.0) -> Points:
    """The outline of body and clothes; `top` moves where they begin at the neck."""
    n, s = m.neck_half_width + wider, m.shoulder
    right = [
        (0.0, 0.545 + top),
        (1.0 * n, 0.545 + top),
        (1.25 * n, 0.59),
        (0.62 * s, 0.65),
        (0.9 * s, 0.715),
        (1.07 * s, 0.83),
        (1.14 * s, 1.0),
        (1.17 * s, _FLOOR),
        (0.0, _FLOOR),
    ]
    return closed_curve(mirrored(right))


def _paint_neck(sheet: Sheet, m: Measures, skin: Colour) -> None:
    n = m.neck_half_width
    right = [
        (0, 0.14),
        (n, 0.16),
        (0.98 * n, 0.4),
        (1.12 * n, 0.53),
        (1.4 * n, 0.615),
        (2.2 * n, 0.668),
        (2.4 * n, 0.8),
        (0, _FLOOR),
    ]
    neck = sheet.area(closed_curve(mirrored(right)))
    sheet.solid(neck, skin, m.light, 0.09)
    x, _ = m.light.away()
    chin = sheet.area(head_outline(m) * (0.97, 1) + (0.05 * x, 0.125))
    edge = sheet.blurred(chin, 0.006 + 0.026 * m.light.shading)
    sheet.tint(edge * neck, shaded(skin, 0.34), 0.85)
    bones = [ribbon([(s * 0.05, 0.668), (s * 0.14, 0.65), (s * 0.27, 0.655)], (0.003, 0.014, 0.003)) for s in (-1, 1)]
    sheet.tint(sheet.blurred(sheet.area(*bones), 0.006), shaded(skin, 0.3), 0.5)


def _garment(sheet: Sheet, m: Measures, hole: Mask, colour: Colour, wider: float = 0.0) -> Mask:
    mask = sheet.area(_shoulders(m, 0.0, wider)) * (1 - hole)
    sheet.solid(mask, colour, m.light, 0.12)
    folds = [
        ribbon([(s * x * m.shoulder, y) for x, y in ((0.9, 0.86), (0.78, 0.98), (0.76, 1.2))], (0.002, 0.016, 0.01))
        for s in (-1, 1)
    ]
    sheet.tint(sheet.blurred(sheet.area(*folds), 0.004 + 0.008 * m.light.shading) * mask, shaded(colour, 0.34), 0.7)
    return mask


def _rim(sheet: Sheet, line: list[tuple[float, float]], width: float, colour: Colour, light: Light) -> None:
    """A band along a neckline; the line is its right half, from the middle outwards."""
    loop = np.concatenate([flipped(line)[::-1], np.asarray(line)[1:]])
    sheet.solid(sheet.area(ribbon(loop, (width, width))) * sheet.alpha, colour, light, 0.02)


def _round_hole(m: Measures, depth: float) -> tuple[list[tuple[float, float]], Points]:
    n = m.neck_half_width
    line = [(0.0, 0.6 + depth), (0.62 * n, 0.58 + 0.84 * depth), (1.08 * n, 0.545 + 0.4 * depth), (1.3 * n, 0.5)]
    loop = np.concatenate([flipped(line)[::-1], np.asarray(line)[1:], [(1.2 * n, 0.3), (-1.2 * n, 0.3)]])
    return line, closed_curve(loop)


def _tee(sheet: Sheet, m: Measures, colour: Colour, accent: Colour) -> None:
    line, hole = _round_hole(m, 0.055)
    _garment(sheet, m, sheet.area(hole), colour, 0.035)
    _rim(sheet, line, 0.03, mixed(colour, accent, 0.75), m.light)


def _top(sheet: Sheet, m: Measures, colour: Colour, accent: Colour) -> None:
    """A wide neckline, and a fine chain with a pendant."""
    n = m.neck_half_width
    line = [(0.0, 0.8), (0.8 * n, 0.775), (1.75 * n, 0.7), (2.25 * n, 0.6)]
    loop = np.concatenate([flipped(line)[::-1], np.asarray(line)[1:], [(1.6 * n, 0.3), (-1.6 * n, 0.3)]])
    _garment(sheet, m, sheet.area(closed_curve(loop)), colour, 0.02)
    _rim(sheet, line, 0.016, shaded(colour, 0.2), m.light)
    chain = [(-1.02 * n, 0.545), (-0.6 * n, 0.66), (0.0, 0.722), (0.6 * n, 0.66), (1.02 * n, 0.545)]
    sheet.paint(sheet.area(ribbon(chain, (0.007, 0.007))), accent)
    sheet.solid(sheet.area(ellipse(0, 0.74, 0.018, 0.022)), accent, m.light, 0.012)


def _turtleneck(sheet: Sheet, m: Measures, colour: Colour, accent: Colour) -> None:
    n = m.neck_half_width
    _garment(sheet, m, np.zeros_like(sheet.alpha), colour, 0.02)
    right = [
        (0, 0.455),
        (0.7 * n, 0.445),
        (1.14 * n, 0.42),
        (1.2 * n, 0.52),
        (1.34 * n, 0.62),
        (0.6 * n, 0.655),
        (0, 0.66),
    ]
    collar = sheet.area(closed_curve(mirrored(right)))
    sheet.solid(collar, lit(colour, 0.06), m.light, 0.05)
    fold = [(-1.22 * n, 0.53), (0, 0.57), (1.22 * n, 0.53)]
    sheet.tint(
        sheet.blurred(sheet.area(ribbon(fold, (0.008, 0.012, 0.008))), 0.004) * collar, shaded(colour, 0.32), 0.8
    )
    _stripes(sheet, m, accent, sheet.area(_shoulders(m)) * (1 - collar))


def _stripes(sheet: Sheet, m: Measures, accent: Colour, within: Mask) -> None:
    bands = [ribbon([(-1, y - 0.03), (0, y + 0.03), (1, y - 0.03)], (0.034, 0.034)) for y in (0.84, 0.93, 1.02, 1.11)]
    sheet.tint(sheet.area(*bands) * within, accent, 0.9)
    x, _ = m.light.away()
    side = sheet.blurred(sheet.area(ellipse(1.0 * np.sign(x) * m.shoulder, 1.0, 0.22, 0.4)), 0.08) * within
    sheet.tint(side, shaded(accent, 0.8), 0.25 * m.light.shading)


def _hoodie(sheet: Sheet, m: Measures, colour: Colour, accent: Colour) -> None:
    n = m.neck_half_width
    _, hole = _round_hole(m, 0.1)
    _garment(sheet, m, sheet.area(hole), colour, 0.05)
    hood_right = [
        (1.02 * n, 0.42), (1.62 * n, 0.46), (1.95 * n, 0.6), (1.35 * n, 0.72), (0.3 * n, 0.82), (0.0, 0.78),
        (0.06 * n, 0.7), (0.7 * n, 0.645), (1.06 * n, 0.545),
    ]  # fmt: skip
    for hood in (closed_curve(hood_right), flipped(closed_curve(hood_right))):
        sheet.solid(sheet.area(hood), lit(colour, 0.07), m.light, 0.06)
    for side in (-1, 1):
        cord = [(side * 0.3 * n, 0.77), (side * 0.36 * n, 0.87), (side * 0.33 * n, 0.98)]
        sheet.solid(sheet.area(ribbon(cord, (0.016, 0.014))), accent, m.light, 0.012)
        sheet.solid(sheet.area(ellipse(side * 0.33 * n, 0.99, 0.013, 0.022)), shaded(accent, 0.2), m.light, 0.012)


def _shirt(sheet: Sheet, m: Measures, colour: Colour, accent: Colour) -> None:
    n = m.neck_half_width
    gap = closed_curve(mirrored([(0, 0.3), (1.12 * n, 0.3), (1.1 * n, 0.52), (0.4 * n, 0.68), (0, 0.76)]))
    _garment(sheet, m, sheet.area(gap), colour, 0.04)
    placket = [(0, 0.75), (0.004, 0.95), (0, 1.2)]
    sheet.tint(sheet.area(ribbon(placket, (0.007, 0.007))), shaded(colour, 0.3), 0.9)
    for y in (0.83, 0.96, 1.09):
        sheet.solid(sheet.area(ellipse(0.02, y, 0.0135, 0.0135)), accent, m.light, 0.008)
    right = np.array(
        [
            (1.06 * n, 0.45),
            (1.3 * n, 0.53),
            (1.24 * n, 0.62),
            (0.82 * n, 0.755),
            (0.02, 0.755),
            (0.5 * n, 0.62),
            (1.0 * n, 0.5),
        ]
    )
    for collar in (right, flipped(right)):
        sharp = np.repeat(collar, 2, axis=0)
        shape = sheet.area(closed_curve(sharp))
        sheet.tint(sheet.blurred(sheet.moved(shape, 0, 0.012), 0.01), shaded(colour, 0.42), 0.5)
        sheet.solid(shape, lit(colour, 0.08), m.light, 0.04)


def _jacket(sheet: Sheet, m: Measures, colour: Colour, accent: Colour) -> None:
    """Over a plain top in the accent."""
    n = m.neck_half_width
    line, hole = _round_hole(m, 0.05)
    _garment(sheet, m, sheet.area(hole), accent, 0.03)
    _rim(sheet, line, 0.022, shaded(accent, 0.14), m.light)
    opening = closed_curve(
        mirrored(
            [(0, 0.3), (1.0 * n, 0.3), (1.02 * n, 0.5), (1.3 * n, 0.66), (0.9 * n, 0.86), (0.3 * n, 1.2), (0, 1.3)]
        )
    )
    _garment(sheet, m, sheet.area(opening), colour, 0.06)
    lapel = np.array(
        [
            (1.1 * n, 0.47),
            (1.62 * n, 0.555),
            (2.0 * n, 0.74),
            (1.55 * n, 0.77),
            (1.6 * n, 0.86),
            (0.55 * n, 1.14),
            (0.9 * n, 0.8),
            (1.22 * n, 0.58),
        ]
    )
    for side in (lapel, flipped(lapel)):
        shape = sheet.area(closed_curve(np.repeat(side, 2, axis=0)))
        sheet.tint(sheet.blurred(sheet.moved(shape, 0, 0.012), 0.012), shaded(colour, 0.5), 0.5)
        sheet.solid(shape, lit(colour, 0.09), m.light, 0.05)


def _overalls(sheet: Sheet, m: Measures, colour: Colour, accent: Colour) -> None:
    """Denim over a tee in the accent."""
    line, hole = _round_hole(m, 0.045)
    shirt = _garment(sheet, m, sheet.area(hole), accent, 0.035)
    _rim(sheet, line, 0.026, shaded(accent, 0.12), m.light)
    bib = closed_curve(np.repeat(mirrored([(0, 0.86), (0.25, 0.86), (0.3, _FLOOR), (0, _FLOOR)]), 2, axis=0))
    straps = [ribbon([(s * 0.36, 0.6), (s * 0.3, 0.74), (s * 0.23, 0.93)], (0.075, 0.07)) for s in (-1, 1)]
    denim = sheet.area(*straps) * np.clip(shirt + sheet.area(bib), 0, 1)
    sheet.solid(denim, colour, m.light, 0.05)
    sheet.solid(sheet.area(bib), colour, m.light, 0.06)
    seam = lit(colour, 0.45) if brightness(colour) < 0.7 else shaded(colour, 0.3)
    sheet.tint(sheet.area(ribbon([(-0.235, 0.882), (0.235, 0.882)], (0.005, 0.005))), seam, 0.8)
    sheet.solid(sheet.area(*(ellipse(s * 0.222, 0.915, 0.022, 0.022) for s in (-1, 1))), rgb("#e2b650"), m.light, 0.015)


def _drape(sheet: Sheet, m: Measures, colour: Colour) -> None:
    """What a head scarf covers of neck and chest."""
    n = m.neck_half_width
    right = [(0, 0.3), (1.5 * n, 0.32), (1.75 * n, 0.5), (2.3 * n, 0.63), (2.2 * n, 0.76), (1.2 * n, 0.87), (0, 0.92)]
    cloth = sheet.area(closed_curve(mirrored(right)))
    sheet.tint(sheet.blurred(sheet.moved(cloth, 0, 0.02), 0.02), rgb("#20141c"), 0.25)
    sheet.solid(cloth, colour, m.light, 0.08)
    folds = [
        ribbon([(-1.9 * n, 0.56), (-0.6 * n, 0.72), (1.0 * n, 0.76)], (0.003, 0.016, 0.003)),
        ribbon([(-1.6 * n, 0.48), (0.0, 0.64), (1.6 * n, 0.62)], (0.003, 0.018, 0.003)),
        ribbon([(1.7 * n, 0.52), (0.6 * n, 0.66), (-0.6 * n, 0.84)], (0.003, 0.014, 0.003)),
    ]
    sheet.tint(sheet.blurred(sheet.area(*folds), 0.006) * cloth, shaded(colour, 0.36), 0.75)


_CLOTHES: dict[str, Callable[[Sheet, Measures, Colour, Colour], None]] = {
    "tee": _tee,
    "shirt": _shirt,
    "hoodie": _hoodie,
    "turtleneck": _turtleneck,
    "jacket": _jacket,
    "top": _top,
    "overalls": _overalls,
}
