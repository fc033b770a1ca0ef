"""The song of the screenshots: a clip that comes along, with an edit in it."""

from __future__ import annotations

from dataclasses import replace

from engine.folders import presets_folder
from gui.document.song_file import SongFile, read_song
from gui.texts import shell as texts

CLIP = "amazing-grace.mid"


def demo_song() -> SongFile:
    """Amazing Grace, as a song of its own.  Raises `InputError` where the clips are not installed."""
    file = read_song(presets_folder() / "clips" / CLIP)
    return replace(file, project=replace(file.project, name=texts.DEMO_NAME))
