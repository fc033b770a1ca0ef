"""What is worn on the head: hats, scarves, glasses."""

from __future__ import annotations

import numpy as np

from engine.avatar.drawn.character import Character
from engine.avatar.drawn.colours import WHITE, lit, mixed, rgb, shaded
from engine.avatar.drawn.curves import Points, closed_curve, ellipse, flipped, mirrored, ribbon
from engine.avatar.drawn.hair import placed
from engine.avatar.drawn.hair_styles import SCARF
from engine.avatar.drawn.measures import Measures
from engine.avatar.drawn.sheet import Sheet


def paint_cover(sheet: Sheet, character: Character, m: Measures) -> None:
    """A hat or a scarf, above all hair."""
    if character.hair == "beanie":
        _paint_beanie(sheet, character, m)
    elif character.hair == "hijab":
        _paint_hijab(sheet, character, m)


def _paint_beanie(sheet: Sheet, character: Character, m: Measures) -> None:
    colour = rgb(character.cover_colour)
    dome = closed_curve(
        placed(mirrored([(0, -1.42), (0.5, -1.36), (0.92, -1.1), (1.1, -0.72), (1.08, -0.5), (0, -0.6)]), m)
    )
    mask = sheet.area(dome)
    sheet.solid(mask, colour, m.light, 0.09)
    ribs = [
        ribbon(placed([(0.3 * x, -1.36), (0.85 * x, -1.0), (x, -0.6)], m), (0.003, 0.009))
        for x in np.linspace(-1, 1, 11)
    ]
    sheet.tint(sheet.blurred(sheet.area(*ribs), 0.004) * mask, shaded(colour, 0.3), 0.55)
    cuff = placed(
        mirrored([(0, -0.9), (0.55, -0.86), (1.1, -0.74), (1.17, -0.55), (1.11, -0.4), (0.6, -0.52), (0, -0.57)]), m
    )
    fold = sheet.area(closed_curve(cuff))
    sheet.tint(sheet.blurred(sheet.moved(fold, 0, -0.012), 0.012), shaded(colour, 0.5), 0.5)
    sheet.solid(fold, lit(colour, 0.07), m.light, 0.045)
    ribs = [
        ribbon(placed([(0.98 * x, -0.9), (x * 1.02, -0.38)], m), (0.006, 0.006)) for x in np.linspace(-1.1, 1.1, 23)
    ]
    sheet.tint(sheet.blurred(sheet.area(*ribs), 0.003) * fold, shaded(colour, 0.3), 0.5)


def _paint_hijab(sheet: Sheet, character: Character, m: Measures) -> None:
    colour = rgb(character.cover_colour)
    opening = [(0, -0.66), (0.5, -0.6), (0.82, -0.36), (0.91, 0.05), (0.82, 0.43), (0.6, 0.77), (0.3, 0.97), (0, 1.02)]
    hole = sheet.area(closed_curve(placed(mirrored(opening), m)))
    band = sheet.area(
        closed_curve(placed(mirrored([(x * 0.985, y + 0.05 if y < 0 else y - 0.01) for x, y in opening]), m))
    )
    under = sheet.area(
        closed_curve(placed(mirrored([(0, -0.9), (0.7, -0.76), (0.98, -0.1), (0.6, -0.3), (0, -0.5)]), m))
    )
    sheet.paint(np.clip(under * (1 - band), 0, 1), shaded(colour, 0.35))
    mask = sheet.area(closed_curve(placed(SCARF, m))) * (1 - hole)
    sheet.solid(mask, colour, m.light, 0.08)
    right = [
        [(0.1, -1.12), (0.75, -0.84), (1.02, -0.2), (0.98, 0.5), (0.6, 1.1)],
        [(0.2, -0.84), (0.82, -0.56), (1.0, 0.0), (0.9, 0.6), (0.4, 1.16)],
    ]
    lines = [ribbon(placed(fold, m), (0.002, 0.014, 0.01, 0.002)) for fold in right]
    lines += [flipped(line) for line in lines]
    lines.append(ribbon(placed([(-0.95, 0.55), (-0.4, 1.16), (0.3, 1.3)], m), (0.002, 0.016, 0.002)))
    sheet.tint(sheet.blurred(sheet.area(*lines), 0.006) * mask, shaded(colour, 0.34), 0.7)


def paint_glasses(sheet: Sheet, character: Character, m: Measures) -> None:
    """Frames and a breath of glass."""
    if character.glasses == "none":
        return
    colour = rgb(character.glasses_colour)
    right = _lens(character.glasses, m)
    lenses = (right, flipped(right))
    sheet.paint(sheet.area(*lenses), WHITE, 0.06)
    for lens in lenses:
        left, wide = lens[:, 0].min(), np.ptp(lens[:, 0])
        top, high = lens[:, 1].min(), np.ptp(lens[:, 1])
        glint = np.array(
            [
                (left + 0.3 * wide, top),
                (left + 0.46 * wide, top),
                (left + 0.26 * wide, top + high),
                (left + 0.1 * wide, top + high),
            ]
        )
        sheet.paint(sheet.area(glint) * sheet.area(lens), WHITE, 0.1)
    thick = 0.014 if character.glasses == "round" else 0.02
    frames = [ribbon(np.concatenate([lens[::4], lens[:1], lens[4:5]]), (thick, thick)) for lens in lenses]
    inner = float(right[:, 0].min())
    outer, y = float(right[:, 0].max()), m.eye_y - 0.012
    frames.append(ribbon([(-inner - 0.004, y - 0.004), (0, y - 0.022), (inner + 0.004, y - 0.004)], (thick, thick)))
    frames += [ribbon([(s * outer, y - 0.012), (s * 0.97 * m.half_width, y - 0.02)], (thick, thick)) for s in (-1, 1)]
    sheet.solid(sheet.area(*frames), mixed(colour, WHITE, 0.03), m.light, 0.01)


def _lens(kind: str, m: Measures) -> Points:
    """The right lens."""
    x, y, w = 1.03 * m.eye_x, m.eye_y + 0.008, 1.42 * m.eye_half_width
    if kind == "round":
        return ellipse(x, y, w, 0.98 * w)
    high = 0.78 * w
    if kind == "square":
        corners = [
            (-1, -0.5),
            (-0.86, -0.95),
            (0, -1.04),
            (0.88, -0.95),
            (1.02, -0.5),
            (0.95, 0.55),
            (0.7, 0.96),
            (0, 1.02),
            (-0.68, 0.96),
            (-0.95, 0.55),
        ]
    else:
        corners = [
            (-1, -0.3),
            (-0.7, -0.86),
            (0.2, -1.0),
            (1.22, -1.12),
            (1.1, -0.1),
            (0.6, 0.86),
            (-0.2, 0.98),
            (-0.85, 0.55),
        ]
    return closed_curve([(x + w * a, y + high * b) for a, b in corners])
