"""A clip of six notes, for tests of its words."""

from __future__ import annotations

from engine.score import TempoMap
from plugin_host.ports import DawClip, DawNote, Session

KEYS = (60, 62, 64, 65, 67, 65)
SESSION = Session("/music/Song: one?", "Song", 48_000)
NOTES = tuple(DawNote(float(i), 1.0, key) for i, key in enumerate(KEYS))
CLIP = DawClip(SESSION, "region 7", "Verse", "Vocals", 16.0, 8.0, 384_000, TempoMap(((0.0, 120.0),)), NOTES)


def syllables(word: str) -> int:
    """One each, but for one word."""
    return {"amazing": 3}.get(word, 1)
