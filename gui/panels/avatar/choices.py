"""What the user chose: who sings what, and how; and what the engine is asked for with that.  Plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from engine.api.project import Project

SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wv", ".caf", ".w64")
CLIP_SUFFIXES = (".mid", ".midi", ".kar", ".musicxml", ".mxl", ".xml", ".melisma")
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")
WORDS_SUFFIXES = (".srt", ".lrc")
RATES = ("24", "25", "30", "50", "60", "23.976", "29.97", "59.94")
_BROADCAST = {"23.976": "24000/1001", "29.97": "30000/1001", "59.94": "60000/1001"}
OPAQUE_ONLY = ("mp4",)
MOTION_SUFFIXES = {
    "faceparams": ".faceparams.json",
    "rhubarb": ".tsv",
    "rhubarb-json": ".rhubarb.json",
    "rhubarb-xml": ".xml",
    "live2d": ".motion3.json",
    "vmd": ".vmd",
    "vowels": ".vowels.csv",
    "shape-keys": ".shape-keys.csv",
    "shape-keys-json": ".shape-keys.json",
    "arkit": ".arkit.csv",
}
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')

Points = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
Subtitles = Literal["none", "soft", "burnt"]


@dataclass(frozen=True, slots=True)
class Choices:
    """`portrait`, where there is one, before `avatar` (an id); `points`: its eyes and mouth in pixels of the picture as
    the engine works with it.  `vocals`: a file; None: the song, whose `track` (an id, "": all) sings.

    `size` as "WIDTHxHEIGHT", `background` as the engine reads it; "": as the figure has them.  `sound`: what is heard
    instead of the vocal.  `motion`: kinds of `MOTION_SUFFIXES` to be written beside the video.
    """

    avatar: str = ""
    portrait: Path | None = None
    points: Points | None = None
    vocals: Path | None = None
    track: str = ""
    expressive: float = 0.6
    seed: int = 0
    size: str = ""
    background: str = ""
    fps: str = "25"
    format: str = "mp4"
    subtitles: Subtitles = "none"
    words: Path | None = None
    sound: Path | None = None
    motion: tuple[str, ...] = ()

    @property
    def has_figure(self) -> bool:
        return bool(self.avatar) or self.portrait is not None

    @property
    def transparent(self) -> bool:
        return self.background == "transparent"


def with_words(choices: Choices, words: Path) -> dict[str, Any]:
    """The fields that change where somebody gives words: they are to be seen, too."""
    return {"words": words, "subtitles": "soft" if choices.subtitles == "none" else choices.subtitles}


def song_text(project: Project) -> str:
    """A song as the engine is told of it."""
    from engine.api.project import project_bytes

    return project_bytes(project).decode()


def show_args(choices: Choices, project: str) -> dict[str, Any]:
    """For `avatar.open`; `project` is the song's text, which counts where no file is chosen."""
    args = _figure_args(choices)
    if choices.vocals is not None:
        args["vocals"] = str(choices.vocals)
    else:
        args |= {"project": project, "track": choices.track}
    return args


def video_args(choices: Choices, facts: Mapping[str, Any], out: Path) -> dict[str, Any]:
    """For `avatar`: what the show with these `facts` looks like, written to `out`."""
    vocals = str(facts["vocals"])
    args = _figure_args(choices) | {
        "vocals": vocals,
        "out": str(out),
        "fps": _BROADCAST.get(choices.fps, choices.fps),
        "format": choices.format,
        "subtitles": choices.subtitles,
    }
    if choices.subtitles != "none" and choices.words is not None:
        args["subtitles_from"] = str(choices.words)
    if choices.sound is not None:
        args["sound"] = str(choices.sound)
    if facts.get("track"):
        args["sing"] = {"clip": vocals, "out": str(out), "track": facts["track"]}
    if "faceparams" in choices.motion:
        args["save_motion"] = str(beside(out, "faceparams"))
    if kinds := [kind for kind in choices.motion if kind != "faceparams"]:
        args["exports"] = [[kind, str(beside(out, kind))] for kind in kinds]
    return args


def video_results(answer: Mapping[str, Any]) -> tuple[Path, ...]:
    """The files of an answer to `avatar`, the video (or the folder of pictures) first."""
    video = answer["video"]
    return tuple(Path(path) for path in (video["path"], *video["beside"], *answer["written"]))


def beside(out: Path, kind: str) -> Path:
    """Where motion of this kind goes, with the name of the video."""
    stem = out.stem if out.suffix else out.name
    return out.with_name(stem + MOTION_SUFFIXES[kind])


def file_name(choices: Choices, vocal: str, figure: str) -> str:
    """A name for the video, that every file system takes: `Night Train - Mira.mp4`; of pictures a folder's."""
    plain = _FORBIDDEN.sub("_", f"{vocal} - {figure}").strip(" .") or "video"
    return plain if choices.format == "png" else f"{plain}.{choices.format}"


def parsed_size(text: str) -> tuple[int, int] | None:
    """`1280x720` -> (1280, 720), None for the figure's own.  Raises `ValueError`."""
    if not text:
        return None
    width, _, height = text.lower().replace("×", "x").partition("x")
    return int(width), int(height or width)


def _figure_args(choices: Choices) -> dict[str, Any]:
    args: dict[str, Any] = {"expressive": choices.expressive, "seed": choices.seed}
    if choices.portrait is not None:
        args["portrait"] = str(choices.portrait)
        if choices.points is not None:
            args["points"] = [list(point) for point in choices.points]
    else:
        args["avatar"] = choices.avatar
    size = parsed_size(choices.size)
    if size is not None:
        args["size"] = list(size)
    if choices.background:
        args["background"] = choices.background
    return args
