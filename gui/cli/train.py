"""`melisma train`: the same code that made the models that come along."""

from __future__ import annotations

import typer

from gui.cli.passthrough import CONTEXT, run_module

app = typer.Typer(no_args_is_help=True, help="Train models (needs the train extra).")


@app.command(context_settings=CONTEXT)
def voice(context: typer.Context) -> int:
    """Make a voice of your own from a folder of recordings; resumes.  `--help` lists its options."""
    return run_module("engine.train.own", context.args)


@app.command("first-voice", context_settings=CONTEXT)
def first_voice(context: typer.Context) -> int:
    """Train the first voice that came along from its corpora; resumes.  `--help` lists its options."""
    return run_module("engine.train.voice", context.args)


@app.command(context_settings=CONTEXT)
def mixes(context: typer.Context) -> int:
    """Make songs with known vocals from free data, to train a separator on.  `--help` lists its options."""
    return run_module("engine.train.mixes.make", context.args)


@app.command(context_settings=CONTEXT)
def separator(context: typer.Context) -> int:
    """Train a separator on a folder of songs; resumes where it was stopped.  `--help` lists its options."""
    return run_module("engine.train.separator", context.args)


@app.command(context_settings=CONTEXT)
def encodec(context: typer.Context) -> int:
    """Export a published EnCodec checkpoint that you have to ONNX.  `--help` lists its options."""
    return run_module("engine.train.encodec_package", context.args)


@app.command(context_settings=CONTEXT)
def animator(context: typer.Context) -> int:
    """Train what moves faces, on free data; resumes where it was stopped.  `--help` lists its options."""
    return run_module("engine.train.avatar.animator", context.args)


@app.command(context_settings=CONTEXT)
def avatar(context: typer.Context) -> int:
    """Train the paper's SINGER on a folder of singing videos (needs a GPU).  `--help` lists its options."""
    return run_module("engine.train.avatar.paper_training", context.args)
