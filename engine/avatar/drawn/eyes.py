"""The shape of eyes and brows, as lines over x.  Local x runs outwards: both eyes are the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.avatar.drawn.measures import Measures
from engine.avatar.params import index_of

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Eye:
    """An eye around (`x`, `y`); `outwards` is -1 on the picture's left and 1 on its right."""

    m: Measures
    outwards: int
    lids: float
    squint: float
    gaze_x: float
    gaze_y: float

    @property
    def x(self) -> float:
        return self.outwards * self.m.eye_x

    def local(self, x: Floats) -> Floats:
        """-1 at the inner corner, 1 at the outer one."""
        return np.asarray(self.outwards * (x - self.x) / self.m.eye_half_width)

    def _tilt(self, u: Floats) -> Floats:
        return np.asarray(self.m.eye_y - self.m.eye_tilt * u)

    def opened_top(self, u: Floats) -> Floats:
        """The upper lid's line when nothing closes it."""
        arch = np.clip(1 - np.abs(u + 0.1 * (1 - u * u)) ** 2.2, 0, 1) ** 0.8
        return np.asarray(self._tilt(u) - self.m.eye_up * arch)

    def closed(self, u: Floats) -> Floats:
        """Where the lids meet."""
        return np.asarray(self._tilt(u) + 0.6 * self.m.eye_down * np.clip(1 - u * u, 0, 1) ** 0.9)

    def lines(self, u: Floats) -> tuple[Floats, Floats]:
        """Upper and lower edge of what is seen of the eye; equal when closed.  u within -1 to 1."""
        shut = self.closed(u)
        # The upper lid goes with the gaze.
        top = self.opened_top(u) - 0.24 * self.gaze_y * self.m.eye_up * np.clip(1 - u * u, 0, 1)
        bottom = self._tilt(u) + self.m.eye_down * np.clip(1 - np.abs(u) ** 2.4, 0, 1) ** 0.9
        bottom = bottom + self.squint * (shut - bottom)
        upper = top + self.lids * (shut - top)
        return upper, np.maximum(bottom + self.lids * (shut - bottom), upper)

    def iris_centre(self) -> tuple[float, float]:
        """In the picture's directions."""
        m = self.m
        across = 0.46 * (m.eye_half_width - 0.6 * m.iris) + 0.006
        return self.x + across * self.gaze_x, m.eye_y + 0.5 * (m.eye_down - m.eye_up) - 0.5 * m.eye_up * self.gaze_y


def eye_of(m: Measures, outwards: int, values: NDArray[np.float32]) -> Eye:
    """The eye of one side as one row of a track says ([14], within the ranges)."""

    def at(name: str) -> float:
        return float(values[index_of(name)])

    return Eye(m, outwards, at("lids"), 0.22 * max(at("smile"), 0.0), at("gaze_x"), at("gaze_y"))


@dataclass(frozen=True, slots=True)
class Brow:
    """A brow above an eye; `u` is -1 at its inner end and 1 at its outer end."""

    m: Measures
    outwards: int
    thickness: float
    arch: float
    raised: float

    @property
    def half_width(self) -> float:
        return 1.22 * self.m.eye_half_width

    def local(self, x: Floats) -> Floats:
        return np.asarray((self.outwards * x - 1.04 * self.m.eye_x) / self.half_width)

    def lines(self, u: Floats) -> tuple[Floats, Floats]:
        """Upper and lower edge; u within -1 to 1."""
        lift = 0.05 * self.raised if self.raised > 0 else 0.036 * self.raised
        frown = 0.012 * max(-self.raised, 0.0) - 0.006 * max(self.raised, 0.0)
        arch = self.arch * (1 - ((u - 0.3) / 1.3) ** 2)
        middle = self.m.brow_y - lift - arch - frown * u + 0.4 * self.arch
        heavy = np.clip((u + 1.0) / 0.22, 0, 1) ** 0.6 * np.clip((1 - u) / 1.5, 0, 1) ** 0.75
        half = 0.5 * self.thickness * heavy
        return np.asarray(middle - half), np.asarray(middle + half)


def brow_of(m: Measures, outwards: int, thickness: float, arch: float, values: NDArray[np.float32]) -> Brow:
    """`thickness` and `arch` 0 to 1, as described."""
    raised = float(values[index_of("brows")])
    return Brow(m, outwards, 0.018 + 0.033 * thickness, 0.008 + 0.035 * arch, raised)
