"""A project as JSON on one line, for a process of ours or an autosave; a long song does not hold other threads up.

The encoder of `json` holds the interpreter until it is done: for a song of 10,000 notes the window would stand still.
So it gets little at a time; and a note that is still the same value as in the text before is not written again.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from threading import Lock
from typing import Any

from engine.project.model import Project, Track, TrackNote
from engine.project.shapes import NOTE, PROJECT, TRACK
from engine.project.versions import MARK, VERSION

MOST_KEPT = 200_000
"""Notes whose texts are kept, of all tracks together: some 50 MB."""
_AT_ONCE = 64
"""Entries of a list or an object that go to the encoder together."""

_encoded = json.JSONEncoder().encode


def project_line(project: Project) -> str:
    """The project as JSON on one line, not checked: to be read with `parse_project`."""
    written = {MARK: VERSION} | PROJECT.write(replace(project, tracks=()))
    tracks = (_track(track, _KEPT.texts((project.name, track.id), track.notes)) for track in project.tracks)
    return "".join(_object(written, "tracks", tracks))


def _track(track: Track, notes: Sequence[str]) -> str:
    return "".join(_object(TRACK.write(replace(track, notes=())), "notes", notes))


def _object(written: Mapping[str, Any], name: str, texts: Iterator[str] | Sequence[str]) -> Iterator[str]:
    """`written` as an object whose entry `name` is a list of `texts`."""
    for number, (key, value) in enumerate(written.items()):
        yield ", " if number else "{"
        yield _encoded(key) + ": "
        if key == name:
            yield "[" + ", ".join(texts) + "]"
        else:
            yield from _pieces(value)
    yield "}"


def _pieces(value: Any) -> Iterator[str]:
    """`value`, a little at a time."""
    if not _is_long(value):
        yield _encoded(value)
    elif isinstance(value, dict):
        for number, (key, entry) in enumerate(value.items()):
            yield ", " if number else "{"
            yield _encoded(key) + ": "
            yield from _pieces(entry)
        yield "}"
    else:
        yield from _rows(value)


def _rows(value: Sequence[Any]) -> Iterator[str]:
    yield "["
    entries = iter(value)
    first = True
    while some := list(islice(entries, _AT_ONCE)):
        if not first:
            yield ", "
        first = False
        if any(map(_is_long, some)):
            for number, entry in enumerate(some):
                yield ", " if number else ""
                yield from _pieces(entry)
        else:
            yield _encoded(some)[1:-1]
    yield "]"


def _is_long(value: Any) -> bool:
    """Whether it has many entries, or one of them has."""
    if not isinstance(value, dict | list):
        return False
    return len(value) > _AT_ONCE or any(map(_is_long, value.values() if isinstance(value, dict) else value))


class KeptTexts:
    """The notes' texts of each track as it was written last.  Safe from several threads."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = Lock()
        # The notes are held with their texts: an id belongs to one value only as long as that lives.
        self._tracks: OrderedDict[tuple[str, str], tuple[tuple[TrackNote, ...], dict[int, str]]] = OrderedDict()

    def texts(self, track: tuple[str, str], notes: tuple[TrackNote, ...]) -> list[str]:
        """A line for each note; `track`: the names of song and track, under which they are found the next time."""
        with self._lock:
            held = self._tracks.get(track, ((), {}))
        texts = _texts(notes, held[1])
        with self._lock:
            self._tracks[track] = notes, dict(zip(map(id, notes), texts, strict=True))
            self._tracks.move_to_end(track)
            while self.count > self._most:
                self._tracks.popitem(last=False)
        return texts

    @property
    def count(self) -> int:
        """Notes whose texts are kept."""
        return sum(len(notes) for notes, _ in self._tracks.values())


def _texts(notes: Sequence[TrackNote], before: Mapping[int, str]) -> list[str]:
    return [before.get(id(note)) or _encoded(NOTE.write(note)) for note in notes]


_KEPT = KeptTexts()
