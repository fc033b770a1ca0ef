"""`melisma resing`: a recorded vocal, sung by another voice."""

from __future__ import annotations

import enum
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gui.cli.output import JsonOption, Output, QuietOption
from gui.cli.sing import SUBTYPES, Bits, Device

if TYPE_CHECKING:
    from engine.api.resing import ResingRequest, ResingResult


class Dynamics(enum.StrEnum):
    FOLLOW = "follow"
    FLAT = "flat"


def resing(
    recording: Annotated[Path, typer.Argument(help="Sound file with one voice, dry if you can.", show_default=False)],
    out: Annotated[Path, typer.Option(help="File to write: .wav, .flac, .ogg or .mp3.", show_default=False)],
    voice: Annotated[str | None, typer.Option(help="Who sings; see `melisma models list`.")] = None,
    transpose: Annotated[int, typer.Option(min=-48, max=48, help="Semitones up or down.")] = 0,
    dynamics: Annotated[
        Dynamics, typer.Option(help="Follow the recording's loudness, or sing as loud as the voice does by itself.")
    ] = Dynamics.FOLLOW,
    breathiness: Annotated[float, typer.Option(help="-1 (dry) to 1 (breathy).")] = 0.0,
    tension: Annotated[float, typer.Option(help="-1 (soft) to 1 (pressed).")] = 0.0,
    gender: Annotated[float, typer.Option(help="Formants in semitones, -6 (larger head) to 6 (smaller).")] = 0.0,
    blend: Annotated[
        list[str] | None, typer.Option(metavar="NAME=SHARE", help="Another speaker's share, 0 to 1; may be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives another take.")] = 0,
    steps: Annotated[int | None, typer.Option(min=1, max=1000, help="Steps of the sampler; more is slower.")] = None,
    temperature: Annotated[float | None, typer.Option(min=0, max=2, help="How far a take may stray.")] = None,
    rate: Annotated[
        int | None, typer.Option(min=8000, max=192000, help="Sample rate in Hz [the recording's own].")
    ] = None,
    bits: Annotated[Bits, typer.Option(help="Bits per sample of WAV and FLAC.")] = Bits.INT24,
    device: Annotated[Device, typer.Option(help="What computes.")] = Device.AUTO,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Sing every phrase again.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Let a voice sing what was sung: the same words, times and pitches, as long as the recording."""
    from engine.api import read_share
    from engine.api.resing import ResingRequest

    request = ResingRequest(
        recording=recording,
        out=out,
        voice=voice,
        seed=seed,
        num_steps=steps,
        temperature=temperature,
        transpose=transpose,
        follow=dynamics is Dynamics.FOLLOW,
        breathiness=breathiness,
        tension=tension,
        gender=gender,
        blend=tuple(read_share(word) for word in blend or ()),
        sample_rate=rate,
        subtype=SUBTYPES[bits],
        device=str(device),
        use_cache=not no_cache,
    )
    _resing(request, Output(as_json, quiet))


def _resing(request: ResingRequest, output: Output) -> None:
    from engine.api.resing import resing_vocal
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay

    with ProgressDisplay(shown=not output.quiet, time_left=True) as display:
        result = run_cancellable(str(request.recording), lambda context: resing_vocal(request, context), display)
    for line in result.remarks:
        output.remark(line)
    if output.as_json:
        output.answer(_facts(result), ())
    else:
        output.remark(_summary(result))


def _facts(result: ResingResult) -> dict[str, Any]:
    return asdict(result) | {"out": str(result.out)}


def _summary(result: ResingResult) -> str:
    cached = f", {result.cached_pieces} from the cache" if result.cached_pieces else ""
    return (
        f"{result.out}: {result.duration_s:.1f} s at {result.sample_rate} Hz, {result.pieces} pieces{cached}, "
        f"sung by {result.voice} in {result.elapsed_s:.1f} s on {result.provider}."
    )
