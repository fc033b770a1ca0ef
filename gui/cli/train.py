"""`melisma train`: the same code that made the voices that come along."""

from __future__ import annotations

import typer

from gui.cli.passthrough import CONTEXT, run_module

app = typer.Typer(no_args_is_help=True, help="Train a voice (needs the train extra).")


@app.command(context_settings=CONTEXT)
def voice(context: typer.Context) -> int:
    """Train a voice; resumes where it was stopped.  `--help` lists its options."""
    return run_module("engine.train.voice", context.args)


@app.callback()
def _group() -> None:
    """Keeps `voice` a command of its own while it is the only one."""
