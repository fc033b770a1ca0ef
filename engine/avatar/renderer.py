"""What draws a face, whichever it is: a character of lines and colours, or somebody's portrait."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.jobs import JobContext

Picture: TypeAlias = NDArray[np.uint8]
"""[H, W, 4]: red, green, blue, straight alpha."""


class Face(Protocol):
    """One prepared face.  `width`, `height`: of the pictures it draws, in pixels."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    def draw(self, values: NDArray[np.float32]) -> Picture:
        """The face as one row of a `FaceTrack` says ([14]): a new picture [height, width, 4]."""
        ...


class AvatarRenderer(Protocol):
    """Somebody singing one vocal: who, which vocal, in what manner and on which stage is said when it is made."""

    def pictures(self, fps: Fraction, num_frames: int, context: JobContext) -> Iterator[Picture]:
        """`num_frames` pictures of one size, new ones, `fps` a second; one after the other, so that length costs no
        memory.

        Raises `Cancelled`, and `MelismaError` where the network fails.
        """
        ...
