"""Asks for a sound, or several."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QWidget

from gui.document.sound_names import SUFFIXES
from gui.texts import isolate as text


def sound_filter() -> str:
    """For a dialog that chooses files."""
    suffixes = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
    return f"{text.ADD_FILTER} ({suffixes});;{text.ALL_FILES} (*)"


def ask_sound(parent: QWidget, title: str, folder: Path) -> Path | None:
    """Let the user choose one; None when that is given up."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(folder), sound_filter())
    return Path(chosen) if chosen else None


def ask_sounds(parent: QWidget, title: str, folder: Path) -> tuple[Path, ...]:
    """Let the user choose some; none when that is given up."""
    chosen, _ = QFileDialog.getOpenFileNames(parent, title, str(folder), sound_filter())
    return tuple(map(Path, chosen))
