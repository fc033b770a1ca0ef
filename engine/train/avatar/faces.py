"""Faces to learn from: many drawn ones, and portraits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.avatar.drawn import random_character
from engine.avatar.figures import character_figure, portrait_figure
from engine.avatar.params import Floats
from engine.errors import MelismaError

FIRST_DRAWN = 1000
"""Seeds below are for measuring."""
TIMES = 8
"""Portraits are few: how often each is taken, and as often mirrored."""
PICTURES = (".jpg", ".jpeg", ".png", ".webp")


def references(drawn: int, portraits: Path | None) -> np.ndarray:
    """uint8 [R, 3, 64, 64]: `drawn` characters, and every second portrait of a folder in which a face is found."""
    faces = [character_figure("", random_character(FIRST_DRAWN + number)).reference for number in range(drawn)]
    for reference in _portraits(portraits) if portraits is not None else ():
        faces += [reference, reference[:, :, ::-1]] * TIMES
    return np.asarray(np.clip((np.stack(faces) + 1) * 127.5, 0, 255), np.uint8)


def learned_portraits(folder: Path) -> list[Path]:
    """Those that training sees; the others are for measuring."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)[::2]


def _portraits(folder: Path) -> Iterator[Floats]:
    for path in learned_portraits(folder):
        try:
            yield portrait_figure(path).reference
        except MelismaError:
            continue
