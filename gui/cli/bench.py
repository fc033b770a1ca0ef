"""`melisma bench`: the figures in docs/, measured here."""

from __future__ import annotations

import typer

from gui.cli.passthrough import CONTEXT, run_module

app = typer.Typer(no_args_is_help=True, help="Measure quality and speed (models need the train extra).")


@app.command(context_settings=CONTEXT)
def sing(context: typer.Context) -> int:
    """Measure pitch, words and speed on songs that no training saw.  `--help` lists its options."""
    return run_module("engine.train.bench_sing", context.args)


@app.command(context_settings=CONTEXT)
def voices(context: typer.Context) -> int:
    """Measure how well each speaker of a package sings each language.  `--help` lists its options."""
    return run_module("engine.train.bench_voices", context.args)


@app.command(context_settings=CONTEXT)
def steps(context: typer.Context) -> int:
    """Measure how good a voice is with few steps and with many, by sampler.  `--help` lists its options."""
    return run_module("engine.train.bench_steps", context.args)


@app.command(context_settings=CONTEXT)
def claims(context: typer.Context) -> int:
    """Train small singers that differ in one thing, to try what the paper claims.  `--help` lists its options."""
    return run_module("engine.train.claims", context.args)


@app.command(context_settings=CONTEXT)
def resing(context: typer.Context) -> int:
    """Measure pitch, onsets and speed of recordings that a voice sings again.  `--help` lists its options."""
    return run_module("engine.train.bench_resing", context.args)


@app.command(context_settings=CONTEXT)
def isolate(context: typer.Context) -> int:
    """Measure isolated vocals of songs that no training saw, against others, and speed.  `--help` lists its options."""
    return run_module("engine.train.bench_isolate", context.args)


@app.command(context_settings=CONTEXT)
def latents(context: typer.Context) -> int:
    """Measure how much noise a separator's latents bear.  `--help` lists its options."""
    return run_module("engine.train.bench_latents", context.args)


@app.command(context_settings=CONTEXT)
def avatar(context: typer.Context) -> int:
    """Measure how faces sing, to vocals and on faces that no training saw, and speed.  `--help` lists its options."""
    return run_module("engine.train.bench_avatar", context.args)


@app.command(context_settings=CONTEXT)
def bounce(context: typer.Context) -> int:
    """Measure how fast a bounce is, and how alike preview and bounce sound.  `--help` lists its options."""
    return run_module("plugin_host.rendergraph.bench", context.args, trains=False)


@app.command(context_settings=CONTEXT)
def bridge(context: typer.Context) -> int:
    """Measure how long the bridge takes to answer many clients at once.  `--help` lists its options."""
    return run_module("plugin_host.bridge.round_trip", context.args, trains=False)
