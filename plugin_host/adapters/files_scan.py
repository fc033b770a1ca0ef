"""What lies in a watched folder: which files are meant for us, and which of them are complete."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from plugin_host.bridge.clip_project import PROJECTS
from plugin_host.ports import Action

SCORES = frozenset({".mid", ".midi", ".kar", ".musicxml", ".mxl", ".xml"})
SOUNDS = frozenset({".wav", ".aif", ".aiff", ".flac", ".mp3", ".ogg", ".m4a"})
LYRICS_SUFFIX = ".lyrics.txt"

SETTLE_S = {Action.SING: 1.0, Action.ISOLATE: 3.0}
"""A file that stayed as it is for so long is complete, if it can be read; who writes a sound may pause."""

_UNFINISHED = (".part", ".tmp", ".temp", ".crdownload", ".download", ".new")
_WHOLE_BYTES = 64 << 20  # larger files are told apart by samples of their content
_SAMPLES = 64
_BLOCK = 1 << 20

_Stat = tuple[int, int]
"""Size in bytes, time of the last change in ns."""


@dataclass(frozen=True, slots=True)
class Found:
    """`key`: the whole path.  `stamp` changes with the file and with its lyrics."""

    key: str
    path: Path
    action: Action
    stamp: tuple[_Stat, _Stat | None]
    lyrics: Path | None

    @property
    def size(self) -> int:
        return self.stamp[0][0]


def find_inputs(root: Path) -> list[Found]:
    """All files that may be meant for us, by name.

    Scores and projects are to be sung and sounds to be isolated.  Where `root` has a folder `sing` or `isolate`, only
    those two are looked into; no other folder ever is.  Raises `InputError` when `root` is not there.
    """
    parts = _parts(root)
    found = [found for folder, actions in parts for found in _in_folder(folder, actions)]
    return sorted(found, key=lambda item: item.key)


def found_file(path: Path) -> Found:
    """One file, whatever folder it lies in.  Raises `InputError` when it is missing or of another kind."""
    path = path.absolute()
    action = action_of(path)
    if action is None:
        known = ", ".join(sorted(SCORES | PROJECTS | SOUNDS))
        raise InputError(f"{path.name} is neither a score, a project nor a sound file.", f"Known are: {known}.")
    found = _found(path, action)
    if found is None:
        raise InputError(f"There is no file {path}.", "Check the path.")
    return found


def lyrics_beside(clip: Path) -> Path:
    """Where the words of a score lie, if anybody put them there."""
    return clip.with_name(clip.stem + LYRICS_SUFFIX)


def action_of(path: Path) -> Action | None:
    """What is done with a file of this name, None for nothing."""
    suffix = path.suffix.lower()
    return Action.SING if suffix in SCORES | PROJECTS else Action.ISOLATE if suffix in SOUNDS else None


def digest_of(found: Found) -> str:
    """Of content and lyrics; the same again only when both are.  Raises `OSError` when the file cannot be read."""
    digest = hashlib.sha256(found.size.to_bytes(8, "big"))
    with found.path.open("rb") as file:
        for place in _places(found.size):
            file.seek(place)
            digest.update(file.read(_BLOCK))
    if found.lyrics is not None:
        digest.update(b"\0lyrics\0" + found.lyrics.read_bytes())
    return digest.hexdigest()


class Settling:
    """Says which files have stayed as they are.  Times in seconds, of any one clock."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[object, float]] = {}

    def unchanged_s(self, found: Found, now_s: float) -> float:
        """For how long the file has been seen as it is; 0 at the first time."""
        stamp, since_s = self._since.get(found.key, (None, now_s))
        if stamp != found.stamp:
            since_s = now_s
            self._since[found.key] = (found.stamp, now_s)
        return now_s - since_s

    def forget(self, key: str) -> None:
        self._since.pop(key, None)


def _places(size: int) -> Iterator[int]:
    if size <= _WHOLE_BYTES:
        yield from range(0, max(size, 1), _BLOCK)
    else:
        yield from (number * (size - _BLOCK) // (_SAMPLES - 1) for number in range(_SAMPLES))


def _parts(root: Path) -> list[tuple[Path, frozenset[Action]]]:
    try:
        with os.scandir(root) as entries:
            folders = {entry.name.lower(): Path(entry.path) for entry in entries if _is_folder(entry)}
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"The folder {root} cannot be looked into: {reason}.", "Plug it in, or make it.") from error
    parts = [(folders[action.value], frozenset({action})) for action in Action if action.value in folders]
    return parts or [(root, frozenset(Action))]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _in_folder(folder: Path, actions: frozenset[Action]) -> Iterator[Found]:
    names: list[str] = []
    with suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry in entries]
    for name in names:
        path = folder / name
        action = action_of(path)
        if action in actions and action is not None and not _is_unfinished(name):
            found = _found(path, action)
            if found is not None:
                yield found


def _is_unfinished(name: str) -> bool:
    """Named as programs name what they are still writing, or what is not for people."""
    stem = name.lower().rpartition(".")[0]
    return name.startswith((".", "~")) or stem.endswith(_UNFINISHED)


def _found(path: Path, action: Action) -> Found | None:
    stat = _stat(path)
    if stat is None:
        return None
    # A project has its own words.
    lyrics = lyrics_beside(path) if path.suffix.lower() in SCORES else None
    lyrics_stat = None if lyrics is None else _stat(lyrics)
    return Found(str(path), path, action, (stat, lyrics_stat), lyrics if lyrics_stat is not None else None)


def _stat(path: Path) -> _Stat | None:
    """None for what is no file, or has gone."""
    try:
        facts = path.stat()
    except (OSError, ValueError):
        return None
    regular = path.is_file() if facts else False
    return (facts.st_size, facts.st_mtime_ns) if regular else None
