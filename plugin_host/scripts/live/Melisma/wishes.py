"""How a user asks from inside Live, which has no menu for scripts: by a clip's name.

A clip whose name is made to begin with `melisma:` is sung (MIDI) or taken apart (audio), and gets its old name back.
What stands behind the colon are the words.
"""

from __future__ import annotations

from typing import Any

_MARK = "melisma:"


class Wishes:
    """Watches the name of the clip in the detail view, where a clip that is being renamed always is."""

    def __init__(self) -> None:
        self._pointer = 0
        self._name = ""

    def look(self, song: Any) -> tuple[Any, str | None] | None:
        """(clip, words or None) when the user has just asked; the clip has its old name again then."""
        clip = song.view.detail_clip
        if clip is None:
            return None
        pointer, name = int(getattr(clip, "_live_ptr", id(clip))), str(clip.name)
        if not name.lower().startswith(_MARK):
            self._pointer, self._name = pointer, name
            return None
        words = name[len(_MARK) :].strip()
        clip.name = self._name if pointer == self._pointer else ""
        return clip, words or None
