"""`melisma train animator`: from free data to an animator package.  Resumes where it was stopped.

Stages, each skipped when its result is there: sing and align lines, draw faces, hear every line in several ways and
move it in several takes, train the audio encoder, then all, export.  The faces' motion is made by rule; no video is
needed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from engine.audio import read_audio
from engine.errors import InputError, MelismaError
from engine.export.animator import export_animator
from engine.export.folder import check_replaceable
from engine.folders import data_folder
from engine.train import checkpoint
from engine.train.avatar.animator_card import animator_facts
from engine.train.avatar.banks import make_banked
from engine.train.avatar.dataset import Corpus, Windows, prepare
from engine.train.avatar.ear import FRAMES as EAR_FRAMES
from engine.train.avatar.ear import EarRun, train_ear
from engine.train.avatar.faces import references
from engine.train.avatar.gains import read_out_gains
from engine.train.avatar.lines import at_16k, load_lines, make_read, make_sung
from engine.train.avatar.networks.config import SingerConfig, small, tiny
from engine.train.avatar.training import MotionRun, train_motion
from engine.train.mixes.stems import HELD_OUT
from engine.train.team import Team, gather

NUM_STEPS = 1
SUNG_FROM = ("scores/openscore-lieder", "speech/kerstin")
"""Melodies with English words; words for the German ones."""
READ_FROM = ("speech/kathleen",)
CONFIGS = {"small": small, "tiny": tiny}


@dataclass(frozen=True, slots=True)
class AnimatorPlan:
    """What to train from, where, and for how long.

    sung, read: lines to learn from, beside recorded syllables.  drawn: faces.  ways, takes: how each line is heard and
    moved.  Steps, of the audio encoder and of all, count over all resumes.
    """

    data: Path
    work: Path
    out: Path
    sung: int = 160
    read: int = 420
    drawn: int = 500
    ways: int = 6
    takes: int = 3
    ear_steps: int = 3000
    steps: int = 1600
    batch: int = 4
    device: str = "cpu"
    half: bool = True

    @property
    def corpus(self) -> Path:
        """What is prepared."""
        return self.work / "corpus.npz"


def train_animator(plan: AnimatorPlan, config: SingerConfig, team: Team | None = None) -> float:
    """All stages; how far the exported graphs are from the network, by the first of the team."""
    team = team or Team()
    team.wait_unless_leading()
    if not plan.corpus.exists():
        _prepare(plan)
    team.wait_if_leading()
    corpus = Corpus.load(plan.corpus)
    ear = train_ear(
        config,
        EarRun(plan.work, plan.ear_steps, device=plan.device, half=plan.half, team=team),
        Windows(corpus, EAR_FRAMES, config.margin, _seed(team, plan.work / "ear.pt")),
    )
    team.wait()
    singer = train_motion(
        config,
        MotionRun(plan.work, plan.steps, plan.batch, device=plan.device, half=plan.half, team=team),
        Windows(corpus, config.frames, config.margin, _seed(team, plan.work / "singer.pt")),
        ear,
    )
    if not team.leads:
        return 0.0
    singer = singer.cpu()
    gains = read_out_gains(singer, Windows(corpus, config.frames, config.margin, 0))
    return export_animator(animator_facts(plan.out), singer, NUM_STEPS, plan.out, gains)


def _seed(team: Team, path: Path) -> int:
    """Every process, and every start of it, draws windows of its own."""
    return 100_000 * team.rank + checkpoint.steps_done(path)


def _prepare(plan: AnimatorPlan) -> None:
    folder = plan.work / "lines"
    for name in _made(plan, folder):
        print(name, flush=True)
    lines = load_lines(folder, "train")
    if not lines:
        raise InputError(f"{folder} holds no lines to learn from.", "Ask for some with --sung or --read.")
    portraits = plan.data / "faces" / "portraits"
    faces = references(plan.drawn, portraits if portraits.is_dir() else None)
    prepare(lines, faces, plan.ways, plan.takes, _behind(plan.data)).save(plan.corpus)


def _made(plan: AnimatorPlan, folder: Path) -> Iterator[str]:
    """Makes the lines, and names them."""
    wanted = (SUNG_FROM if plan.sung else ()) + (READ_FROM if plan.read else ())
    for source in wanted:
        if not (plan.data / source).is_dir():
            hint = "Point --data at a folder that has it, or do without: --sung 0, --read 0."
            raise InputError(f"{plan.data / source} is missing.", hint)
    if plan.sung:
        yield from make_sung(plan.data, folder, plan.sung, "train")
    if plan.read:
        yield from make_read(plan.data, folder, plan.read, "train")
    if (plan.data / "voicebanks").is_dir():
        yield from make_banked(plan.data, folder, "train")


def _behind(data: Path) -> list[np.ndarray]:
    """Accompaniments of the songs that may be learned from: separation leaves something of them."""
    paths = sorted((data / "stems").glob("*.accompaniment.opus"))
    return [at_16k(read_audio(path)) for path in paths if path.name.split(".")[0] not in HELD_OUT]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    try:
        if not options.data.is_dir():
            raise InputError(f"{options.data} is no folder.", "Point --data at the folder of free data.")
        counts = (options.drawn, options.ways, options.takes, options.ear_steps, options.steps, options.batch)
        if min(*counts, options.workers) < 1 or min(options.sung, options.read) < 0:
            raise InputError("A training needs at least one of everything.", "Use numbers from 1 on.")
        names = AnimatorPlan.__dataclass_fields__
        plan = AnimatorPlan(**{name: getattr(options, name) for name in names})
        check_replaceable(plan.out)
        plan.work.mkdir(parents=True, exist_ok=True)
        gather(options.workers, plan.work, partial(_work, plan, options.config, options.without))
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from the last checkpoint.", file=sys.stderr)
        return 130
    return 0


def _work(plan: AnimatorPlan, config: str, without: Sequence[str], team: Team) -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    sizes = CONFIGS[config]()
    sizes = replace(sizes, msm="msm" not in without, sfm="sfm" not in without)
    parity = train_animator(plan, sizes, team)
    if team.leads:
        print(f"{plan.out}: the graphs differ from the network by {parity:.1%} of the motion's spread at most.")


def _parser() -> argparse.ArgumentParser:
    home, plan = data_folder(), AnimatorPlan(Path(), Path(), Path())
    parser = argparse.ArgumentParser(prog="melisma train animator", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of free data")
    parser.add_argument("--work", type=Path, default=home / "training-animator", help="checkpoints and logs")
    parser.add_argument("--out", type=Path, default=home / "models" / "my-animator", help="the animator package")
    parser.add_argument("--config", choices=sorted(CONFIGS), default="small", help="the networks' sizes")
    parser.add_argument("--without", nargs="*", choices=("msm", "sfm"), default=(), help="modules to leave out")
    parser.add_argument("--workers", type=int, default=1, help="processes that train together; one per core pays")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--half", action=argparse.BooleanOptionalAction, default=plan.half, help="bfloat16")
    parser.add_argument("--ear-steps", type=int, default=plan.ear_steps, help="of the audio encoder alone, before all")
    parser.add_argument("--steps", type=int, default=plan.steps, help="of all networks together")
    parser.add_argument("--batch", type=int, default=plan.batch, help="windows of every worker's step")
    parser.add_argument("--sung", type=int, default=plan.sung, help="lines sung by the included voices, in turn")
    parser.add_argument("--read", type=int, default=plan.read, help="sentences")
    parser.add_argument("--drawn", type=int, default=plan.drawn, help="faces")
    parser.add_argument("--ways", type=int, default=plan.ways, help="in which each line is heard")
    parser.add_argument("--takes", type=int, default=plan.takes, help="in which each is moved")
    return parser


if __name__ == "__main__":
    sys.exit(main())
