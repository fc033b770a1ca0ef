"""Paints hair: behind the head and before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.avatar.drawn.character import Character
from engine.avatar.drawn.colours import Colour, brightness, lit, mixed, rgb, shaded
from engine.avatar.drawn.curves import Points, closed_curve, ellipse, ribbon
from engine.avatar.drawn.hair_parts import Locks, Style
from engine.avatar.drawn.hair_styles import SCARF, STYLES
from engine.avatar.drawn.measures import Measures, head_outline
from engine.avatar.drawn.sheet import Light, Mask, Sheet

_DENSE = frozenset(("curly", "afro"))
_SHORT_SIDES = frozenset(("quiff", "undercut"))


def hair_style(character: Character) -> Style:
    """The style's outlines at this character's volume."""
    return STYLES[character.hair](character.hair_volume)


def placed(points: ArrayLike, m: Measures) -> Points:
    """From the measure of heads to design units."""
    at = np.asarray(points, np.float64)
    y = np.where(at[:, 1] < 0, at[:, 1] * (m.eye_y - m.crown_y), at[:, 1] * (m.chin_y - m.eye_y))
    return np.stack([at[:, 0] * m.half_width, m.eye_y + y], axis=-1)


def paint_back(sheet: Sheet, character: Character, m: Measures) -> None:
    """What is seen beside and below the head."""
    style = hair_style(character)
    if character.hair == "hijab":
        cloth = sheet.area(closed_curve(placed(SCARF, m)))
        sheet.solid(cloth, shaded(rgb(character.cover_colour), 0.28), m.light, 0.09)
    if not style.back:
        return
    # Less light falls behind the head.
    colour = shaded(rgb(character.hair_colour), 0.06 if character.hair in _DENSE else 0.16)
    mask = sheet.area(*(closed_curve(placed(shape, m)) for shape in style.back))
    sheet.solid(mask, colour, m.light, 0.09)
    if character.hair in _DENSE:
        _paint_curls(sheet, mask, colour, m)
    _paint_locks(sheet, mask, style.back_locks, colour, m)
    if character.hair in {"bob", "long", "wavy", "beanie"}:
        neck = sheet.blurred(sheet.area(ellipse(0, m.chin_y + 0.02, 0.8 * m.half_width, 0.24)), 0.05)
        sheet.tint(neck, shaded(colour, 0.5), 0.7)


def paint_front(sheet: Sheet, character: Character, m: Measures) -> None:
    """Fringe, sides and what covers the skull."""
    style = hair_style(character)
    colour = rgb(character.hair_colour)
    if character.hair == "buzz":
        _paint_cropped(sheet, character, m, 0.74)
        return
    if character.hair in _SHORT_SIDES:
        _paint_cropped(sheet, character, m, 0.6)
    mask = np.zeros_like(sheet.alpha)
    for shape in style.front[-1:] if character.hair in _SHORT_SIDES else style.front:
        mask = np.maximum(mask, sheet.area(closed_curve(placed(shape, m))))
    if not mask.any():
        return
    sheet.solid(mask, colour, m.light, 0.075)
    if character.hair in _DENSE:
        _paint_curls(sheet, mask, colour, m)
    if character.hair == "braids":
        _paint_arcs(sheet, mask, [placed(shape, m) for shape in style.front[:-2]], colour, m.light)
    _paint_locks(sheet, mask, style.front_locks, colour, m)
    if character.hair not in _DENSE:
        _paint_gloss(sheet, mask, colour, m)
    if style.band:
        ties = sheet.area(*(closed_curve(placed(shape, m)) for shape in style.band))
        sheet.solid(ties, rgb(character.cover_colour), m.light, 0.02)


def _paint_cropped(sheet: Sheet, character: Character, m: Measures, density: float) -> None:
    """Hair so short that skin shines through; it ends with the skull."""
    around = sheet.area(closed_curve(placed(STYLES["buzz"](0.0).front[0], m)))
    skull = sheet.area((head_outline(m) - (0, m.eye_y)) * (1.025, 1.035) + (0, m.eye_y))
    mask = sheet.blurred(around, 0.012) * skull
    sheet.solid(mask, mixed(rgb(character.skin), rgb(character.hair_colour), density), m.light, 0.08)


def _paint_locks(sheet: Sheet, mask: Mask, groups: tuple[Locks, ...], colour: Colour, m: Measures) -> None:
    dark: list[Points] = []
    bright: list[Points] = []
    for group in groups:
        first, last = placed(group.first, m), placed(group.last, m)
        rng = np.random.default_rng(group.count)
        for number, share in enumerate((np.arange(group.count) + 0.5) / group.count):
            way = first + (share + 0.05 * rng.uniform(-1, 1)) * (last - first)
            width = rng.uniform(0.006, 0.013)
            (dark if number % 3 else bright).append(ribbon(way, (0.001, width, 0.001)))
    soft = 0.0015 + 0.003 * m.light.shading
    for strokes, tone, opacity in ((dark, shaded(colour, 0.34), 0.6), (bright, _bright(colour), 0.55)):
        if strokes:
            sheet.tint(sheet.blurred(sheet.area(*strokes), soft) * mask, tone, opacity)


def _bright(colour: Colour) -> Colour:
    return lit(colour, 0.16 + 0.16 * brightness(colour))


def _paint_curls(sheet: Sheet, mask: Mask, colour: Colour, m: Measures) -> None:
    """Curls all over, in rows that are shifted like bricks so that none is missed."""
    rng, size = np.random.default_rng(4), 0.036
    curls = []
    for row, y in enumerate(np.arange(-0.98, m.chin_y + 0.3, 1.25 * size)):
        for x in np.arange(-0.75, 0.75, 1.7 * size) + 0.85 * size * (row % 2):
            dx, dy = size * rng.uniform(-0.35, 0.35, 2)
            curls.append(ellipse(x + dx, y + dy, size * rng.uniform(0.7, 1.0), size * rng.uniform(0.6, 0.9)))
    _paint_arcs(sheet, mask, curls, colour, m.light)


def _paint_arcs(sheet: Sheet, mask: Mask, rounds: list[Points], colour: Colour, light: Light) -> None:
    """An arc of light and one of shade on everything round."""
    inner = [outline.mean(axis=0) + 0.7 * (outline - outline.mean(axis=0)) for outline in rounds]
    width = 0.011
    bright = [ribbon(outline[26:44:4], (0.001, width, 0.001)) for outline in inner]
    dark = [ribbon(outline[2:20:4], (0.001, width, 0.001)) for outline in inner]
    soft = 0.0015 + 0.003 * light.shading
    sheet.tint(sheet.blurred(sheet.area(*dark), soft) * mask, shaded(colour, 0.38), 0.7)
    sheet.tint(sheet.blurred(sheet.area(*bright), soft) * mask, _bright(colour), 0.55)


def _paint_gloss(sheet: Sheet, mask: Mask, colour: Colour, m: Measures) -> None:
    """A band of light around the skull, broken by strands."""
    if m.light.shading <= 0:
        return
    band = placed([(-0.92, -0.62), (-0.62, -0.93), (0, -1.04), (0.62, -0.93), (0.92, -0.62)], m)
    shift = 0.12 * m.light.side
    arc = sheet.area(ribbon(band + np.array([shift, 0.0]), (0.01, 0.055, 0.06, 0.055, 0.01)))
    stripes = [
        ribbon([(x, m.crown_y - 0.1), (0.92 * x, m.crown_y + 0.22)], (0.004, 0.011))
        for x in m.half_width * np.linspace(-0.95, 0.95, 15)
    ]
    broken = arc * (1 - 0.55 * sheet.area(*stripes))
    sheet.tint(sheet.blurred(broken, 0.012) * mask, lit(colour, 0.42), 0.5 * m.light.shading)


def paint_fringe_shade(sheet: Sheet, character: Character, m: Measures) -> None:
    """What fringe or scarf take of the light on the face; on the sheet of the face."""
    if character.hair == "buzz":
        return
    shapes = [closed_curve(placed(shape, m)) for shape in hair_style(character).front]
    if shapes:
        below = sheet.moved(sheet.area(*shapes), 0.0, 0.026)
        soft = sheet.blurred(below, 0.004 + 0.014 * m.light.shading)
        sheet.tint(soft, shaded(rgb(character.skin), 0.3), 0.4 + 0.3 * m.light.shading)
