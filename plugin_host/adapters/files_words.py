"""Words for a clip in a folder: they lie beside it, where the watching sees that they changed."""

from __future__ import annotations

from pathlib import Path

from engine.errors import InputError
from engine.files import write_bytes_whole
from plugin_host.adapters.files_scan import lyrics_beside


def put_words(clip: Path, text: str) -> Path:
    """Write `text` beside `clip`, in the place of what lies there; gives its path.

    They come before the clip's own, and a watched clip is sung again.  Raises `InputError` when the clip is not there,
    `MelismaError` when the disk refuses.
    """
    if not clip.is_file():
        raise InputError(f"The clip {clip} is not there any more.", "Put it back, or plug its folder in.")
    path = lyrics_beside(clip)
    write_bytes_whole(path, text.encode("utf-8", "replace"))
    return path
