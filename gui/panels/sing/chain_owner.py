"""The track that effects are edited for."""

from __future__ import annotations

from engine.api.project import Project, Track
from gui.document.tracks import find_track


class Owner:
    """Ids come again, in this song and in the next one: a track that went away is only this one if undo brought it
    back, the same object."""

    def __init__(self, track: Track) -> None:
        self._last = track
        self._there = True

    @property
    def track(self) -> Track | None:
        """As it is now; None once it is gone."""
        return self._last if self._there else None

    def look(self, project: Project) -> None:
        """After every change of the song that it is in, one by one."""
        found = find_track(project, self._last.id)
        self._there = found is not None and (self._there or found is self._last)
        if self._there and found is not None:
            self._last = found
