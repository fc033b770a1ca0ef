"""Which of the named files and folders are songs to isolate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gui.document.sound_names import is_sound

_OURS = ("_vocals.wav", "_instrumental.wav")


def may_be_songs(paths: Sequence[Path]) -> bool:
    """Told by names alone: a sound's suffix, or none, as folders have it."""
    return bool(paths) and all(is_sound(path) or not path.suffix for path in paths)


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
    return is_sound(path) and not name.startswith(".") and not name.endswith(_OURS) and path.is_file()
