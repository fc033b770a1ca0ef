"""`melisma sing`: a clip with lyrics becomes a sung file."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gui.cli import choir_options as together
from gui.cli import expression_options as how
from gui.cli.output import JsonOption, Output, QuietOption

if TYPE_CHECKING:
    from engine.api import SingRequest, SingResult
    from engine.audio import Subtype
    from engine.score import Problem

_PROBLEMS_SHOWN = 20


class Bits(enum.StrEnum):
    INT16 = "16"
    INT24 = "24"
    FLOAT32 = "32f"


class Device(enum.StrEnum):
    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    DIRECTML = "directml"
    COREML = "coreml"


SUBTYPES: dict[Bits, Subtype] = {Bits.INT16: "PCM_16", Bits.INT24: "PCM_24", Bits.FLOAT32: "FLOAT"}


def sing(
    clip: Annotated[Path, typer.Argument(help="MIDI or MusicXML file with lyrics, or a project.", show_default=False)],
    out: Annotated[Path, typer.Option(help="File to write: .wav, .flac, .ogg or .mp3.", show_default=False)],
    lyrics: Annotated[Path | None, typer.Option(help="Text file with the words, for a clip that lost them.")] = None,
    voice: Annotated[str | None, typer.Option(help="A voice, or a speaker in one; see `melisma models list`.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed gives another take [0, or the project's own].")
    ] = None,
    steps: Annotated[int | None, typer.Option(min=1, max=1000, help="Steps of the sampler; more is slower.")] = None,
    temperature: Annotated[float | None, typer.Option(min=0, max=2, help="How far a take may stray.")] = None,
    rate: Annotated[int | None, typer.Option(min=8000, max=192000, help="Sample rate in Hz [voice's own].")] = None,
    bits: Annotated[Bits, typer.Option(help="Bits per sample of WAV and FLAC.")] = Bits.INT24,
    transpose: Annotated[int, typer.Option(min=-48, max=48, help="Semitones up or down.")] = 0,
    track: Annotated[str | None, typer.Option(help="Name or number of the track to sing.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the words, such as en [the clip's own].")] = None,
    device: Annotated[Device, typer.Option(help="What computes.")] = Device.AUTO,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Render every phrase again.")] = False,
    dynamics: how.Dynamics = None,
    breathiness: how.Breathiness = None,
    tension: how.Tension = None,
    gender: how.Gender = None,
    vibrato: how.Vibrato = None,
    vibrato_rate: how.VibratoRate = None,
    vibrato_onset: how.VibratoOnset = None,
    portamento: how.Portamento = None,
    consonants: how.Consonants = None,
    curve: how.Curves = None,
    blend: how.Blends = None,
    pitch_seed: how.PitchSeed = None,
    choir: together.Voices = None,
    choir_spread: together.Spread = None,
    choir_detune: together.Detune = None,
    choir_width: together.Width = None,
    stems: Annotated[bool, typer.Option("--stems", help="Of a project: a file for each track beside --out.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Sing a clip or a project and write it as a sound file."""
    from engine.api import SingRequest

    knobs = {
        "dynamics": dynamics,
        "breathiness": breathiness,
        "tension": tension,
        "gender": gender,
        "vibrato_depth": vibrato,
        "vibrato_rate": vibrato_rate,
        "vibrato_onset": vibrato_onset,
        "portamento": portamento,
        "consonants": consonants,
    }
    request = SingRequest(
        clip=clip,
        out=out,
        lyrics=lyrics,
        voice=voice,
        seed=seed,
        num_steps=steps,
        temperature=temperature,
        sample_rate=rate,
        subtype=SUBTYPES[bits],
        transpose=transpose,
        track=track,
        language=language,
        device=str(device),
        use_cache=not no_cache,
        expression=how.expression_request(knobs, curve, blend, pitch_seed),
        choir=together.choir_request(choir, choir_spread, choir_detune, choir_width),
        stems=stems,
    )
    _render(request, Output(as_json, quiet))


def _render(request: SingRequest, output: Output) -> None:
    from engine.api import render_clip
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay

    with ProgressDisplay(shown=not output.quiet) as display:
        result = run_cancellable(str(request.clip), lambda context: render_clip(request, context), display)
    for line in problem_lines(result.problems):
        output.remark(line)
    if output.as_json:
        output.answer(_facts(result), ())
    else:
        output.remark(_summary(result))


def _facts(result: SingResult) -> dict[str, Any]:
    return asdict(result) | {"out": str(result.out), "stems": [str(path) for path in result.stems]}


def _summary(result: SingResult) -> str:
    cached = f", {result.cached_phrases} from the cache" if result.cached_phrases else ""
    written = ", ".join(map(str, result.stems)) or str(result.out)
    return (
        f"{written}: {result.duration_s:.1f} s at {result.sample_rate} Hz, {result.phrases} phrases{cached}, "
        f"sung by {result.voice} in {result.elapsed_s:.1f} s on {result.provider}."
    )


def problem_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """What is wrong with a clip, and where; not too much at once, and no kind crowds out another."""
    seen: Counter[str] = Counter()
    ranked = []
    for place, problem in enumerate(problems):
        ranked.append((seen[problem.kind], place))
        seen[problem.kind] += 1
    for place in sorted(place for _, place in sorted(ranked)[:_PROBLEMS_SHOWN]):
        yield f"{problems[place].severity}: {problems[place].sentence}"
    if len(problems) > _PROBLEMS_SHOWN:
        yield f"... and {len(problems) - _PROBLEMS_SHOWN} more; --json lists all."
