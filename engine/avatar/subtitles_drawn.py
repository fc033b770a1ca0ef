"""Subtitles drawn onto the pictures: white with a dark outline, readable on anything, clear of the edges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.avatar.renderer import Picture
from engine.avatar.subtitles import Subtitle
from engine.avatar.subtitles_font import Font, Typeface, typeface_for

MARGIN = 0.06
"""Of the picture's width and height: within the 90 % that EBU R 95 calls safe for titles."""
_LETTER = 0.062
"""Letters' height, of the shorter side, in the middle between the phone's and the television's habit."""
_MOST_LINES = 3
_INK = (255, 255, 255, 255)
_EDGE = (12, 12, 16, 255)


class _Label(NamedTuple):
    """A drawn text and where it goes: colour times alpha, and 255 - alpha, both uint16 [h, w, ...]."""

    top: int
    left: int
    colour: NDArray[np.uint16]
    clear: NDArray[np.uint16]


class Captions:
    """Subtitles (in order, one at a time) for pictures of one size.  Each is drawn once, when it is first seen.

    Raises `InputError` when no font has the letters.
    """

    def __init__(self, subtitles: Iterable[Subtitle], width: int, height: int) -> None:
        self._subtitles = list(subtitles)
        self._typeface = typeface_for("".join(subtitle.text for subtitle in self._subtitles))
        self._width, self._height = width, height
        self._shown: tuple[Subtitle, _Label] | None = None

    def over(self, pictures: Iterable[Picture], fps: Fraction) -> Iterator[Picture]:
        """The pictures with their subtitles on; picture i is at the time i / fps."""
        at = 0
        for index, picture in enumerate(pictures):
            time_s = float(index / fps)
            while at < len(self._subtitles) and self._subtitles[at].end_s <= time_s:
                at += 1
            if at < len(self._subtitles) and self._subtitles[at].start_s <= time_s:
                yield _laid_over(picture, self._label(self._subtitles[at]))
            else:
                yield picture

    def _label(self, subtitle: Subtitle) -> _Label:
        if self._shown is None or self._shown[0] != subtitle:
            self._shown = subtitle, _drawn(subtitle.text, self._typeface, self._width, self._height)
        return self._shown[1]


def _drawn(text: str, typeface: Typeface, width: int, height: int) -> _Label:
    room = width * (1 - 2 * MARGIN)
    size = max(8, round(_LETTER * min(width, height)))
    known = typeface.spelled(text)
    while True:
        font = typeface.font(size)
        edge = max(1, round(size / 11))
        lines = _wrapped(known, font, room - 2 * edge)
        widest = max(font.getlength(line) for line in lines) + 2 * edge
        if size <= 8 or (len(lines) <= max(_MOST_LINES, known.count("\n") + 1) and widest <= room):
            break
        size = max(8, int(size * 0.9))
    step = round(size * 1.22)
    tall = step * len(lines) + 2 * edge + size // 3
    image = Image.new("RGBA", (width, tall), (*_EDGE[:3], 0))
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        # Edge first, then ink: the outline of one letter never lies on its neighbour.
        place = (width / 2, row * step + edge + size)
        draw.text(place, line, font=font, fill=_EDGE, anchor="ms", stroke_width=edge, stroke_fill=_EDGE)
    for row, line in enumerate(lines):
        draw.text((width / 2, row * step + edge + size), line, font=font, fill=_INK, anchor="ms")
    drawn = np.asarray(image)
    top = max(0, height - round(MARGIN * height) - tall)
    return _cut(drawn[: height - top], top)


def _cut(drawn: Picture, top: int) -> _Label:
    """Only the columns with ink in them."""
    columns = np.flatnonzero(drawn[..., 3].any(axis=0))
    left, right = (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, 1)
    part = drawn[:, left:right].astype(np.uint16)
    return _Label(top, left, part[..., :3] * part[..., 3:], 255 - part[..., 3:])


def _laid_over(picture: Picture, label: _Label) -> Picture:
    """A new picture, straight alpha over straight alpha."""
    out = picture.copy()
    rows = slice(label.top, label.top + label.colour.shape[0])
    part = out[rows, label.left : label.left + label.colour.shape[1]]
    below = part[..., 3:].astype(np.uint32)
    # In units of 255 * 255; where nothing is covered stays what was, colour under alpha 0 included.
    weight = below * label.clear
    alpha = (255 - label.clear) * np.uint32(255) + weight
    total = np.maximum(alpha, 1)
    colour = (label.colour * np.uint32(255) + part[..., :3] * weight + total // 2) // total
    touched = label.clear < 255
    part[..., :3] = np.where(touched, colour, part[..., :3])
    part[..., 3:] = (alpha + 127) // 255
    return out


def _wrapped(text: str, font: Font, room: float) -> list[str]:
    """Lines no wider than `room` pixels, and about as long as each other."""
    return [line for written in text.split("\n") for line in _balanced(_pieces(written), font, room)]


def _balanced(pieces: list[str], font: Font, room: float) -> list[str]:
    lines = _greedy(pieces, font, room)
    if len(lines) == 1:
        return lines
    low, high = room / len(lines) / 2, room
    for _ in range(8):
        middle = (low + high) / 2
        tried = _greedy(pieces, font, middle)
        if len(tried) <= len(lines) and max(font.getlength(line) for line in tried) <= room:
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _greedy(pieces: list[str], font: Font, room: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        longer = lines[-1] + piece
        if lines[-1].strip() and font.getlength(longer.strip()) > room:
            lines.append(piece)
        else:
            lines[-1] = longer
    return [line.strip() for line in lines]


def _pieces(line: str) -> list[str]:
    """What must stay together: words with the space before them, and single signs of scripts without spaces."""
    pieces: list[str] = []
    for sign in line:
        alone = ord(sign) >= 0x2E80
        begins = sign == " " or alone or not pieces or ord(pieces[-1][-1]) >= 0x2E80
        if begins and not (alone and pieces and pieces[-1] == " "):
            pieces.append(sign)
        else:
            pieces[-1] += sign
    return pieces or [""]
