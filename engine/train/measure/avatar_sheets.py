"""Contact sheets: what was said when, and the face at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from engine.avatar.figures import USUAL_COLOUR, Figure
from engine.avatar.line import SungLine
from engine.avatar.params import FaceTrack
from engine.avatar.renderer import Picture
from engine.files import write_bytes_whole

CELL, CAPTION, TITLE = 168, 22, 112
_HEAD_AT = 0.5
_INK, _PAPER = (40, 40, 40), 255


class SheetRow(NamedTuple):
    """Pictures [h, w, 4] beside a title; with `captions`, a line of them above."""

    title: str
    pictures: Sequence[Picture]
    captions: Sequence[str] = ()


def sheet(rows: Sequence[SheetRow]) -> Picture:
    """Rows below one another, as wide as the longest."""
    width = TITLE + CELL * max(len(row.pictures) for row in rows)
    strips: list[Picture] = []
    for row in rows:
        if row.captions:
            heading = np.full((CAPTION, width, 3), _PAPER, np.uint8)
            for number, caption in enumerate(row.captions):
                _write(heading, caption, (TITLE + CELL * number + 6, CAPTION - 7))
            strips.append(heading)
        strip = _row(row.title, [_cell(picture) for picture in row.pictures])
        strips.append(np.pad(strip, ((0, 0), (0, width - strip.shape[1]), (0, 0)), constant_values=_PAPER))
    return np.concatenate(strips)


def moments(line: SungLine, wanted: Sequence[str], count: int) -> list[tuple[str, float]]:
    """Up to `count` phones of these labels and the seconds of their middles, spread over the line."""
    found = [(p.label, 0.5 * (p.start_s + p.end_s)) for p in line.phones if p.label in wanted]
    if len(found) <= count:
        return found
    return [found[round(place)] for place in np.linspace(0, len(found) - 1, count)]


def poses(figure: Figure, track: FaceTrack, at_s: Sequence[float], seen: float = 1.0) -> list[Picture]:
    """The figure at these moments; `seen`: of its width and height, how much around a head's place."""
    side = round(CELL * 2 / seen)
    face = figure.on_stage(side, side, USUAL_COLOUR)
    left, top = round((1 - seen) / 2 * side), round((1 - seen) * _HEAD_AT * side)
    shown = slice(top, top + 2 * CELL), slice(left, left + 2 * CELL)
    return [face.draw(track.values[min(int(at * track.fps), len(track) - 1)])[shown] for at in at_s]


def write_sheet(path: Path, picture: Picture) -> None:
    """A PNG, or a JPEG, as the name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    suffix = ".jpg" if path.suffix.lower() in (".jpg", ".jpeg") else ".png"
    quality = [cv2.IMWRITE_JPEG_QUALITY, 88] if suffix == ".jpg" else []
    encoded = cv2.imencode(suffix, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), quality)[1]
    write_bytes_whole(path, bytes(encoded))


def _cell(picture: Picture) -> Picture:
    small = cv2.resize(picture[..., :3], (CELL - 4, CELL - 4), interpolation=cv2.INTER_AREA)
    return np.pad(small, ((2, 2), (2, 2), (0, 0)), constant_values=_PAPER)


def _row(title: str, cells: Sequence[Picture]) -> Picture:
    head = np.full((CELL, TITLE, 3), _PAPER, np.uint8)
    for number, words in enumerate(title.split("\n")):
        _write(head, words, (8, CELL // 2 + 18 * number - 6))
    return np.concatenate([head, *cells], axis=1)


def _write(canvas: Picture, words: str, place: tuple[int, int]) -> None:
    cv2.putText(canvas, words, place, cv2.FONT_HERSHEY_SIMPLEX, 0.46, _INK, 1, cv2.LINE_AA)
