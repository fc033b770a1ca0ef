"""Train HiddenSinger at the size of its paper: `python -m engine.train.paper --data DATA --work DIR --out VOICE`.

Corpus, autoencoder, generator, package; each goes on where it was stopped.  On a GPU the networks compute in
bfloat16.  `--bench` trains nothing: it measures the paper's configuration and the shipped one on the device.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from engine.errors import InputError, MelismaError
from engine.export.folder import check_replaceable
from engine.train.paper.bench import BenchPlan, bench
from engine.train.paper.config import PaperConfig, paper
from engine.train.paper.training import BATCH, CODEC_STEPS, GENERATOR_STEPS, PaperPlan, train_paper

MINUTES = 30.0


def main(arguments: Sequence[str] | None = None, config: PaperConfig | None = None) -> int:
    """The command line; `config` instead of the paper's."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        return _run(options, config or paper())
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except torch.OutOfMemoryError:
        print("The GPU has not enough memory. Give a smaller --batch.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from the last checkpoint.", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace, config: PaperConfig) -> int:
    if options.device == "cuda" and not torch.cuda.is_available():
        raise InputError("PyTorch finds no GPU here.", "Give --device cpu.")
    if options.bench:
        plan = BenchPlan(options.device, batch=options.batch, steps=options.bench_steps)
        print(json.dumps(bench(plan, config), indent=2))
        return 0
    if options.work is None or options.out is None:
        raise InputError("A training needs two places.", "Give --work and --out.")
    check_replaceable(options.out)
    _corpus(options)
    parity = train_paper(
        PaperPlan(
            options.work,
            options.out,
            options.codec_steps,
            options.generator_steps,
            options.batch,
            options.rate,
            options.minutes,
            options.device,
            options.report_every,
        ),
        config,
    )
    if parity is None:
        print("The minutes are over; the same command goes on from here.", file=sys.stderr)
    else:
        print(f"{options.out}: exported; largest difference of a graph {max(parity.values()):.1e} of its spread.")
    return 0


def _corpus(options: argparse.Namespace) -> None:
    from engine.train.paper.material import has_corpus, make_corpus

    options.work.mkdir(parents=True, exist_ok=True)
    if has_corpus(options.work):
        return
    if options.data is None:
        raise InputError(f"{options.work} holds no corpus yet.", "Give --data, so that it can be made.")
    make_corpus(options.data, options.work, options.song_minutes)


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _above_0(word: str) -> float:
    number = float(word)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("above 0")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine.train.paper",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--data", type=Path, help="folder with speech/, voicebanks/ and scores/; needed while the corpus is missing")
    add("--work", type=Path, help="corpus (as of engine.train.voices), checkpoints and logs")
    add("--out", type=Path, help="the voice package; its folder's name is its id")
    add("--song-minutes", type=_above_0, default=MINUTES, help="of each voice, when the corpus is made")
    add("--codec-steps", type=_positive, default=CODEC_STEPS, help="updates of the autoencoder in all")
    add("--generator-steps", type=_positive, default=GENERATOR_STEPS, help="updates of the generator in all")
    add("--batch", type=_positive, default=BATCH, help="windows a step")
    add("--rate", type=_above_0, default=1.0, help="times the paper's learning rates")
    add("--minutes", type=_above_0, default=math.inf, help="stop after so many; the same command goes on")
    add("--device", choices=("cpu", "cuda"), default="cpu")
    add("--threads", type=_positive, default=1, help="of PyTorch on a CPU")
    add("--report-every", type=_positive, default=50, help="steps between two lines of the log")
    add("--bench", action="store_true", help="measure steps a second and rendering of both configurations")
    add("--bench-steps", type=_positive, default=2, help="of each training, after one that does not count")
    return parser


if __name__ == "__main__":
    sys.exit(main())
