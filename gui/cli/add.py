"""`melisma models add`: a model of the user's own.  What its file does not say is asked, where someone can answer."""

from __future__ import annotations

import enum
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import Cancelled
from gui.cli.facts import bandwidth, model_facts
from gui.cli.output import JsonOption, Output, QuietOption
from gui.cli.sing import Device

if TYPE_CHECKING:
    from engine.api import AddedModel, AddRequest

_USUAL_N_FFT = 6144


class StemName(enum.StrEnum):
    VOCALS = "vocals"
    INSTRUMENTAL = "instrumental"


def add(
    file: Annotated[
        Path, typer.Argument(help="MDX-Net .onnx file, or a folder or zip with a manifest.json.", show_default=False)
    ],
    n_fft: Annotated[int | None, typer.Option("--n-fft", min=1, help="Samples of a frame [from a table].")] = None,
    stem: Annotated[StemName | None, typer.Option(help="What the network gives [from a table].")] = None,
    compensate: Annotated[float | None, typer.Option(help="Factor for the stem [from a table, or 1.035].")] = None,
    model_id: Annotated[str | None, typer.Option("--id", help="Its id [from the file's name].")] = None,
    name: Annotated[str | None, typer.Option(help="Its name, for people [the file's name].")] = None,
    licence: Annotated[str | None, typer.Option(help="SPDX expression of its licence, if you know it.")] = None,
    no_probe: Annotated[bool, typer.Option("--no-probe", help="Do not try it on ten seconds of a song.")] = False,
    device: Annotated[Device, typer.Option(help="What computes.")] = Device.AUTO,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Install a separator or voice of your own: an MDX-Net .onnx file, or a package."""
    from engine.api import AddRequest

    request = AddRequest(
        file=file,
        n_fft=n_fft,
        stem=None if stem is None else stem.value,
        compensate=compensate,
        model_id=model_id,
        name=name,
        licence=licence,
        probe=not no_probe,
        device=str(device),
    )
    output = Output(as_json, quiet)
    if not as_json and sys.stdin.isatty():
        request = _ask(request, output)
    _install(request, output)


def _ask(request: AddRequest, output: Output) -> AddRequest:
    """Fill in what neither the options nor the table of published models say."""
    from engine.api import inspect_mdx, is_package

    if is_package(request.file) or (request.n_fft and request.stem) or inspect_mdx(request.file, request.device).facts:
        return request
    output.remark(f"{request.file.name} is not in the table of published models.")
    try:
        if request.stem is None:
            stem = typer.prompt("Does it give vocals or instrumental?", type=StemName, err=True)
            request = replace(request, stem=StemName(stem).value)
        if request.n_fft is None:
            suggested = _suggest(request, output) or _USUAL_N_FFT
            request = replace(request, n_fft=typer.prompt("Its n_fft", type=int, default=suggested, err=True))
    except typer.Abort:  # Ctrl-C, or nothing more to read
        raise Cancelled from None
    return request


def _suggest(request: AddRequest, output: Output) -> int | None:
    from engine.api import suggest_n_fft
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay

    stem = request.stem or "vocals"
    with ProgressDisplay(shown=not output.quiet) as display:
        return run_cancellable(
            str(request.file), lambda context: suggest_n_fft(request.file, stem, context, request.device), display
        )


def _install(request: AddRequest, output: Output) -> None:
    from engine.api import add_model
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay

    with ProgressDisplay(shown=not output.quiet) as display:
        added = run_cancellable(str(request.file), lambda context: add_model(request, context), display)
    for line in added.remarks:
        output.remark(f"warning: {line}")
    facts = model_facts(added.model) | {"remarks": list(added.remarks), "probe": _probe(added)}
    output.answer(facts, [_summary(facts)])


def _probe(added: AddedModel) -> dict[str, Any] | None:
    if added.probe is None:
        return None
    residual = {str(n_fft): round(level, 2) for n_fft, level in added.probe.residual_db.items()}
    return {"residual_db": residual, "mix_db": round(added.probe.untouched_db, 2), "best_n_fft": added.probe.best}


def _summary(facts: dict[str, Any]) -> str:
    line = f"Added the {facts['role']} {facts['id']} to {facts['folder']}"
    if facts["role"] == "separator":
        n_fft = facts["settings"].get("n_fft")
        line += f": it gives the {facts['stem']} up to {bandwidth(facts)}" + (
            f" with an n_fft of {n_fft}" if n_fft else ""
        )
    return line + "."
