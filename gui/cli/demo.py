"""`melisma demo`: see the whole of it at work."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gui.cli.output import JsonOption, Output, QuietOption

if TYPE_CHECKING:
    from plugin_host.headless.demo import DemoResult

app = typer.Typer(no_args_is_help=True, help="See the whole of it at work.")


@app.callback()
def _demo() -> None:
    """See the whole of it at work."""


@app.command()
def daw(
    out: Annotated[Path, typer.Option(help="Folder for the session and the pictures.")] = Path("melisma-demo"),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Sing a clip in a real Ardour without a screen, isolate a mix there, and leave session and picture behind."""
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay
    from plugin_host.headless.demo import run_demo

    output = Output(as_json, quiet)
    with ProgressDisplay(shown=not quiet) as display, _own_data():
        result = run_cancellable("demo", lambda context: run_demo(out.resolve(), context), display)
    output.answer(asdict(result), _lines(result))


@contextmanager
def _own_data() -> Iterator[None]:
    """Jobs and lyrics of the demo shall not be among the user's, whose own bridge may be running."""
    before = os.environ.get("MELISMA_DATA")
    with tempfile.TemporaryDirectory(prefix="melisma-demo-") as folder:
        os.environ["MELISMA_DATA"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["MELISMA_DATA"]
            else:
                os.environ["MELISMA_DATA"] = before


def _lines(result: DemoResult) -> Iterator[str]:
    vowels, glides = result.onset_errors_ms, result.glide_errors_ms
    yield f"{result.vocal_track} begins at sample {result.start_samples}, its clip at bar {result.bar}."
    yield f"In the bounce it is {_samples(result.first_sample_error)}."
    yield f"{len(vowels)} of {result.notes} notes have vowels that can be measured: at most {_worst(vowels)} ms off."
    yield f"Into {len(glides)} others the pitch can be seen to glide: at most {_worst(glides)} ms off."
    yield f"{' and '.join(result.stem_tracks)} begin at sample {', '.join(map(str, result.stems_start_samples))}."
    yield "One undo took both away." if result.undone_by_one_undo else "One undo did not take both away."
    yield f"Session: {result.session}"
    yield f"Picture: {result.picture}"
    if result.screenshot is not None:
        yield f"Ardour's window: {result.screenshot}"


def _worst(errors_ms: tuple[float, ...]) -> str:
    return f"{max(map(abs, errors_ms), default=0.0):.0f}"


def _samples(shift: int) -> str:
    return "at that very sample" if shift == 0 else f"{shift} samples off"
