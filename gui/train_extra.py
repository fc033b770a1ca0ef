"""What trainings need that the window does without: libraries, and a memory of their own."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

NEEDED = ("torch", "encodec", "pyworld")
# glibc hands large blocks back to the system and asks for them again at every step of a training, which costs it a
# third of its time; kept, they cost nothing.
KEEP_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 34), "MALLOC_TOP_PAD_": str(1 << 28)}


def lacking(needed: Sequence[str] = NEEDED) -> list[str]:
    """Which of them are not installed; nothing is imported."""
    return [name for name in needed if importlib.util.find_spec(name) is None]
