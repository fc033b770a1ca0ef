"""A font that has the letters of a text: Pillow's own for plain Latin, else one of the computer's."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from PIL import ImageFont

from engine.errors import InputError

Font: TypeAlias = ImageFont.FreeTypeFont
_SUFFIXES = (".ttf", ".otf", ".ttc")
_NOT_FOR_READING = ("mono", "italic", "oblique", "symbol", "emoji", "serif", "condensed", "light", "thin", "black")
_MOST_FILES = 3000
_WITHOUT = dict(zip("ßæœøłđðþıÆŒØŁĐ", ("ss", "ae", "oe", *"oldd", "th", "i", "AE", "OE", *"OLD"), strict=True))
_WITHOUT |= {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."}
_NO_LETTER = "\U0010fffd"


def plain(text: str) -> str:
    """What is left for a font without accents: é as e, a curly quote as a straight one, ? for a letter; no signs."""
    simple = "".join(_WITHOUT.get(c, c) for c in text)
    apart = unicodedata.normalize("NFKD", simple)
    known = (c if c.isascii() else "?" if c.isalnum() else "" for c in apart if not unicodedata.combining(c))
    return "".join(known)


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font in every size; `path` None is Pillow's own, which has the letters of plain Latin alone.

    `lacks`: signs (a note, a heart) that it does not have.
    """

    path: Path | None
    lacks: frozenset[str] = frozenset()

    def font(self, size: int) -> Font:
        """`size` in pixels."""
        return _loaded(self.path, size)

    def spelled(self, text: str) -> str:
        """`text` as it can be drawn."""
        return plain(text) if self.path is None else "".join(c for c in text if c not in self.lacks)


def typeface_for(text: str) -> Typeface:
    """One for all of `text`; without accents where no font of the computer has them.

    Raises `InputError` for letters that cannot be had at all.
    """
    seen = frozenset(c for c in text if not c.isspace())
    if all(c.isascii() for c in seen):
        return Typeface(None)
    if path := _file_with(seen):
        return Typeface(path)
    letters = frozenset(c for c in seen if c.isalnum())
    if not all(c.isascii() for c in letters) and (path := _file_with(letters)):
        return Typeface(path, frozenset(c for c in seen if not _has(path, frozenset(c))))
    if strange := [c for c in sorted(letters) if "?" in plain(c)]:
        what = f"No font on this computer has all letters of the subtitles, {''.join(strange[:8])} for instance."
        raise InputError(what, "Install one that has, or leave the subtitles out of the picture.")
    return Typeface(None)


@lru_cache(maxsize=16)
def _loaded(path: Path | None, size: int) -> Font:
    font = ImageFont.load_default(size) if path is None else ImageFont.truetype(str(path), size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@lru_cache(maxsize=64)
def _file_with(letters: frozenset[str]) -> Path | None:
    """The first font file that has them all."""
    return next((path for path in _files() if _has(path, letters)), None)


def _has(path: Path, letters: frozenset[str]) -> bool:
    try:
        font = ImageFont.truetype(str(path), 16)
        none = font.getmask(_NO_LETTER)
        shape = none.size, bytes(none)
        return all(((mask := font.getmask(c)).size, bytes(mask)) != shape for c in letters)
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    """Readable ones first: bold sans, then upright sans, then the rest, by name."""
    found = [path for folder in _folders() for path in _walk(folder)][:_MOST_FILES]

    def rank(path: Path) -> tuple[int, str]:
        name = path.name.lower()
        odd = any(word in name for word in _NOT_FOR_READING)
        return (2 if odd else 0 if "bold" in name else 1, name)

    return tuple(sorted(found, key=rank))


def _folders() -> list[Path]:
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]


def _walk(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root) / name for name in sorted(names) if name.lower().endswith(_SUFFIXES))
