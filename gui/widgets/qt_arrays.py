"""numpy arrays as what Qt draws in one call: a point at a time is twenty times as slow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6 import sip
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPolygonF

Numbers = NDArray[np.floating[Any]]


def polygon(xs: Numbers, ys: Numbers) -> QPolygonF:
    """Points [N], [N] in pixels as a polyline."""
    count = len(xs)
    made = QPolygonF([QPointF()] * count)
    if count:
        memory: Any = made.data()
        memory.setsize(count * 16)
        memory.setwriteable(True)
        points = np.frombuffer(memory, np.float64).reshape(count, 2)
        points[:, 0], points[:, 1] = xs, ys
    return made


def rectangles(x: Numbers, y: Numbers, width: Numbers, height: Numbers | float) -> Any:
    """[N] each, in pixels, for `QPainter.drawRects`."""
    array: Any = sip.array
    made = array(QRectF, len(x))
    rows = np.frombuffer(made, np.float64).reshape(-1, 4)
    for column, values in enumerate((x, y, width, height)):
        rows[:, column] = values
    return made
