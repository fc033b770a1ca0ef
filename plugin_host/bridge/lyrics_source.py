"""Where the words of a clip come from."""

from __future__ import annotations

from typing import Protocol

from engine.score import Score
from plugin_host.ports import DawClip


class LyricsSource(Protocol):
    """The lyrics that belong to clips of DAWs."""

    def words(self, clip: DawClip, text: str | None, daw: str) -> tuple[Score, tuple[str, ...]]:
        """The clip's score with its words, to be sung now, counting from the clip's start; and remarks for the user.

        `text`: what the user typed for it just now; None: as they were.  `daw`: as people call it.  Raises `InputError`
        for a clip without notes.
        """
        ...

    def keep(self, session_key: str, clip_key: str, text: str) -> None:
        """Remember the words of a clip.  Raises `MelismaError` when the disk refuses."""
        ...
