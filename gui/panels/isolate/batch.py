"""The list of songs and how far each is, without a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from gui.engine_ask import Failure

State = Literal["new", "waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Stems:
    """What became of a song.  `null_db`: what is left of mix - (vocals + instrumental), -200 when nothing is.

    `speed`: seconds of work per second of song.
    """

    vocals: Path
    instrumental: Path
    duration_s: float
    null_db: float
    separator: str
    provider: str
    speed: float


@dataclass(frozen=True, slots=True)
class Song:
    """One row.  `share` 0 to 1 of what is done, `left_s` None until it can be told; `failure` in sentences,
    `fault` with details for a report.  `unreadable`: its file is no sound, as long as it stays as it is.  `again`: its
    vocal, sung by another voice."""

    id: int
    path: Path
    state: State = "new"
    share: float = 0.0
    left_s: float | None = None
    job: str = ""
    stems: Stems | None = None
    failure: str = ""
    fault: Failure | None = None
    unreadable: bool = False
    again: Path | None = None

    @property
    def busy(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def ready(self) -> bool:
        """Whether it can be isolated now."""
        return not self.busy and not self.unreadable


class Batch:
    """Songs in their order; each file once."""

    def __init__(self) -> None:
        self._songs: dict[int, Song] = {}
        self._last = 0

    def __iter__(self) -> Any:
        return iter(tuple(self._songs.values()))

    def __len__(self) -> int:
        return len(self._songs)

    def get(self, song_id: int) -> Song | None:
        return self._songs.get(song_id)

    def add(self, paths: Sequence[Path]) -> tuple[int, ...]:
        """The ids of these files, in their order: new ones, and those that are there already."""
        known = {song.path: song.id for song in self._songs.values()}
        ids = []
        for path in paths:
            if path not in known:
                self._last += 1
                known[path] = self._last
                self._songs[self._last] = Song(self._last, path)
            ids.append(known[path])
        return tuple(dict.fromkeys(ids))

    def remove(self, song_id: int) -> None:
        """Out of the list; one that is being worked on stays."""
        song = self._songs.get(song_id)
        if song is not None and not song.busy:
            del self._songs[song_id]

    def change(self, song_id: int, **changes: Any) -> Song | None:
        """With other values; None when it is not there any more."""
        song = self._songs.get(song_id)
        if song is None:
            return None
        self._songs[song_id] = replace(song, **changes)
        return self._songs[song_id]

    def of_file(self, path: Path) -> Song | None:
        """The song that this file is, or whose vocals it holds."""
        songs = self._songs.values()
        return next((song for song in songs if path in (song.path, song.stems.vocals if song.stems else None)), None)

    def next_waiting(self) -> Song | None:
        return next((song for song in self._songs.values() if song.state == "waiting"), None)

    def of_job(self, job: str) -> Song | None:
        return next((song for song in self._songs.values() if job and song.job == job), None)


def folder_for(song: Song, songs: Sequence[Song], chosen: Path | None, beside: str) -> Path:
    """Where a song's stems go: `chosen`, or `beside` next to it.

    Songs that are called alike would write the same files there: each but the first has a folder of its own in it.
    """
    folder = chosen or song.path.parent / beside
    alike = [other.id for other in songs if _name(other) == _name(song) and (chosen or _beside(other) == _beside(song))]
    place = alike.index(song.id)
    return folder / f"{song.path.stem}-{place + 1}" if place else folder


def stems_of(result: Mapping[str, Any]) -> Stems:
    """From the engine's result of one song.  Raises `KeyError` or `IndexError` when it is none."""
    made = result["files"][0]
    return Stems(
        vocals=Path(made["vocals"]),
        instrumental=Path(made["instrumental"]),
        duration_s=float(made["duration_s"]),
        null_db=float(made["null_peak_db"]),
        separator=str(made["separator"]),
        provider=str(made["provider"]),
        speed=float(made["real_time_factor"]),
    )


def _beside(song: Song) -> Path:
    return song.path.parent


def _name(song: Song) -> str:
    return song.path.stem.casefold()  # some file systems do not tell upper from lower case
