"""The waveform of a whole file: from its peaks, and from its samples when they are looked at closely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QRect
from PyQt6.QtGui import QColor, QImage, QPainter

from gui.widgets.mixdown import Floats
from gui.widgets.peaks import BIN


@dataclass(frozen=True, slots=True, eq=False)
class Waveform:
    """What is known of a sound to draw it.

    `peaks` float32 [C, N, 2], lowest and highest of each 256 samples at `rate` Hz; `samples` float32 [1 or 2, T] at
    `played_rate` Hz, empty as long as they are not there.
    """

    peaks: Floats
    rate: int
    samples: Floats
    played_rate: int

    def columns(self, start_s: float, s_per_px: float, count: int) -> Floats:
        """Lowest and highest over all channels below each of `count` pixels: float32 [count, 2], NaN where there is
        no sound."""
        if s_per_px * self.rate < BIN and self.samples.shape[1]:
            return self._from_samples(start_s, s_per_px, count)
        edges = (start_s + s_per_px * np.arange(count + 1)) * (self.rate / BIN)
        length = self.peaks.shape[1]
        first, last = max(0, int(edges[0])), min(length, int(np.ceil(edges[-1])) + 1)
        if first >= last:
            return np.full((count, 2), np.nan, np.float32)
        part = self.peaks[:, first:last]
        return _reduced(part[:, :, 0].min(axis=0), part[:, :, 1].max(axis=0), edges - first, length - first)

    def _from_samples(self, start_s: float, s_per_px: float, count: int) -> Floats:
        edges = (start_s + s_per_px * np.arange(count + 1)) * self.played_rate
        length = self.samples.shape[1]
        first, last = max(0, int(edges[0])), min(length, int(np.ceil(edges[-1])) + 1)
        if first >= last:
            return np.full((count, 2), np.nan, np.float32)
        part = self.samples[:, first:last]
        # One or two channels that lie sample by sample: ten times as quick as along an axis.
        low, high = np.minimum(part[0], part[-1]), np.maximum(part[0], part[-1])
        return _reduced(low, high, edges - first, length - first)


def paint_waveform(
    painter: QPainter, wave: Waveform, area: QRect, start_s: float, s_per_px: float, tall: float, colour: QColor
) -> None:
    """Paint what lies in `area`; full scale times 1 / `tall` fills its height.  `start_s` is at its left edge."""
    columns = wave.columns(start_s, s_per_px, area.width())
    known = np.flatnonzero(~np.isnan(columns[:, 0]))
    if len(known) == 0 or area.height() < 2:
        return
    first, last = int(known[0]), int(known[-1]) + 1
    columns = np.clip(columns[first:last] * np.float32(tall), -1, 1)
    middle, half = np.float32(area.height() / 2), np.float32(area.height() / 2 - 1)
    # Half a pixel to both sides, so that silence is a line.
    upper, lower = middle - columns[:, 1] * half - 0.5, middle - columns[:, 0] * half + 0.5
    upper, lower = _joined(upper, lower)
    pixels = _pixels(upper, lower, area.height(), colour)
    image = QImage(pixels, last - first, area.height(), 4 * (last - first), QImage.Format.Format_ARGB32)
    painter.drawImage(area.left() + first, area.top(), image)


def _joined(upper: Floats, lower: Floats) -> tuple[Floats, Floats]:
    """Each column reaches to its neighbours, so that a steep line is not torn."""
    return (
        np.minimum(upper, np.append(lower[1:], lower[-1]) - 1),
        np.maximum(lower, np.append(upper[1:], upper[-1]) + 1),
    )


def _pixels(upper: Floats, lower: Floats, height: int, colour: QColor) -> bytes:
    """How much of each pixel lies between both, as the colour's alpha: 32 bits each, row by row.

    Twenty times as quick as a polygon: a waveform seen from far has thousands of edges.
    """
    rows = np.arange(height, dtype=np.float32)[:, np.newaxis]
    share = np.minimum(lower, rows + 1) - np.maximum(upper, rows)
    np.clip(share, 0, 1, out=share)
    alpha = (share * np.float32(colour.alpha())).astype(np.uint32)
    alpha <<= 24
    alpha |= np.uint32(colour.rgb() & 0xFFFFFF)
    return alpha.tobytes()


def _reduced(low: Floats, high: Floats, edges: np.ndarray, length: int) -> Floats:
    """Lowest and highest from each edge to the next, one value at least; NaN outside of 0 to `length`."""
    starts = np.floor(edges[:-1]).astype(np.int64)
    seen = (edges[1:] > 0) & (starts < length)
    inner = np.clip(starts, 0, len(low) - 1)
    found = np.stack((np.minimum.reduceat(low, inner), np.maximum.reduceat(high, inner)), axis=1)
    # The last of them reaches to its own edge, not to the end of what was read.
    end = max(int(inner[-1]) + 1, min(len(low), int(np.ceil(edges[-1]))))
    found[-1] = low[inner[-1] : end].min(), high[inner[-1] : end].max()
    found[~seen] = np.nan
    return np.asarray(found, dtype=np.float32)
