"""How a video is to be written, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from engine.avatar.subtitles import Subtitle
from engine.avatar.video_formats import FORMATS, VideoFormat, format_of
from engine.errors import InputError

MIN_SIDE, MAX_SIDE = 16, 8192
"""Pixels: below, encoders refuse; above, players do."""


@dataclass(frozen=True, slots=True)
class VideoSettings:
    """Everything but the pictures and the sound.

    `format`: mp4, webm, mov, gif or png; None lets the name say.  `transparent`: keep the pictures' alpha, else it is
    not looked at.  `subtitles` go into the file where it has room for them (MP4, WebM), else into an .srt beside it;
    with `burn_subtitles` they are drawn onto the pictures instead.  `title`, `comment`: for the file's own notes.
    """

    format: str | None = None
    transparent: bool = False
    subtitles: tuple[Subtitle, ...] = ()
    burn_subtitles: bool = False
    title: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What was written: `path` is the file, or the folder of pictures; `beside`, other files that belong to it.

    `width`, `height` in pixels as stored, `sound_s` None when there is none, `size_bytes` of all files together.
    """

    path: Path
    format: str
    width: int
    height: int
    num_frames: int
    fps: Fraction
    sound_s: float | None
    size_bytes: int
    beside: tuple[Path, ...] = ()

    @property
    def duration_s(self) -> float:
        """Of the pictures, in seconds."""
        return float(self.num_frames / self.fps)


def planned(out: Path, fps: Fraction, settings: VideoSettings) -> VideoFormat:
    """The format that will be written; worth asking before long work.

    Raises `InputError` for a name, a rate or a transparency that cannot be.
    """
    kind = format_of(out, settings.format)
    if settings.transparent and kind.alpha is None:
        able = ", ".join(other.name for other in FORMATS.values() if other.alpha)
        raise InputError(f"{kind.name.upper()} knows no transparency.", f"Use one of {able}, or give a background.")
    if not 1 <= fps <= kind.max_fps:
        what = f"{kind.name.upper()} cannot be written with {float(fps):g} pictures per second."
        raise InputError(what, f"Ask for 1 to {kind.max_fps}.")
    return kind


def check_size(width: int, height: int) -> None:
    """Raises `InputError` for pictures that encoders or players refuse; pixels."""
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_SIDE:
        what = f"A video of {width} x {height} pixels cannot be written."
        raise InputError(what, f"Ask for {MIN_SIDE} to {MAX_SIDE} pixels on each side.")
