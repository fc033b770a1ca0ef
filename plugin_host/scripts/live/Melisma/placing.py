"""Sounds onto tracks of the arrangement, as one step of undo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clips import NotPossible
from .timing import RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .timing import Timing

_LAST_BEAT = 1576800.0
"""Live's arrangement ends here."""


def place(song: Any, records: Sequence[Sequence[str]], timing: Timing) -> list[tuple[str, ...]]:
    """`placed` records.  All is looked at before anything is changed.  Raises `NotPossible`."""
    wanted = [_checked(song, record, timing) for record in records if record[0] == "audio"]
    if not wanted:
        raise NotPossible("There was no sound to place.")
    if not hasattr(song.tracks[0], "create_audio_clip"):
        raise NotPossible(
            "Live 12.0.5 or newer is needed to place sounds. Drag the file onto a track; its name says the bar."
        )
    song.begin_undo_step()
    takes_back: list[Callable[[], Any]] = []
    try:
        return [_add(song, *one, timing, takes_back) for one in wanted]
    except Exception:
        for take_back in reversed(takes_back):  # half of a result would be worse than none
            take_back()
        raise
    finally:
        song.end_undo_step()


def _checked(song: Any, record: Sequence[str], timing: Timing) -> tuple[Path, str, float, str]:
    if len(record) < 5 or not record[3].isdigit():
        raise NotPossible("A sound came without its place.")
    path, beats = Path(record[1]), timing.beats(song, int(record[3]))
    if not path.is_file():
        raise NotPossible(f"The file {path} is not there.")
    if beats > _LAST_BEAT:
        raise NotPossible("The place lies behind the end of Live's arrangement.")
    return path, record[2], beats, record[4]


def _add(
    song: Any,
    path: Path,
    track_name: str,
    beats: float,
    beside: str,
    timing: Timing,
    takes_back: list[Callable[[], Any]],
) -> tuple[str, ...]:
    track = _audio_track(song, track_name)
    if track is None:
        track = _new_track(song, track_name, beside)
        takes_back.append(lambda: song.delete_track(list(song.tracks).index(track)))
    clip = track.create_audio_clip(str(path), beats)
    takes_back.append(lambda: track.delete_clip(clip))
    clip.warping = False  # Live may have guessed a tempo; the sound is in the set's time already
    clip.name = path.stem
    rate = float(getattr(clip, "sample_rate", RATE) or RATE)
    length = round(float(getattr(clip, "sample_length", 0)) / rate * RATE)
    return "placed", str(path), track_name, str(timing.samples(song, float(clip.start_time))), str(length)


def _audio_track(song: Any, name: str) -> Any:
    for track in song.tracks:
        if track.name == name and track.has_audio_input and not getattr(track, "is_frozen", False):
            return track
    return None


def _new_track(song: Any, name: str, beside: str) -> Any:
    """To the right of (below) `beside`; the last one where there is no such track."""
    names = [track.name for track in song.tracks]
    index = names.index(beside) + 1 if beside in names else len(names)
    song.create_audio_track(index)
    track = song.tracks[index]
    track.name = name
    return track
