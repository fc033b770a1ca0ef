"""Colours of drawn characters: float32 [3], red, green, blue, 0 to 255."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.float32]
WHITE = np.array([255, 255, 255], np.float32)
_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
# What shade takes from each channel: least from red, so that skin goes warm and not grey.
_SHADE = np.array([0.7, 0.98, 0.93], np.float32)
_LIGHT = np.array([255, 246, 226], np.float32)


def is_colour(text: str) -> bool:
    """Whether `text` is like `#e0a080`."""
    return _HEX.fullmatch(text) is not None


def rgb(text: str) -> Colour:
    """`#e0a080` -> [3].  Raises `ValueError` for other text."""
    if not is_colour(text):
        raise ValueError(f"{text} is no colour")
    return np.array([int(text[at : at + 2], 16) for at in (1, 3, 5)], np.float32)


def as_text(colour: Colour) -> str:
    """[3] -> `#e0a080`."""
    return "#" + "".join(f"{value:02x}" for value in np.clip(np.round(colour), 0, 255).astype(int))


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """`first` at a share of 0, `second` at 1."""
    return np.asarray(first + np.float32(share) * (second - first), np.float32)


def shaded(colour: Colour, amount: float) -> Colour:
    """The colour in shadow: 0 as it is, 1 nearly black."""
    return np.asarray(colour * (1 - np.float32(amount) * _SHADE), np.float32)


def lit(colour: Colour, amount: float) -> Colour:
    """The colour in warm light: 0 as it is, 1 the light itself."""
    return mixed(colour, _LIGHT, amount)


def brightness(colour: Colour) -> float:
    """0 (black) to 1 (white), as seen (Rec. 601)."""
    return float(colour @ np.array([0.299, 0.587, 0.114], np.float32)) / 255
