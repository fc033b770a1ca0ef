"""Learn to sing from recordings without words: `python -m engine.train.unlabelled COMMAND --work DIR`.

`ssl` trains the self-supervised encoder, `finish` teaches it phones, `probe` measures both; `onto` adds the U encoders
to the generator of DIR, which stays as it is; `joint` trains a generator from nothing, with the words of a share of the
songs hidden; `export` writes the graph.  Every training goes on where it was stopped.  Results lie in DIR/unlabelled.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import torch

from engine.errors import InputError, MelismaError
from engine.train.unlabelled import runs
from engine.train.unlabelled.wav2vec import FORMS

LISTENER = "listener"


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; the exit code."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    try:
        _run(options)
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _run(options: argparse.Namespace) -> None:
    work: Path = options.work
    if not work.is_dir():
        raise InputError(f"There is no work folder at {work}.", "Make one: python -m engine.train.voices.prepare.")
    if options.command == "ssl":
        runs.ssl(work, (options.first, options.second), options.minutes, options.batch)
    elif options.command == "finish":
        runs.finish(work, options.steps, options.minutes, options.batch)
    elif options.command == "probe":
        runs.probe(work)
    elif options.command == "export":
        print(f"parity {runs.export(work, options.out):.1e}")
    else:
        if not 0 <= options.share < 1:
            raise InputError(f"A share of {options.share} is not possible.", "Choose one from 0 up to, not with, 1.")
        ear = runs.ear_of(work, options.ear, options.weights, without_words=options.command == "joint")
        run = runs.onto if options.command == "onto" else runs.joint
        run(work, ear, options.share, options.steps, options.minutes, options.most)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine.train.unlabelled",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    ssl = _command(commands, "ssl", "train the self-supervised encoder")
    ssl.add_argument("--first", type=int, default=1200, help="steps of round 1 (clusters of cepstra) [1200]")
    ssl.add_argument("--second", type=int, default=2000, help="steps of round 2 (clusters of itself) [2000]")
    ssl.add_argument("--minutes", type=float, default=1e9, help="stop after so many, to go on later")
    ssl.add_argument("--batch", type=int, default=16)
    finish = _command(commands, "finish", "teach it the phones that are known")
    finish.add_argument("--steps", type=int, default=4000)
    finish.add_argument("--minutes", type=float, default=1e9, help="stop after so many, to go on later")
    finish.add_argument("--batch", type=int, default=16)
    _command(commands, "probe", "what its features, and others, say of phones")
    for name, what, steps in (
        ("onto", "add U encoders to a trained generator", 3000),
        ("joint", "train a generator with the words of some songs hidden", 6000),
    ):
        command = _command(commands, name, what)
        command.add_argument(
            "--share", type=float, default=0.25, help="onto: of recordings in a batch; joint: of songs without words"
        )
        command.add_argument("--steps", type=int, default=steps)
        command.add_argument("--minutes", type=float, default=1e9, help="stop after so many, to go on later")
        command.add_argument("--most", type=int, default=10**6, help="songs and recordings of each voice")
        command.add_argument("--ear", choices=(LISTENER, *FORMS), default=LISTENER)
        command.add_argument("--weights", type=Path, help="of a wav2vec 2.0 or XLS-R encoder: a file of tensors")
    export = _command(commands, "export", "write the graph that listens")
    export.add_argument("--out", type=Path, required=True, help="folder that receives listening.onnx")
    return parser


def _command(commands: Any, name: str, what: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=what)
    command.add_argument("--work", type=Path, required=True, help="of engine.train.voices; receives unlabelled/")
    command.add_argument("--threads", type=int, default=1)
    return command


if __name__ == "__main__":
    sys.exit(main())
