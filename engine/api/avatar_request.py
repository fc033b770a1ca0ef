"""What is asked for when a vocal and a face are to become a video, and whether that can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from engine.api.sing import SingRequest
from engine.audio import open_audio
from engine.avatar.exports import EXPORTS
from engine.avatar.figures import Point
from engine.avatar.stage import read_background
from engine.avatar.subtitles import Subtitle
from engine.avatar.subtitles_file import read_subtitles
from engine.avatar.video import VideoSettings, planned
from engine.avatar.video_settings import check_size
from engine.errors import InputError
from engine.project.file import is_project, read_project
from engine.score import looks_like_score

Subtitles = Literal["none", "soft", "burnt"]
LAST_SEED = 2**64 - 1


@dataclass(frozen=True, slots=True)
class AvatarRequest:
    """`vocals`: a sound file, or a clip with lyrics or a project, which is sung as `sing` says and has exact lips.

    Of a project's tracks the mix is heard and the face sings the first that is; where `sing` names a track, that is
    all that is heard.

    One of `portrait` and `avatar` (an id or a character's file); neither: the first bundled avatar.  `landmarks`, or
    `points` (left eye, right eye, mouth, in pixels): where the portrait's face is.  `size` (width, height) in pixels,
    None as the figure's; `background` a colour, a picture's path or `transparent`, None as suits the figure.
    `expressive` 0 to 1; `num_steps` of the sampler, None as the animator says.  `sound`: what is heard instead of the
    vocals.  `draft`: a clip from its score alone, before anything is sung; silent.  `motion`: a .faceparams.json
    instead of the network; `save_motion` and `exports` (kind and file): what else to write the motion to.
    `subtitles` are a clip's words, or those of the file `subtitles_from`.  `sing`: how a clip is sung.  `weights`: a
    folder of the paper's own networks, to make the portrait's pictures with instead of moving it.
    """

    vocals: Path
    out: Path
    portrait: Path | None = None
    avatar: str | None = None
    landmarks: Path | None = None
    points: tuple[Point, Point, Point] | None = None
    fps: Fraction = Fraction(25)
    size: tuple[int, int] | None = None
    background: str | None = None
    expressive: float = 0.6
    seed: int = 0
    num_steps: int | None = None
    sound: Path | None = None
    draft: bool = False
    motion: Path | None = None
    save_motion: Path | None = None
    exports: tuple[tuple[str, Path], ...] = ()
    subtitles: Subtitles = "none"
    subtitles_from: Path | None = None
    format: str | None = None
    animator: str | None = None
    sing: SingRequest | None = None
    weights: Path | None = None
    device: str = "auto"
    threads: int | None = None


def check_request(request: AvatarRequest) -> tuple[Subtitle, ...]:
    """Whatever can be known before long work; the words of `subtitles_from`.

    Raises `InputError` as `check_asked`, and for what cannot be written.
    """
    check_asked(request)
    _check_weights(request)
    if request.sound is not None:
        with open_audio(request.sound):
            pass
    _check_places(request)
    return _check_words(request)


def check_asked(request: AvatarRequest) -> None:
    """Raises `InputError` for what contradicts itself, is out of range or missing."""
    _check_face(request)
    _check_ranges(request)
    for path in filter(None, (request.vocals, request.sound)):
        if not path.exists():
            raise InputError(f"There is no file {path}.", "Check the path.")
    if is_project(request.vocals):
        read_project(request.vocals)
    elif not looks_like_score(request.vocals):
        _check_recording(request)


def is_sung(vocals: Path) -> bool:
    """Whether it is a clip or a project, which is sung first; otherwise it is a recording."""
    return is_project(vocals) or looks_like_score(vocals)


def _check_face(request: AvatarRequest) -> None:
    if request.portrait is not None and request.avatar is not None:
        raise InputError("A portrait and an avatar cannot both sing.", "Choose one of them.")
    if request.landmarks is not None and request.points is not None:
        raise InputError("Landmarks and points both say where the face is.", "Give one of them.")
    if request.portrait is None and (request.landmarks is not None or request.points is not None):
        raise InputError("Landmarks and points are for a portrait, and none is given.", "Name the picture too.")


def _check_weights(request: AvatarRequest) -> None:
    """The paper's networks make pictures of portraits; of motion they know nothing."""
    if request.weights is None:
        return
    if request.portrait is None:
        raise InputError("The paper's networks draw portraits.", "Name a picture too.", option="portrait")
    if request.draft or request.motion or request.save_motion or request.exports or request.animator:
        what = "The paper's networks make pictures, no motion that could be read, written or drafted."
        raise InputError(what, "Leave the motion out, or the weights.")


def _check_ranges(request: AvatarRequest) -> None:
    if not 0 <= request.expressive <= 1:
        raise InputError(f"Expressive {request.expressive:g} is not between 0 and 1.", "0.6 is usual.")
    if not 0 <= request.seed <= LAST_SEED:
        raise InputError(f"{request.seed} is no seed.", f"Use a whole number from 0 to {LAST_SEED}.")
    if request.size is not None:
        check_size(*request.size)


def _check_recording(request: AvatarRequest) -> None:
    """Whether it opens, and what only a clip can be asked."""
    with open_audio(request.vocals):
        pass
    name, asked = request.vocals.name, request.sing
    if request.draft:
        raise InputError(f"{name} is no clip.", "A draft is drawn from a score with lyrics.")
    if asked is not None and asked.lyrics is not None:
        hint = "Give them at their times, as an .srt or .lrc file."
        raise InputError(f"{name} is a recording, and {asked.lyrics.name} does not say when its words are sung.", hint)
    if asked is not None and (asked.voice or asked.track or asked.language or asked.transpose):
        hint = "Leave voice, track, language and transpose out, or give the clip."
        raise InputError(f"{name} is a recording, which nobody sings again.", hint)


def _check_places(request: AvatarRequest) -> None:
    transparent = request.background is not None and read_background(request.background).transparent
    kind = planned(request.out, request.fps, VideoSettings(format=request.format, transparent=transparent))
    for name, _ in request.exports:
        if name not in EXPORTS:
            raise InputError(f"{name} is no kind of export.", f"Choose one of {', '.join(EXPORTS)}.")
    places = [*_beside(request), *([request.out] if kind.container else [])]
    for path in places:
        if path.is_dir():
            raise InputError(f"{path} is a folder, not a file.", "Name a file to write.")
    for path in (*places, request.out):
        if not path.parent.is_dir():
            raise InputError(f"The folder {path.parent} does not exist.", "Make it first, or name another place.")
    if len({path.resolve() for path in places}) < len(places):
        raise InputError("Two things cannot be written to one file.", "Give each a name of its own.")
    if not kind.container and request.out.is_dir() and any(request.out.iterdir()):
        raise InputError(f"{request.out} is there already and not empty.", "Name a new folder for the pictures.")


def _beside(request: AvatarRequest) -> Iterator[Path]:
    """What is written besides the video."""
    if request.save_motion is not None:
        yield request.save_motion
    yield from (path for _, path in request.exports)


def _check_words(request: AvatarRequest) -> tuple[Subtitle, ...]:
    if request.subtitles == "none":
        if request.subtitles_from is None:
            return ()
        hint = "Ask for soft or burnt subtitles."
        raise InputError(f"The words of {request.subtitles_from.name} are given, but are not to be seen.", hint)
    if request.subtitles_from is not None:
        return read_subtitles(request.subtitles_from)
    if not is_sung(request.vocals):
        raise words_unknown(request)
    return ()


def words_unknown(request: AvatarRequest) -> InputError:
    """Subtitles are asked for, and nobody knows the words."""
    what = f"The words of {request.vocals.name} are not known."
    return InputError(what, "Give them as an .srt or .lrc file, or leave subtitles out.")
