"""Clips that are files in watched folders: their words lie beside them, whatever was kept of them before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.score import read_text
from plugin_host.adapters.files_scan import lyrics_beside
from plugin_host.lyrics.record import WATCHED, Record
from plugin_host.lyrics.shelf import KnownClip


def is_watched(record: Record) -> bool:
    """Whether it is a file in a watched folder."""
    return record.session_key == WATCHED


def file_beside(record: Record) -> Path | None:
    """Where the words of a watched clip lie, or would; None for any other clip."""
    return lyrics_beside(Path(record.clip_key)) if is_watched(record) and Path(record.clip_key).name else None


def as_it_lies(clip: KnownClip) -> KnownClip:
    """The clip with the words that lie beside it now, sung or not.  Raises `InputError` when the file is no text."""
    beside = file_beside(clip.record)
    if beside is None or not beside.is_file():
        return clip
    text = read_text(beside)
    return replace(clip, text=text, record=replace(clip.record, own=""))
