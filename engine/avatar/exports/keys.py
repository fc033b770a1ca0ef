"""Which rows of a curve to keep, so that straight lines between them say the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def keys_of(curve: ArrayLike, tolerance: float) -> list[int]:
    """Rows [F] of which lines in between are nowhere further than `tolerance` from the curve.

    The first and the last are among them.  One pass: a line is drawn on as long as it meets the gate of every row that
    it passes (the swinging door of process archives).  F >= 1.
    """
    values = np.asarray(curve, np.float64).tolist()
    keys = [0]
    low, high = -np.inf, np.inf
    start = values[0]
    for row in range(1, len(values)):
        run = row - keys[-1]
        slope = (values[row] - start) / run
        if not low <= slope <= high:
            keys.append(row - 1)
            start, run = values[row - 1], 1
            low, high = -np.inf, np.inf
        low = max(low, (values[row] - tolerance - start) / run)
        high = min(high, (values[row] + tolerance - start) / run)
    if len(values) > 1:
        keys.append(len(values) - 1)
    return keys
