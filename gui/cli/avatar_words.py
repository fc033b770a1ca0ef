"""What people write on the command line for sizes, rates, points and exports."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from engine.errors import InputError

_SIZE = re.compile(r"(\d{1,5})(?:[x:*×](\d{1,5}))?")
_FPS = re.compile(r"\d{1,6}(?:[./]\d{1,6})?")
_BROADCAST = {"23.976": Fraction(24000, 1001), "29.97": Fraction(30000, 1001), "59.94": Fraction(60000, 1001)}


def parse_size(text: str) -> tuple[int, int]:
    """`512` or `720x1280` -> (width, height) in pixels.  Raises `InputError`."""
    match = _SIZE.fullmatch(text.strip().lower())
    if not match:
        raise InputError(f"{text} is no size.", "Write 512, or WIDTHxHEIGHT such as 720x1280.")
    width = int(match[1])
    return width, int(match[2] or width)


def parse_fps(text: str) -> Fraction:
    """`25`, `29.97`, `30000/1001` -> pictures per second.  Raises `InputError`."""
    word = text.strip()
    if word in _BROADCAST:
        return _BROADCAST[word]
    if not _FPS.fullmatch(word) or re.search(r"/0+$", word):
        raise InputError(f"{text} is no rate of pictures.", "Write 24, 25, 30 or 29.97.")
    return Fraction(word).limit_denominator(1001)


def parse_points(text: str) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """`X,Y X,Y X,Y`: the left eye, the right eye (as in the picture) and the mouth.  Raises `InputError`."""
    try:
        (left, right, mouth) = (tuple(float(part) for part in pair.split(",")) for pair in text.split())
        ((a, b), (c, d), (e, f)) = (left, right, mouth)
    except ValueError as error:
        what = f"{text!r} does not place two eyes and a mouth."
        raise InputError(what, "Write three points in pixels, such as '210,240 300,238 256,350'.") from error
    return (a, b), (c, d), (e, f)


def parse_export(text: str) -> tuple[str, Path]:
    """`KIND=FILE`.  Raises `InputError`."""
    kind, equals, path = text.partition("=")
    if not (equals and kind and path):
        raise InputError(f"{text!r} names no export.", "Write KIND=FILE, such as rhubarb=song.tsv.")
    return kind.strip().lower(), Path(path)
