"""Which of the named files and folders are songs to isolate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_TEXT = """
    .wav .wave .bwf .rf64 .w64 .flac .aif .aiff .aifc .caf .au .snd .mp3 .mp2 .ogg .oga .opus .m4a .m4b .mp4 .aac
    .wma .ac3 .alac .ape .wv .tta .mka .mkv .mov .webm .avi
"""
SUFFIXES = frozenset(_TEXT.split())
"""What the engine takes out of folders, small letters."""

_OURS = ("_vocals.wav", "_instrumental.wav")


def may_be_songs(paths: Sequence[Path]) -> bool:
    """Told by names alone: a sound's suffix, or none, as folders have it."""
    return bool(paths) and all(path.suffix.lower() in SUFFIXES or not path.suffix for path in paths)


def gather(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """(songs, folders without any): files as they are, folders as the sounds that lie directly in them, each once.

    Results of an earlier run are left out of folders.  Reads folders: not for the window's own thread.
    """
    songs: dict[Path, None] = {}
    empty: list[str] = []
    for path in paths:
        if not path.is_dir():
            songs.setdefault(path.absolute())
            continue
        try:
            inside = sorted(entry for entry in path.iterdir() if _is_song(entry))
        except OSError:
            inside = []
        if not inside:
            empty.append(path.name)
        songs.update(dict.fromkeys(entry.absolute() for entry in inside))
    return tuple(songs), tuple(empty)


def _is_song(path: Path) -> bool:
    name = path.name.lower()
    return path.suffix.lower() in SUFFIXES and not name.startswith(".") and not name.endswith(_OURS) and path.is_file()
