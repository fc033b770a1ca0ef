"""Clips of Live as `region` records, with their notes or with the file that sounds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .timing import RATE, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .timing import Timing

_TINY = 1e-9
_SAME_TEMPO = 1e-4
"""So far may a warped clip's own tempo be from the set's, as a part of it, to be heard as it lies in its file."""


class NotPossible(Exception):  # noqa: N818 - what the user did, in a sentence for the user
    """The user's choice cannot be used; the text is for people."""


class Keys:
    """Names clips for good.  Live has no ids: by track, name and place, kept while Live runs and the clip moves."""

    def __init__(self) -> None:
        self._by_pointer: dict[int, str] = {}

    def of(self, clip: Any, track: Any, start: float) -> str:
        pointer = int(getattr(clip, "_live_ptr", id(clip)))
        if pointer not in self._by_pointer:
            self._by_pointer[pointer] = f"{track.name}/{clip.name}@{start:.3f}"
        return self._by_pointer[pointer]


def selected(song: Any) -> Any:
    """The clip that Live shows in its detail view, else the one in the highlighted slot."""
    view = song.view
    slot = view.highlighted_clip_slot
    clip = view.detail_clip or (slot.clip if slot is not None and slot.has_clip else None)
    if clip is None:
        raise NotPossible("No clip is selected in Live. Click one and try again.")
    return clip


def named(song: Any, name: str) -> Any:
    """The first clip called `name`, else the first on the track called so; the arrangement before the session."""
    clips = [(clip, track) for track in song.tracks for clip in _clips_of(track)]
    for clip, _ in clips:
        if clip.name == name:
            return clip
    for clip, track in clips:
        if track.name == name:
            return clip
    raise NotPossible(f"There is no clip and no track with clips called {name}.")


def track_of(clip: Any) -> Any:
    """A clip lies in a slot, on a track or in one of its lanes."""
    owner = clip.canonical_parent
    while not hasattr(owner, "clip_slots"):
        owner = owner.canonical_parent
    return owner


def region(song: Any, clip: Any, timing: Timing, keys: Keys) -> list[tuple[str, ...]]:
    """`region` and its `note` or `source` records.  Raises `NotPossible`."""
    track = track_of(clip)
    start = _start(song, clip)
    if clip.is_midi_clip:
        length = _length(clip)
        kind, details = "midi", list(_notes(clip, length))
        start_samples = timing.samples(song, start)
        length_samples = timing.samples(song, start + length) - start_samples
    else:
        path, offset, seconds = _sound(song, clip)
        kind, details = "audio", [("source", str(path), str(round(offset * RATE)))]
        start_samples, length_samples = timing.samples(song, start), round(seconds * RATE)
        length = seconds * float(song.tempo) / 60.0
    name = clip.name or track.name
    return [
        (
            "region",
            keys.of(clip, track, start),
            name,
            track.name,
            kind,
            str(start_samples),
            str(length_samples),
            number(start),
            number(length),
        ),
        *details,
    ]


def _clips_of(track: Any) -> Iterator[Any]:
    yield from getattr(track, "arrangement_clips", ())
    for slot in track.clip_slots:
        if slot.has_clip:
            yield slot.clip


def _start(song: Any, clip: Any) -> float:
    """In beats of the song.  A session clip has no place there: it goes to the bar in which the playhead is."""
    if clip.is_arrangement_clip:
        return float(clip.start_time)
    bar = song.signature_numerator * 4.0 / song.signature_denominator
    return float(song.current_song_time // bar * bar)


def _length(clip: Any) -> float:
    """In beats: all of an arrangement clip, one pass of a session clip."""
    if clip.is_arrangement_clip:
        return float(clip.end_time - clip.start_time)
    end = clip.loop_end if clip.looping and clip.start_marker < clip.loop_end else clip.end_marker
    return max(0.0, float(end - clip.start_marker))


def _passes(clip: Any, length: float) -> Iterator[tuple[float, float, float]]:
    """(from, to, at): the clip's own time from..to is heard `at` beats from its start."""
    at, begin = 0.0, float(clip.start_marker)
    looped = clip.looping and clip.loop_end - clip.loop_start > 1e-3 and begin < clip.loop_end
    while length - at > _TINY:
        end = min(float(clip.loop_end), begin + length - at) if looped else begin + length
        yield begin, end, at
        at, begin = at + end - begin, float(clip.loop_start)


def _notes(clip: Any, length: float) -> Iterator[tuple[str, ...]]:
    """What sounds: a note that begins before a pass is not struck in it, one that goes on after it is cut."""
    for begin, end, at in _passes(clip, length):
        # 128 keys from 0: a span of 127 leaves the highest out.
        for note in clip.get_notes_extended(0, 128, begin, end - begin):
            start = float(note.start_time)
            if note.mute or not begin - _TINY <= start < end - _TINY:
                continue
            duration = min(float(note.duration), end - start)
            velocity = str(round(note.velocity))
            yield "note", number(at + start - begin), number(duration), str(note.pitch), velocity, ""


def _sound(song: Any, clip: Any) -> tuple[Path, float, float]:
    """The file, where in it the clip begins, how much of it is heard; both in seconds."""
    path = Path(clip.file_path or "")
    if not path.name:
        raise NotPossible(f"The clip {clip.name} has no sound file of its own. Consolidate it (Ctrl+J or Cmd+J).")
    per_beat = 60.0 / float(song.tempo)
    if clip.warping:
        first, second = _warp_line(clip)
        if abs((second[1] - first[1]) / (second[0] - first[0]) / per_beat - 1) > _SAME_TEMPO:
            raise NotPossible(f"The clip {clip.name} is warped. Consolidate it (Ctrl+J or Cmd+J), or switch Warp off.")
        offset = first[1] + (float(clip.start_marker) - first[0]) * per_beat
    else:
        offset = float(clip.start_marker)  # in seconds where a clip is not warped
    if clip.is_arrangement_clip:
        seconds = float(clip.end_time - clip.start_time) * per_beat
    else:
        seconds = _length(clip) * (per_beat if clip.warping else 1.0)
    total = _file_seconds(clip)
    if clip.looping and total is not None and offset + seconds > total + 1e-3:
        raise NotPossible(f"The clip {clip.name} repeats its file. Consolidate it (Ctrl+J or Cmd+J) and try again.")
    offset = max(0.0, offset)
    if total is not None:
        seconds = min(seconds, total - offset)
    if seconds <= 0:
        raise NotPossible(f"The clip {clip.name} plays nothing of its file. Move its edges and try again.")
    return path, offset, seconds


def _warp_line(clip: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Two warp markers as (beat, second) when all lie on one line.  Raises `NotPossible` when they bend."""
    markers = sorted((float(m.beat_time), float(m.sample_time)) for m in clip.warp_markers)
    if len(markers) < 2 or markers[-1][0] - markers[0][0] < _TINY:
        raise NotPossible(f"The clip {clip.name} is warped. Consolidate it (Ctrl+J or Cmd+J), or switch Warp off.")
    first, last = markers[0], markers[-1]
    slope = (last[1] - first[1]) / (last[0] - first[0])
    if any(abs(first[1] + (beat - first[0]) * slope - second) > 1e-3 for beat, second in markers):
        raise NotPossible(f"The clip {clip.name} is warped. Consolidate it (Ctrl+J or Cmd+J), or switch Warp off.")
    return first, last


def _file_seconds(clip: Any) -> float | None:
    rate = float(getattr(clip, "sample_rate", 0) or 0)
    samples = float(getattr(clip, "sample_length", 0) or 0)
    return samples / rate if rate > 0 and samples > 0 else None
