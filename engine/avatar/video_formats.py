"""The kinds of video that can be written, and which of them a file's name asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from engine.errors import InputError

SOUND_RATE = 48_000
"""Of the sound in every video, in Hz."""


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """What FFmpeg must know to write one kind.

    `opaque` and `alpha` are pixel formats, `alpha` None where the kind knows no transparency; `sound` and `subtitles`
    are codecs, None where there is no room for them.  `even`: width and height must be even numbers.
    `max_fps`: more pictures per second cannot be told apart.  `pixel_bytes`: what one pixel of one picture takes at
    least, for a first look at the space on the disk.
    """

    name: str
    suffix: str
    container: str
    codec: str
    opaque: str
    alpha: str | None
    options: dict[str, str] = field(default_factory=dict)
    sound: str | None = None
    subtitles: str | None = None
    even: bool = False
    max_fps: int = 120
    pixel_bytes: float = 0.005


_VP9 = {"crf": "22", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"}
MP4 = VideoFormat(
    name="mp4",
    suffix=".mp4",
    container="mp4",
    codec="libx264",
    opaque="yuv420p",
    alpha=None,
    options={"crf": "18", "preset": "veryfast"},
    sound="aac",
    subtitles="mov_text",
    even=True,
)
WEBM = VideoFormat(
    name="webm",
    suffix=".webm",
    container="webm",
    codec="libvpx-vp9",
    opaque="yuv420p",
    alpha="yuva420p",
    options=_VP9,
    sound="libopus",
    subtitles="webvtt",
    even=True,
)
MOV = VideoFormat(
    name="mov",
    suffix=".mov",
    container="mov",
    codec="prores_ks",
    opaque="yuv444p10le",
    alpha="yuva444p10le",
    options={"profile": "4444", "vendor": "apl0"},
    sound="pcm_s24le",
    pixel_bytes=0.2,
)
GIF = VideoFormat(
    name="gif", suffix=".gif", container="gif", codec="gif", opaque="pal8", alpha="pal8", max_fps=50, pixel_bytes=0.02
)
PNG = VideoFormat(
    name="png", suffix=".png", container="", codec="png", opaque="rgb24", alpha="rgba", max_fps=1000, pixel_bytes=0.02
)
FORMATS = {kind.name: kind for kind in (MP4, WEBM, MOV, GIF, PNG)}


def format_of(out: Path, name: str | None = None) -> VideoFormat:
    """The kind called `name`, or the one that the suffix of `out` names.

    Raises `InputError` when neither says, or when they disagree.
    """
    suffix = out.suffix.lower()
    by_suffix = next((kind for kind in FORMATS.values() if kind.suffix == suffix), None)
    if name is None:
        if by_suffix is None:
            known = ", ".join(kind.suffix for kind in FORMATS.values() if kind is not PNG)
            hint = f"End the name in one of {known}, or ask for the format png, which makes a folder of pictures."
            raise InputError(f"{out.name} names no video format that can be written.", hint)
        return by_suffix
    if name not in FORMATS:
        raise InputError(f"{name} is no video format.", f"Choose one of {', '.join(FORMATS)}.")
    kind = FORMATS[name]
    if by_suffix not in ((None, PNG) if kind is PNG else (kind,)):
        raise InputError(f"{out.name} is no name for the format {name}.", f"End it in {kind.suffix}.")
    return kind


def count_frames(duration_s: float | Fraction, fps: Fraction) -> int:
    """Pictures for a sound of this length: `duration_s * fps`, rounded half up, and at least one."""
    return max(1, int(Fraction(duration_s) * fps + Fraction(1, 2)))
