"""A disk that refuses what is handed over to the effects, and back."""

from __future__ import annotations

from pathlib import Path

from engine.errors import InputError


def no_room(folder: Path, error: OSError) -> InputError:
    """What is told of it; NumPy does not say why it could write only a part."""
    reason = error.strerror or "no space left on the device"
    return InputError(
        f"What the effects work on could not be written to {folder}: {reason}.",
        "Make room on its disk, or bounce less at once.",
    )
