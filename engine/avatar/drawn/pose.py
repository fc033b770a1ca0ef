"""How a head stands: where each point of a picture comes from on the sheets of a face that looks straight ahead.

Two and a half dimensions: the face is a dome with a nose on it, hair lies above and behind, and turning moves points
by their height above the axis.  Maps run from the picture to the sheet, as `cv2.remap` wants them; the few points that
are needed the other way round are found by iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.avatar.drawn.measures import NECK_Y, Measures
from engine.avatar.params import HEAD_DEGREES, index_of

Coords = tuple[NDArray[np.float64], NDArray[np.float64]]
"""x and y of any shape, in design units."""
Map = Callable[[NDArray[np.float64], NDArray[np.float64]], Coords]

JAW_DROP = 0.095
_DOME = 0.25  # height of the face above the axis
_NOSE = 0.05
FRONT_LIFT = 0.045
"""How far fringe and glasses lie above the face."""
TURNING = 0.5 * (_DOME + _NOSE + FRONT_LIFT)
"""How far that can move a point, in design units."""
_BACK = 0.07
_BREATH = 0.034
_ITERATIONS = 30


def smoothstep(low: float, high: float, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 up to `low`, 1 from `high`, without corners."""
    t = np.clip((at - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


@dataclass(frozen=True, slots=True)
class Pose:
    """One row of a track on one head."""

    m: Measures
    open: float
    smile: float
    yaw: float  # sines, as is pitch
    pitch: float
    roll: float  # radians
    breath: float

    @staticmethod
    def of(measures: Measures, values: NDArray[np.float32]) -> Pose:
        """`values` [14] within their ranges."""

        def at(name: str) -> float:
            return float(values[index_of(name)])

        unit = np.radians(HEAD_DEGREES)
        return Pose(
            m=measures,
            open=at("open"),
            smile=at("smile"),
            yaw=float(np.sin(unit * at("yaw"))),
            pitch=float(np.sin(unit * at("pitch"))),
            roll=float(unit * at("roll")),
            breath=at("breath"),
        )

    def _upright(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Coords:
        """Without roll and the sway of the whole head."""
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        down = y - NECK_Y
        return cos * x + sin * down - 0.06 * self.yaw, cos * down - sin * x + NECK_Y + self._rise()

    def _rise(self) -> float:
        return 0.04 * self.pitch + 0.01 * self.breath

    def _height(self, x: NDArray[np.float64], y: NDArray[np.float64], flat: float) -> NDArray[np.float64]:
        """Of the face above the axis; below 0 beside it.  `flat` widens the dome."""
        m = self.m
        middle = 0.5 * (m.crown_y + m.chin_y)
        across = (x - 0.5 * _DOME * self.yaw) / (flat * 1.03 * m.half_width)
        along = (y - middle + 0.5 * _DOME * self.pitch) / (0.53 * (m.chin_y - m.crown_y))
        out = (across**2 + along**2) ** 1.75
        nose_x = x - (_DOME + 0.5 * _NOSE) * self.yaw
        nose_y = y - m.nose_y + 0.03 + (_DOME + 0.5 * _NOSE) * self.pitch
        nose = np.exp(-((nose_x / 0.075) ** 2) - (nose_y / 0.1) ** 2)
        return np.asarray(_DOME * (1.3 / (1 + 1.9 * out) - 0.3) + _NOSE * nose)

    def _unturned(self, x: NDArray[np.float64], y: NDArray[np.float64], lift: float) -> Coords:
        over = self._height(x, y, 1.0)
        # Nodding turns brow and chin, and must not slant the eyes: for it the face is flatter across.
        along = self._height(x, y, 1.9)
        narrower = 1 + (1 / np.sqrt(1 - self.yaw**2) - 1) * np.clip(over / _DOME, 0, 1)
        middle = self.yaw * (_DOME + lift)
        far = (x - middle) * narrower + middle - self.yaw * (over + lift)
        return self._unopened(far, y + self.pitch * (along + lift))

    def _unopened(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Coords:
        m = self.m
        drop = JAW_DROP * self.open
        jaw = smoothstep(m.mouth_y - 0.01, m.chin_y + drop, y)
        cheek = np.exp(-(((np.abs(x) - 0.56 * m.half_width) / 0.11) ** 2) - ((y - m.mouth_y + 0.07) / 0.08) ** 2)
        return x * (1 + 0.05 * self.open * jaw), y - drop * jaw + 0.012 * self.smile * cheek

    def head(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Coords:
        """Picture -> sheet of the face."""
        return self._unturned(*self._upright(x, y), 0.0)

    def front(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Coords:
        """Picture -> sheet of what lies above the face; long locks hang."""
        return self._unturned(*self._hanging(x, y, 1 - 0.6 * smoothstep(0.35, 1.0, y)), FRONT_LIFT)

    def back(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Coords:
        """Picture -> sheet of the hair behind; it stays back when the face turns."""
        x, y = self._hanging(x, y, 1 - 0.75 * smoothstep(0.15, 0.95, y))
        return x + _BACK * self.yaw, y - _BACK * self.pitch

    def body(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Coords:
        """Picture -> sheet of neck and shoulders."""
        still_x, still_y = self._hanging(x, y, 1 - smoothstep(0.3, 0.64, y))
        lifted = self.breath * smoothstep(0.42, 0.74, y)
        return still_x / (1 + 0.014 * lifted), still_y + _BREATH * lifted

    def _hanging(self, x: NDArray[np.float64], y: NDArray[np.float64], share: NDArray[np.float64]) -> Coords:
        """Moves with the head by a share, and stays in place by the rest."""
        head_x, head_y = self._upright(x, y)
        return x + share * (head_x - x), y + share * (head_y - y)

    def carried(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """[N, 2] on a sheet -> where roll and sway take them; turning adds at most `TURNING`."""
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        x, down = points[:, 0] + 0.06 * self.yaw, points[:, 1] - NECK_Y - self._rise()
        return np.stack([cos * x - sin * down, sin * x + cos * down + NECK_Y], axis=-1)

    def head_points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """[N, 2] on the sheet of the face -> where they are in the picture."""
        at = points.copy()
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        for _ in range(_ITERATIONS):
            x, y = self.head(at[:, 0], at[:, 1])
            off_x, off_y = points[:, 0] - x, points[:, 1] - y
            at += np.stack([cos * off_x - sin * off_y, sin * off_x + cos * off_y], axis=-1)
        return at
