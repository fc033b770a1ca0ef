"""The clips that are known, looked at again and again: only what changed is read anew."""

from __future__ import annotations

import logging
from pathlib import Path

from engine.errors import MelismaError
from plugin_host.lyrics.shelf import KnownClip, Shelf, lyrics_folder, text_beside

_Stamp = tuple[int, int, int] | None

_log = logging.getLogger(__name__)


class KnownClips:
    """For one thread at a time.  `folder` None: the user's book."""

    def __init__(self, folder: Path | None = None) -> None:
        self._shelf = Shelf(folder or lyrics_folder())
        self._read: dict[Path, tuple[tuple[_Stamp, _Stamp], KnownClip | None]] = {}

    def look(self) -> tuple[KnownClip, ...]:
        """All of them as they are now, the one that changed last first.  What cannot be read is left out."""
        read: dict[Path, tuple[tuple[_Stamp, _Stamp], KnownClip | None]] = {}
        for path in self._shelf.record_paths():
            stamps = _stamp(path), _stamp(text_beside(path))
            known = self._read.get(path)
            read[path] = known if known is not None and known[0] == stamps else (stamps, self._clip_at(path))
        self._read = read
        return tuple(clip for _, clip in read.values() if clip is not None)

    def _clip_at(self, path: Path) -> KnownClip | None:
        try:
            return self._shelf.clip_at(path)
        except MelismaError as error:
            _log.warning("%s was left out: %s", path, error)
            return None


def _stamp(path: Path) -> _Stamp:
    """Another one whenever a file was written or replaced; None for none."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns
