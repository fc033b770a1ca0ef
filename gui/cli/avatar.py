"""`melisma avatar`: a vocal and a face become a video."""

from __future__ import annotations

import enum
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gui.cli.avatar_words import parse_export, parse_fps, parse_points, parse_size
from gui.cli.output import JsonOption, Output, QuietOption
from gui.cli.sing import Device, problem_lines

if TYPE_CHECKING:
    from engine.api import AvatarRequest, AvatarResult


class SubtitlesWay(enum.StrEnum):
    NONE = "none"
    SOFT = "soft"
    BURNT = "burnt"


class VideoKind(enum.StrEnum):
    MP4 = "mp4"
    WEBM = "webm"
    MOV = "mov"
    GIF = "gif"
    PNG = "png"


def avatar(
    vocals: Annotated[
        Path, typer.Argument(help="A vocal (any sound file), a clip with lyrics, or a project.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="File to write: .mp4, .webm, .mov, .gif; or a folder, with --format png.", show_default=False
        ),
    ],
    portrait: Annotated[Path | None, typer.Option(help="Picture of a face, drawn or photographed.")] = None,
    avatar_id: Annotated[
        str | None,
        typer.Option("--avatar", help="Id of a bundled avatar; see `melisma avatars`. Or a character's file."),
    ] = None,
    fps: Annotated[str, typer.Option(help="Pictures per second: 24, 25, 30, 29.97, ...")] = "25",
    size: Annotated[
        str | None, typer.Option(help="Pixels: 512, or WIDTHxHEIGHT such as 720x1280 [the figure's own].")
    ] = None,
    background: Annotated[
        str | None, typer.Option(help="A colour, a picture, or transparent [as suits the figure].")
    ] = None,
    expressive: Annotated[float, typer.Option(min=0, max=1, help="From hardly moving to the back row.")] = 0.6,
    seed: Annotated[
        int, typer.Option(min=0, max=2**64 - 1, help="Another seed moves head, brows and lids otherwise.")
    ] = 0,
    audio: Annotated[Path | None, typer.Option(help="What is heard instead of the vocal, such as the mix.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, max=100, help="Steps of the sampler; more is slower.")] = None,
    subtitles: Annotated[
        SubtitlesWay, typer.Option(help="The words: beside the pictures, or drawn onto them.")
    ] = SubtitlesWay.NONE,
    lyrics: Annotated[
        Path | None, typer.Option(help="The words: .srt or .lrc for a vocal, a text for a clip that lost them.")
    ] = None,
    landmarks: Annotated[
        Path | None, typer.Option(help="Where the portrait's face is; `melisma face` writes and shows it.")
    ] = None,
    eyes_and_mouth: Annotated[
        str | None, typer.Option("--points", help="Two eyes and the mouth, in pixels: X,Y X,Y X,Y.")
    ] = None,
    motion: Annotated[Path | None, typer.Option(help="A .faceparams.json to move by, edited perhaps.")] = None,
    save_motion: Annotated[Path | None, typer.Option(help="Write the motion as .faceparams.json too.")] = None,
    export: Annotated[
        list[str] | None,
        typer.Option(help="KIND=FILE, as often as you like: rhubarb, live2d, vmd, vowels, shape-keys, ..."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="A clip from its score alone, before it is sung: silent.")
    ] = False,
    voice: Annotated[str | None, typer.Option(help="Who sings a clip; see `melisma models list`.")] = None,
    track: Annotated[
        str | None, typer.Option(help="Name or number of a clip's track; of a project, the only one to be heard.")
    ] = None,
    transpose: Annotated[int, typer.Option(min=-48, max=48, help="Semitones up or down, for a clip.")] = 0,
    language: Annotated[
        str | None, typer.Option(help="Language of a clip's words, such as en [the clip's own].")
    ] = None,
    animator: Annotated[str | None, typer.Option(help="Id of the animator; see `melisma models list`.")] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Folder of the paper's own networks, which you bring: pictures, not motion.")
    ] = None,
    kind: Annotated[VideoKind | None, typer.Option("--format", help="Instead of what the name says.")] = None,
    device: Annotated[Device, typer.Option(help="What computes.")] = Device.AUTO,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a video in which a portrait, or an avatar, sings a vocal."""
    from engine.api import AvatarRequest, SingRequest

    timed_words = lyrics if lyrics is not None and lyrics.suffix.lower() in (".srt", ".lrc") else None
    clip_words = None if timed_words else lyrics
    request = AvatarRequest(
        vocals=vocals,
        out=out,
        portrait=portrait,
        avatar=avatar_id,
        landmarks=landmarks,
        points=None if eyes_and_mouth is None else parse_points(eyes_and_mouth),
        fps=parse_fps(fps),
        size=None if size is None else parse_size(size),
        background=background,
        expressive=expressive,
        seed=seed,
        num_steps=steps,
        sound=audio,
        draft=draft,
        motion=motion,
        save_motion=save_motion,
        exports=tuple(parse_export(word) for word in export or ()),
        subtitles=subtitles.value,
        subtitles_from=timed_words,
        format=None if kind is None else kind.value,
        animator=animator,
        weights=weights,
        sing=SingRequest(
            vocals,
            out,
            lyrics=clip_words,
            voice=voice,
            track=track,
            transpose=transpose,
            language=language,
            device=str(device),
        ),
        device=str(device),
    )
    _make(request, Output(as_json, quiet))


def avatars(as_json: JsonOption = False) -> None:
    """List the bundled avatars."""
    from engine.api import list_avatars

    names = list_avatars()
    Output(as_json).answer({"avatars": list(names)}, names)


def face(
    portrait: Annotated[Path, typer.Argument(help="Picture of a face.", show_default=False)],
    out: Annotated[Path, typer.Option(help="File of landmarks to write (.json), for --landmarks.", show_default=False)],
    eyes_and_mouth: Annotated[
        str | None, typer.Option("--points", help="Two eyes and the mouth, in pixels, where no face is found.")
    ] = None,
    show: Annotated[
        Path | None, typer.Option(help="Write the picture with its landmarks drawn in, too (.png).")
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the face of a portrait and write its 68 landmarks, to look at, mend and pass to `melisma avatar`."""
    from engine.api import locate_face

    points = None if eyes_and_mouth is None else parse_points(eyes_and_mouth)
    located = locate_face(portrait, out, points, show)
    output = Output(as_json, quiet)
    if as_json:
        output.answer(asdict(located), ())
    else:
        (left, right, mouth) = (f"{x:.0f},{y:.0f}" for x, y in located.points)
        output.remark(f"{out}: eyes at {left} and {right}, mouth at {mouth}.")


def _make(request: AvatarRequest, output: Output) -> None:
    from engine.api import make_avatar_video
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay

    with ProgressDisplay(shown=not output.quiet, patience_s=0.0, time_left=True) as display:
        result = run_cancellable("avatar", lambda context: make_avatar_video(request, context), display)
    for line in problem_lines(result.problems):
        output.remark(line)
    if output.as_json:
        output.answer(_facts(result), ())
        return
    output.remark(_summary(result))
    for path in (*result.video.beside, *result.written):
        output.remark(str(path))


def _facts(result: AvatarResult) -> dict[str, Any]:
    facts = asdict(result)
    facts["video"] |= {"fps": float(result.video.fps), "duration_s": result.video.duration_s}
    return facts


def _summary(result: AvatarResult) -> str:
    video = result.video
    device = f" on {result.provider}" if result.provider else ""
    moved = f"moved by {result.animator}{device}" if result.animator else "moved without a network"
    lips = ", lips from the score" if result.exact_lips else ""
    return (
        f"{video.path}: {video.duration_s:.1f} s, {video.width} x {video.height} at {float(video.fps):g} pictures a "
        f"second, {result.figure} {moved}{lips}, in {result.elapsed_s:.1f} s."
    )
