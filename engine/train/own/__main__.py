"""`melisma train voice DIR --name NAME`: a voice of your own from a folder of a-cappella recordings.

Words help and are not needed: NAME.txt (or .lab, .mid, .musicxml) beside NAME.wav.  The recordings stay where they are
and nothing leaves this machine.  Stop it when you like; the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from engine.errors import Cancelled, InputError, MelismaError
from engine.jobs import CancelToken, JobContext
from engine.train.own.begun import forget_work
from engine.train.own.plan import STEPS, OwnPlan, Wish, plan_of
from engine.train.own.progress import Watch


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    watch, token = Watch(), CancelToken()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda which, _frame: _stop(token, which))
    try:
        return _train(options, JobContext(watch, token), watch)
    except Cancelled:
        watch.say("Stopped; the same command goes on from here.")
        return Cancelled.exit_code
    except (EOFError, KeyboardInterrupt):
        watch.say("Stopped before anything was made.")
        return Cancelled.exit_code
    except MelismaError as error:
        watch.say(_told(error))
        return error.exit_code


def _train(options: argparse.Namespace, context: JobContext, watch: Watch) -> int:
    from engine.train.own.machine import has_cuda, settle
    from engine.train.own.train import train_own

    settle(options.threads)
    if options.device == "cuda" and not has_cuda():
        raise InputError("There is no CUDA device that PyTorch can use.", "Leave out --device.")
    plan = _plan(options)
    if options.fresh:
        forget_work(plan.work)
    ask = input if sys.stdin.isatty() and not options.json else None
    folder = train_own(plan, context, watch.say, ask)
    watch.finish()
    if folder is not None:
        facts = {"voice": plan.id, "folder": str(folder), "work": str(plan.work)}
        sing = f"melisma sing CLIP --voice {plan.id} --out FILE"
        lines = f"{folder}\nIts card: {folder / 'CARD.md'}.  Try it: {sing}\n{plan.work} can be deleted."
        print(json.dumps(facts) if options.json else lines)
    return 0


def _plan(options: argparse.Namespace) -> OwnPlan:
    return plan_of(Wish(**{field.name: getattr(options, field.name) for field in fields(Wish)}))


def _told(error: MelismaError) -> str:
    """With the options that its hint is about."""
    how = ", ".join(f"--{option}" for option in error.option.split(", ") if option)
    return f"{error.message} {error.hint.removesuffix('.')} ({how})." if how else str(error)


def _stop(token: CancelToken, number: int) -> None:
    """The first signal stops at the next step, a second one at once."""
    if token.cancelled:
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    token.cancel()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="melisma train voice", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", type=Path, help="folder of a-cappella recordings; subfolders count too")
    parser.add_argument("--name", required=True, help="of the voice, for people; its id is made of it")
    parser.add_argument("--singer", default="", help="who sings (asked for when left out)")
    parser.add_argument("--consent", default="", help="how the singer agreed (asked for when left out)")
    parser.add_argument("--licence", default="", help="of the voice, such as CC-BY-4.0 (asked for when left out)")
    parser.add_argument("--language", default="", help="of the words: en, de, ja ... [the base voice's first]")
    parser.add_argument("--base", help="id of the voice to begin with [the first that knows several speakers]")
    parser.add_argument("--quality", choices=sorted(STEPS), default="normal", help="how long to train [normal]")
    parser.add_argument("--minutes", type=float, default=1e9, help="train no longer than this, over all resumes")
    parser.add_argument("--check", action="store_true", help="only say what the recordings are and how long it takes")
    parser.add_argument("--replace", action="store_true", help="a voice of this name may be replaced")
    parser.add_argument("--fresh", action="store_true", help="forget what was trained before and begin anew")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch on a CPU [1]")
    parser.add_argument("--steps", type=int, help="of the training, instead of what --quality says")
    parser.add_argument("--batch", type=int, default=8, help="windows per step [8]")
    parser.add_argument("--work", type=Path, help="what is kept between runs [in the user's data folder]")
    parser.add_argument("--out", type=Path, help="the package's folder [among the user's models]")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout; no questions")
    return parser


if __name__ == "__main__":
    sys.exit(main())
