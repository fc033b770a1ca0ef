"""Colours for levels, evenly rising in lightness so that equal steps of loudness look equal.

The path runs through OKLab (Ottosson 2020): lightness rises by the same amount at each step, the hue turns from violet
over red to yellow.  On a light theme it runs from paper to ink.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]

_TO_LMS = np.array(
    (
        (0.99999999845051981432, 0.39633779217376785678, 0.21580375806075880339),
        (1.0000000088817607767, -0.1055613423236563494, -0.063854174771705903402),
        (1.0000000546724109177, -0.089484182094965759684, -1.2914855378640917399),
    )
)
_TO_RGB = np.array(
    (
        (4.0767416621, -3.3077115913, 0.2309699292),
        (-1.2684380046, 2.6097574011, -0.3413193965),
        (-0.0041960863, -0.7034186147, 1.7076147010),
    )
)


_LOUD = 0.86
"""Of 255: bands of real music hardly ever reach a full-scale sine, so the brightest colour begins here."""


@cache
def heat_colours(dark: bool) -> tuple[int, ...]:
    """256 colours 0xFFRRGGBB from silence to full scale, for a dark or a light theme."""
    along = np.minimum(255, np.rint(np.arange(256) / _LOUD)).astype(int)
    rgb = np.rint(heat_path(dark)[along] * 255).astype(int)
    return tuple(int(0xFF000000 | red << 16 | green << 8 | blue) for red, green, blue in rgb)


def heat_path(dark: bool) -> _Array:
    """The path that they lie on, as sRGB in [0, 1]: [256, 3]."""
    along = np.linspace(0, 1, 256)
    lightness = 0.17 + 0.80 * along if dark else 0.985 - 0.80 * along
    hue = np.radians((290 + 175 * along) if dark else (85 - 155 * along))
    chroma = 0.24 * np.sin(np.pi * np.clip(along, 0, 1) ** 0.85)
    return _in_gamut(lightness, chroma, hue)


def lightness_of(rgb: _Array) -> _Array:
    """OKLab's lightness of sRGB [N, 3]: [N]."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lms = np.cbrt(linear @ np.linalg.inv(_TO_RGB).T)
    return np.asarray((lms @ np.linalg.inv(_TO_LMS).T)[:, 0])


def _in_gamut(lightness: _Array, chroma: _Array, hue: _Array) -> _Array:
    """sRGB [N, 3] with as much of the colour as screens can show, the lightness kept."""
    low, high = np.zeros_like(chroma), chroma
    for _ in range(20):
        middle = (low + high) / 2
        linear = _linear(lightness, middle, hue)
        shown = ((linear >= 0) & (linear <= 1)).all(axis=1)
        low, high = np.where(shown, middle, low), np.where(shown, high, middle)
    linear = np.clip(_linear(lightness, low, hue), 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _linear(lightness: _Array, chroma: _Array, hue: _Array) -> _Array:
    lab = np.stack((lightness, chroma * np.cos(hue), chroma * np.sin(hue)), axis=1)
    return np.asarray((lab @ _TO_LMS.T) ** 3 @ _TO_RGB.T)
