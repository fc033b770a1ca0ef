"""The face parameters: how a face stands in each picture, whatever face it is (docs/decisions/0004)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Param(NamedTuple):
    """A parameter's name and range; 0 is the face at rest."""

    name: str
    low: float
    high: float


_TABLE = (
    Param("open", 0, 1),  # gap between the lips; the jaw goes with it
    Param("wide", -1, 1),  # lip corners apart, or together
    Param("round", 0, 1),  # lips rounded and forward
    Param("tuck", 0, 1),  # lower lip under the upper teeth
    Param("tongue", 0, 1),  # its tip up and seen
    Param("smile", -1, 1),  # corners up, or down
    Param("brows", -1, 1),  # up, or down
    Param("lids", 0, 1),  # 1: eyes closed
    Param("gaze_x", -1, 1),  # to the picture's right
    Param("gaze_y", -1, 1),  # up
    Param("yaw", -1, 1),  # head turned to the picture's right; 1 is 30 degrees, as in the next two
    Param("pitch", -1, 1),  # chin up
    Param("roll", -1, 1),  # clockwise in the picture
    Param("breath", 0, 1),  # chest and shoulders up
)
PARAMS = tuple(param.name for param in _TABLE)
LOW = np.array([param.low for param in _TABLE], np.float32)
HIGH = np.array([param.high for param in _TABLE], np.float32)
NUM_PARAMS = len(PARAMS)
HEAD_DEGREES = 30.0
"""What 1 means in `yaw`, `pitch` and `roll`."""


def index_of(name: str) -> int:
    """The column of a parameter.  Raises `ValueError` for a name that is none."""
    return PARAMS.index(name)


def clipped(values: NDArray[np.floating]) -> Floats:
    """Within the parameters' ranges, float32; values [..., 14]."""
    return np.asarray(np.clip(values, LOW, HIGH), np.float32)


@dataclass(frozen=True, slots=True)
class FaceTrack:
    """How a face moves: `values` float32 [F, 14] within their ranges, a row for each of `fps` pictures per second.

    Row i stands for the time i / fps.  Raises `ValueError` for another shape, or an fps of 0 or less.
    """

    values: Floats
    fps: float

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != NUM_PARAMS or self.fps <= 0:
            raise ValueError(f"a track of shape {self.values.shape} at {self.fps} pictures per second")
        object.__setattr__(self, "values", clipped(self.values))

    def __len__(self) -> int:
        return len(self.values)

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return len(self.values) / self.fps

    def at(self, name: str) -> Floats:
        """One parameter over time: [F]."""
        return self.values[:, index_of(name)]

    def resampled(self, fps: float, num_frames: int) -> FaceTrack:
        """The same motion at another rate, linear in time, held at its end; an empty track rests."""
        if not len(self.values):
            return FaceTrack(np.zeros((num_frames, NUM_PARAMS), np.float32), fps)
        places = np.minimum(np.arange(num_frames) / fps * self.fps, len(self.values) - 1)
        before = places.astype(int)
        after = np.minimum(before + 1, len(self.values) - 1)
        share = (places - before)[:, None]
        return FaceTrack((1 - share) * self.values[before] + share * self.values[after], fps)
