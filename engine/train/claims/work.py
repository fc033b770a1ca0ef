"""Trains and measures row after row, until all are there or the time is over."""

from __future__ import annotations

from pathlib import Path

from engine.train.claims.judging import Judge
from engine.train.claims.loop import Clock
from engine.train.claims.material import Songs
from engine.train.claims.plan import Plan
from engine.train.claims.results import TEACHER, Results, codec_name
from engine.train.claims.systems import Run, runs
from engine.train.claims.training import LISTENER, Bench
from engine.train.measure.progress import Report


def missing(work: Path, plan: Plan) -> list[Run]:
    """Rows that are not measured; those with U encoders only where there is something to listen with."""
    results = Results(work)
    wanted = [run for run in runs(plan.seeds) if not results.has(run.name)]
    return wanted if (work / LISTENER).exists() else [run for run in wanted if not run.system.joint]


def go_on(work: Path, plan: Plan, songs: Songs, minutes: float, report: Report) -> None:
    """Measure what is missing, in the order of `systems.runs`; stops between two steps when the time is over."""
    wanted = missing(work, plan)
    if not wanted or minutes <= 0:
        return
    results, clock = Results(work), Clock(minutes)
    bench = Bench(work, plan, songs, clock, report)
    judge = Judge(songs.held, report)
    results.keep(TEACHER, judge.of_teacher())
    for run in wanted:
        codec = bench.codec(run.system.codec)
        if codec is None:
            return
        if not results.has(codec_name(codec.regularisation)):
            results.keep(codec_name(codec.regularisation), judge.of_codec(codec))
        generator = bench.generator(run, codec)
        if generator is None:
            return
        results.keep(run.name, judge.of_run(codec, generator, bench.material(codec)[1], run.name))
