"""`melisma isolate`: mixes become vocals and instrumentals."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gui.cli.output import JsonOption, Output, QuietOption
from gui.cli.sing import SUBTYPES, Bits, Device

if TYPE_CHECKING:
    from engine.api import IsolatedMix, IsolateRequest, IsolateResult


class Refine(enum.StrEnum):
    ALONE = "alone"
    MASK = "mask"
    NONE = "none"


def isolate(
    mixes: Annotated[list[Path], typer.Argument(help="Sound or video files, or folders of them.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder to write to.", show_default=False)],
    separator: Annotated[str | None, typer.Option(help="Id of the separator; see `melisma models list`.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another seed gives another take.")] = 0,
    steps: Annotated[int | None, typer.Option(min=1, max=1000, help="Steps of the sampler; more is slower.")] = None,
    eta: Annotated[float | None, typer.Option(min=0, max=1, help="Noise that every step renews.")] = None,
    refine: Annotated[
        Refine | None,
        typer.Option(
            help="From the mix's spectrum alone, with generated vocals beside it (mask), or generated (none)."
        ),
    ] = None,
    bits: Annotated[Bits, typer.Option(help="Bits per sample.")] = Bits.FLOAT32,
    device: Annotated[Device, typer.Option(help="What computes.")] = Device.AUTO,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Write NAME_vocals.wav and NAME_instrumental.wav of every mix; the two add up to it."""
    from engine.api import IsolateRequest

    request = IsolateRequest(
        mixes=tuple(mixes),
        out=out,
        separator=separator,
        seed=seed,
        num_steps=steps,
        eta=eta,
        refine=None if refine is None else refine.value,
        subtype=SUBTYPES[bits],
        device=str(device),
    )
    return _isolate(request, Output(as_json, quiet))


def _isolate(request: IsolateRequest, output: Output) -> int:
    from engine.api import isolate_vocals
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay

    with ProgressDisplay(shown=not output.quiet, patience_s=0.0, time_left=True) as display:
        result = run_cancellable("isolate", lambda context: isolate_vocals(request, context), display)
    if output.as_json:
        output.answer(_facts(result), ())
        return _exit_code(result)
    for line in _lines(result):
        output.remark(line)
    for failure in result.failed:
        output.error(failure.kind, _sentence(failure.input, failure.message), failure.hint)
    return _exit_code(result)


def _exit_code(result: IsolateResult) -> int:
    """0 when every mix was done, 2 when what failed was the user's, 1 when some of it was ours."""
    if not result.failed:
        return 0
    return 1 if any(failure.kind == "fault" for failure in result.failed) else 2


def _sentence(mix: Path, message: str) -> str:
    """Most messages name the file."""
    return message if str(mix) in message else f"{mix}: {message}"


def _facts(result: IsolateResult) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(result)


def _lines(result: IsolateResult) -> Iterator[str]:
    yield from result.remarks
    for mix in result.files:
        yield _summary(mix)


def _summary(mix: IsolatedMix) -> str:
    return (
        f"{mix.vocals} and {mix.instrumental.name}: {mix.duration_s:.1f} s at {mix.sample_rate} Hz, isolated by "
        f"{mix.separator} in {mix.elapsed_s:.1f} s on {mix.provider}."
    )
