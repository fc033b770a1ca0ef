"""The spectrogram of a whole file, from the engine's rows of bands: coarser rows when seen from far, made in tiles."""

from __future__ import annotations

import math
from collections import OrderedDict
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage, QPainter

Bytes = NDArray[np.uint8]

LOWEST_HZ, HIGHEST_HZ = 50.0, 16_000.0
_TILE = 256  # columns
_KEPT = 160  # tiles: 5 MB
_BUDGET_S = 0.012  # for new tiles in one painting


class SpectrogramRows:
    """`rows` uint8 [T, 128], `frames_per_s` of them a second, the first centred on 0 s.

    Level k shows 2 ** k rows in one column, the loudest of each band.
    """

    def __init__(self, rows: Bytes, frames_per_s: float) -> None:
        self._rows, self._frames_per_s = rows, frames_per_s
        self._tiles: OrderedDict[tuple[int, int], Bytes] = OrderedDict()

    @property
    def bands(self) -> int:
        return int(self._rows.shape[1])

    def picture(self, start_s: float, s_per_px: float, count: int) -> tuple[Bytes, float, float, bool]:
        """Columns that cover `count` pixels from second `start_s` on.

        Returns uint8 [bands, n] with the highest band first, where it begins in pixels, its width in pixels, and
        whether all of it is there: each call makes new tiles for 12 ms at most, the rest is silence.
        """
        frames_per_px = s_per_px * self._frames_per_s
        level = max(0, math.floor(math.log2(max(frames_per_px, 1e-9))))
        each = 1 << level
        # Row n stands for the time from half a row before it to half a row behind.
        first_frame = start_s * self._frames_per_s + 0.5
        columns = -(-len(self._rows) // each)
        begin = min(columns, max(0, math.floor(first_frame / each) - 1))
        end = min(columns, max(begin, math.ceil((first_frame + count * frames_per_px) / each) + 1))
        found = np.zeros((self.bands, end - begin), np.uint8)
        complete = self._fill(found, level, begin, end)
        left = (begin * each - first_frame) / frames_per_px
        return found, left, (end - begin) * each / frames_per_px, complete

    def _fill(self, found: Bytes, level: int, begin: int, end: int) -> bool:
        started, complete = perf_counter(), True
        for number in range(begin // _TILE, -(-end // _TILE)):
            key = (level, number)
            if key not in self._tiles:
                if perf_counter() - started > _BUDGET_S:
                    complete = False
                    continue
                self._tiles[key] = self._made(level, number)
            self._tiles.move_to_end(key)
            first, last = max(begin, number * _TILE), min(end, (number + 1) * _TILE)
            tile = self._tiles[key][:, first - number * _TILE : last - number * _TILE]
            found[:, first - begin : first - begin + tile.shape[1]] = tile
        while len(self._tiles) > max(_KEPT, 2 * ((end - begin) // _TILE + 2)):
            self._tiles.popitem(last=False)
        return complete

    def _made(self, level: int, number: int) -> Bytes:
        each = 1 << level
        rows = np.asarray(self._rows[number * _TILE * each : (number + 1) * _TILE * each])
        if each > 1:
            rows = np.maximum.reduceat(rows, np.arange(0, len(rows), each), axis=0)
        return np.ascontiguousarray(rows.T[::-1])


def paint_spectrogram(painter: QPainter, rows: SpectrogramRows, area: QRectF, start_s: float, s_per_px: float,
                      colours: tuple[int, ...]) -> bool:  # fmt: skip
    """Paint what lies in `area`, low below; `start_s` is at its left edge.  Says whether all of it was there."""
    found, left, width, complete = rows.picture(start_s, s_per_px, math.ceil(area.width()))
    if found.shape[1] == 0:
        return complete
    padded = np.zeros((found.shape[0], -(-found.shape[1] // 4) * 4), np.uint8)  # Qt's rows begin at words
    padded[:, : found.shape[1]] = found
    held = padded.tobytes()  # the image does not keep it
    image = QImage(held, found.shape[1], found.shape[0], padded.shape[1], QImage.Format.Format_Indexed8)
    image.setColorTable(colours)
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(
        QRectF(area.left() + left, area.top(), width, area.height()),
        image.convertToFormat(QImage.Format.Format_RGB32),
    )
    painter.restore()
    return complete


def share_of(hz: float) -> float:
    """The share of the height at which a frequency lies."""
    return math.log(hz / LOWEST_HZ) / math.log(HIGHEST_HZ / LOWEST_HZ)
