"""Which files are sounds, told by their names."""

from __future__ import annotations

from pathlib import Path

_TEXT = """
    .wav .wave .bwf .rf64 .w64 .flac .aif .aiff .aifc .caf .au .snd .mp3 .mp2 .ogg .oga .opus .m4a .m4b .mp4 .aac
    .wma .ac3 .alac .ape .wv .tta .mka .mkv .mov .webm .avi
"""
SUFFIXES = frozenset(_TEXT.split())
"""What the engine takes out of folders, small letters."""


def is_sound(path: Path) -> bool:
    """Told by its suffix alone."""
    return path.suffix.lower() in SUFFIXES
