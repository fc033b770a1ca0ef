"""The system's dialogs for files, folders and colours; each gives None where the user went back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QColorDialog, QFileDialog, QWidget

from gui.panels.avatar.choices import CLIP_SUFFIXES, PICTURE_SUFFIXES, SOUND_SUFFIXES, WORDS_SUFFIXES
from gui.texts import avatar as texts
from gui.widgets.save_dialog import ask_save


def ask_portrait(parent: QWidget, folder: Path) -> Path | None:
    return _file(parent, texts.CHOOSE_PORTRAIT, folder, texts.PICTURES, PICTURE_SUFFIXES)


def ask_vocal(parent: QWidget, folder: Path) -> Path | None:
    return _file(parent, texts.CHOOSE_FILE, folder, texts.VOCALS, (*SOUND_SUFFIXES, *CLIP_SUFFIXES))


def ask_sound(parent: QWidget, folder: Path) -> Path | None:
    return _file(parent, texts.SOUND_FILE, folder, texts.VOCALS, SOUND_SUFFIXES)


def ask_words(parent: QWidget, folder: Path) -> Path | None:
    return _file(parent, texts.WORDS_FILE, folder, texts.WORDS, WORDS_SUFFIXES)


def ask_background(parent: QWidget, folder: Path) -> Path | None:
    return _file(parent, texts.CHOOSE_BACKGROUND, folder, texts.PICTURES, PICTURE_SUFFIXES)


def ask_colour(parent: QWidget, before: str) -> str | None:
    """`#rrggbb`"""
    start = QColor(before) if before.startswith("#") else QColor("#203040")
    chosen = QColorDialog.getColor(start, parent, texts.CHOOSE_COLOUR)
    return chosen.name() if chosen.isValid() else None


def ask_out(parent: QWidget, suggested: Path, kind: str) -> Path | None:
    """A file for the video; of pictures a new folder."""
    suffix = "" if kind == "png" else f".{kind}"
    return ask_save(parent, texts.EXPORT_TITLE, suggested, texts.FORMATS[kind], suffix)


def _file(parent: QWidget, title: str, folder: Path, kinds: str, suffixes: Sequence[str]) -> Path | None:
    fitting = kinds.format(suffixes=" ".join(f"*{suffix}" for suffix in suffixes))
    told, _ = QFileDialog.getOpenFileName(parent, title, str(folder), fitting)
    return Path(told) if told else None
