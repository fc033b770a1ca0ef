"""`melisma bench claims`: what the paper claims of its parts, tried on small systems that differ in one thing.

Trains (about two hours of one core), measures, writes the table.  Every call goes on where the last one stopped; with
`--minutes 0` it only writes what is there.  The answer goes to stdout, progress to stderr.  Exit codes: 0 measured, 2
the user's input, 1 our fault.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.files import make_folder, write_bytes_whole
from engine.folders import cache_folder
from engine.train.measure.command_line import run
from engine.train.measure.progress import StderrReport


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code."""
    options = _parser().parse_args(arguments)
    stopped = "Stopped; the same command goes on from the last checkpoint."
    return run(partial(_said, options), print, options.json, stopped)


def _said(options: argparse.Namespace, report: StderrReport) -> str:
    facts = _measured(options, report)
    page = _page(facts)
    if options.table is not None:
        write_bytes_whole(options.table, page.encode())
    return json.dumps(facts, ensure_ascii=False) if options.json else page


def _measured(options: argparse.Namespace, report: StderrReport) -> dict[str, Any]:
    import torch

    from engine.train.claims.material import read_songs
    from engine.train.claims.plan import PLAN, Plan, plan_of
    from engine.train.claims.results import Results
    from engine.train.claims.training import keep_codec, keep_listener
    from engine.train.claims.work import go_on, missing

    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    wanted = None
    if options.corpus is not None:
        wanted = Plan(str(options.corpus.resolve()))
        asked = {name: getattr(options, name) for name in ("voice", "seeds", "codec_steps", "generator_steps")}
        wanted = replace(wanted, **{name: value for name, value in asked.items() if value is not None})
        make_folder(options.work)
    begun = (options.work / PLAN).exists()
    plan = plan_of(options.work, wanted) if begun or wanted is None else wanted
    corpus = Path(plan.corpus)
    if options.minutes > 0 and missing(options.work, plan):
        songs = read_songs(plan)
        keep_codec(options.work, plan, options.codec or corpus / "codec" / "codec.pt")
        listener = corpus / "unlabelled" / "listener" / "listener.pt"
        if options.listener is not None or listener.exists():
            keep_listener(options.work, options.listener or listener)
        plan_of(options.work, plan)  # kept only now: a slip at the beginning binds nobody
        go_on(options.work, plan, songs, options.minutes, report)
    return Results(options.work).everything(plan)


def _page(facts: dict[str, Any]) -> str:
    from engine.train.claims.page import markdown

    if facts["teacher"] is None:
        raise InputError("Nothing is measured yet.", "Run the same command with more --minutes.")
    return markdown(facts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma bench claims", description=__doc__, allow_abbrev=False)
    parser.add_argument("--work", type=Path, default=cache_folder() / "claims", help="trainings, figures [%(default)s]")
    parser.add_argument("--corpus", type=Path, help="a work folder of engine.train.voices; needed once, to begin")
    parser.add_argument("--codec", type=Path, help="what the codecs begin with [CORPUS/codec/codec.pt]")
    parser.add_argument(
        "--listener", type=Path, help="for the rows of HiddenSinger-U [CORPUS/unlabelled/listener/listener.pt, if any]"
    )
    parser.add_argument("--voice", help="whose songs [kathleen]")
    parser.add_argument("--seeds", type=_count, help="trainings of every row [2]")
    parser.add_argument("--codec-steps", type=_count, help="[400]")
    parser.add_argument("--generator-steps", type=_count, help="[600]")
    parser.add_argument("--minutes", type=float, default=1e6, help="stop training after so many; 0: only the table")
    parser.add_argument("--threads", type=_count, default=1, help="of PyTorch [%(default)s]")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--table", type=Path, help="also write the page, as docs/claims.md")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
