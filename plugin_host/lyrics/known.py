"""The clips that are known, looked at again and again: only what changed is read anew."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from engine.errors import MelismaError
from plugin_host.lyrics.shelf import KnownClip, Shelf, lyrics_folder, text_beside
from plugin_host.lyrics.watched import as_it_lies, file_beside

_Stamp = tuple[int, int, int] | None

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Read:
    """A clip as it was read, and of which files; `stamps` are theirs."""

    clip: KnownClip | None
    files: tuple[Path, ...]
    stamps: tuple[_Stamp, ...]

    @property
    def stands(self) -> bool:
        return self.stamps == _stamps(self.files)


class KnownClips:
    """For one thread at a time.  `folder` None: the user's book."""

    def __init__(self, folder: Path | None = None) -> None:
        self._shelf = Shelf(folder or lyrics_folder())
        self._read: dict[Path, _Read] = {}

    def look(self) -> tuple[KnownClip, ...]:
        """All of them as they are now, the one that changed last first.  What cannot be read is left out.

        A watched clip has the words that lie beside it.
        """
        before = self._read
        self._read = {}
        for path in self._shelf.record_paths():
            known = before.get(path)
            self._read[path] = known if known is not None and known.stands else self._anew(path)
        return tuple(read.clip for read in self._read.values() if read.clip is not None)

    def _anew(self, path: Path) -> _Read:
        files = (path, text_beside(path))
        stamps = _stamps(files)  # before it is read: what is written meanwhile is read again
        clip = self._clip_at(path)
        beside = None if clip is None else file_beside(clip.record)
        if clip is None or beside is None:
            return _Read(clip, files, stamps)
        stamps = (*stamps, _stamp(beside))
        return _Read(_lying(clip), (*files, beside), stamps)

    def _clip_at(self, path: Path) -> KnownClip | None:
        try:
            return self._shelf.clip_at(path)
        except MelismaError as error:
            _log.warning("%s was left out: %s", path, error)
            return None


def _lying(clip: KnownClip) -> KnownClip:
    """As it was kept, where what lies beside it cannot be read; saving says why."""
    try:
        return as_it_lies(clip)
    except MelismaError as error:
        _log.warning("the words beside %s were not read: %s", clip.record.clip_key, error)
        return clip


def _stamps(files: tuple[Path, ...]) -> tuple[_Stamp, ...]:
    return tuple(map(_stamp, files))


def _stamp(path: Path) -> _Stamp:
    """Another one whenever a file was written or replaced; None for none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
