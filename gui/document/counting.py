"""How many notes a word takes, told by the dictionary, which is read on a thread of its own: it takes a while."""

from __future__ import annotations

import threading

_WARMING = "la"


class SyllableCounter:
    """Called with a word: its syllables, at least 1.  `language`: an IETF tag, "": as the letters look."""

    def __init__(self, language: str = "") -> None:
        self.language = language

    def __call__(self, word: str) -> int:
        """Waits for the dictionary the first time, unless `warm` was done."""
        from engine.api.words import count_syllables

        return count_syllables(word, self.language or None)

    def warm(self) -> threading.Thread:
        """Read the dictionary now, beside everything else; the thread ends by itself."""
        thread = threading.Thread(target=self, args=(_WARMING,), name="dictionary", daemon=True)
        thread.start()
        return thread
