"""`melisma train separator DIR`: from songs with their vocals to a separator package.  Resumes where it was stopped.

Stages, each skipped when its result is there: decode the songs, train the autoencoder, encode pairs, train the
generator, train the refiner (on the mixture alone, then with generated vocals beside it), export.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import torch

from engine.errors import MelismaError
from engine.export.folder import check_replaceable
from engine.export.separator import export_separator
from engine.folders import data_folder
from engine.train import checkpoint
from engine.train.fusing import can_fuse
from engine.train.guides import Guide, guided
from engine.train.mixes.dataset import Mixer
from engine.train.mixes.songs import Stems, find_songs, open_stems, split_songs
from engine.train.networks.encodec import EncodecConfig, StereoCodec, paper_encodec
from engine.train.networks.refiner import HOP_LENGTH, Refiner, RefinerConfig
from engine.train.networks.unet import LatentGenerator, UnetConfig, paper_unet
from engine.train.refiner import RefinerRun, train_refiner
from engine.train.restore import begin_with, read_stats
from engine.train.separator_card import separator_facts
from engine.train.separator_codec import SeparatorCodecRun, train_separator_codec
from engine.train.separator_generator import (
    LatentPairs,
    SeparatorGeneratorRun,
    encode_pairs,
    train_separator_generator,
)
from engine.train.team import Team, gather

SEGMENT_SAMPLES = 260 * 1024
OVERLAP_SAMPLES = 65 * 1024
CODEC_SECONDS, PAIR_SECONDS = 1.0, 6.0
REFINER_FRAMES = 129


@dataclass(frozen=True, slots=True)
class SeparatorConfig:
    """The three networks of a separator."""

    codec: EncodecConfig = field(default_factory=EncodecConfig)
    generator: UnetConfig = field(default_factory=UnetConfig)
    refiner: RefinerConfig = field(default_factory=RefinerConfig)


def paper() -> SeparatorConfig:
    """The paper's size: EnCodec's 48 kHz shape and a large U-Net.  For a GPU."""
    return SeparatorConfig(paper_encodec(), paper_unet(), RefinerConfig(128, 1024, 3, 3, 6))


CONFIGS = {"small": SeparatorConfig, "paper": paper}


@dataclass(frozen=True, slots=True)
class SeparatorPlan:
    """What to train, where, and for how long.  Steps count from the start, over all resumes."""

    songs: Path
    work: Path
    out: Path
    held_out: tuple[str, ...] = ()
    favoured: tuple[str, ...] = ()
    device: str = "cpu"
    half: bool = True
    fuse: bool = False
    codec_steps: int = 3600
    generator_steps: int = 2500
    refiner_steps: int = 6000
    guided_steps: int = 1500
    pairs: int = 1600
    batch: int = 4
    start: Path | None = None
    """A separator package of the same sizes to begin with, instead of random weights."""
    new_refiner: bool = False
    """Its refiner is left out, whatever its size, and another begun."""


def train_separator(plan: SeparatorPlan, config: SeparatorConfig, team: Team | None = None) -> dict[str, float]:
    """All stages; the parity of the exported graphs, which the first of the team writes."""
    team = team or Team()
    warnings.filterwarnings("ignore", message=".*weight_norm", category=FutureWarning)  # EnCodec's own affair
    # 1. Songs: those to learn from, and those put aside
    train, held = split_songs(find_songs(plan.songs), plan.held_out)
    team.wait_unless_leading()
    stems, aside = (open_stems(part, plan.work / "songs", config.codec.sample_rate) for part in (train, held))
    if plan.start is not None and team.leads:
        kept = None if plan.new_refiner else config.refiner
        begin_with(plan.start, plan.work, config.codec, config.generator, kept)
    team.wait_if_leading()
    # 2. The audio autoencoder, by the first alone: the quantiser's entries follow what one process sees
    team.wait_unless_leading()
    codec = _codec(plan, config, stems)
    # 3. Latents of many mixtures, and the generator on them
    pairs, judged = _pairs(plan, codec, stems, aside)
    team.wait_if_leading()
    generator = _generator(plan, config, pairs, judged, team)
    # 4. The refiner, blind first, then guided
    guide = Guide(codec, generator, pairs.mean, pairs.std, plan.device, plan.half)
    refiner = _refiner(plan, config, stems, guide, team)
    # 5. The package
    return export(plan, codec, generator, refiner, pairs) if team.leads else {}


def export(
    plan: SeparatorPlan, codec: StereoCodec, generator: LatentGenerator, refiner: Refiner, pairs: LatentPairs
) -> dict[str, float]:
    """Write the separator package to `plan.out`."""
    facts = separator_facts(plan.out)
    settings = {
        "segment_samples": SEGMENT_SAMPLES,
        "overlap_samples": OVERLAP_SAMPLES,
        "num_steps": 4,
        "eta": 0.0,
        "refine": "alone",  # a generator has to be much better before its vocals help
    }
    stats = pairs.mean, pairs.std
    return export_separator(facts, codec.cpu(), generator.cpu(), refiner.cpu(), stats, settings, plan.out)


def _mixer(
    plan: SeparatorPlan,
    config: EncodecConfig,
    stems: Sequence[Stems],
    samples: int,
    seed: tuple[int, ...],
    silent: float = 0.1,
) -> Mixer:
    return Mixer(stems, samples, seed, plan.favoured, silent=silent, sample_rate=config.sample_rate)


def _seed(stage: int, team: Team, checkpoint_path: Path) -> tuple[int, ...]:
    """Every process, and every start of it, draws mixtures of its own."""
    return stage, team.rank, checkpoint.steps_done(checkpoint_path)


def _codec(plan: SeparatorPlan, config: SeparatorConfig, stems: Sequence[Stems]) -> StereoCodec:
    run = SeparatorCodecRun(
        plan.work / "codec",
        steps=plan.codec_steps,
        adversary_from=round(0.92 * plan.codec_steps),
        device=plan.device,
        half=plan.half,
    )
    samples = round(CODEC_SECONDS * config.codec.frame_rate) * config.codec.hop_length
    mixer = _mixer(plan, config.codec, stems, samples, _seed(1, Team(), run.out / "codec.pt"), silent=0.02)
    return train_separator_codec(config.codec, run, lambda: mixer.batch(2 * plan.batch))


def _pairs(
    plan: SeparatorPlan, codec: StereoCodec, stems: Sequence[Stems], aside: Sequence[Stems]
) -> tuple[LatentPairs, LatentPairs | None]:
    config = codec.config
    frames = round(PAIR_SECONDS * config.frame_rate) // 8 * 8
    mixer = _mixer(plan, config, stems, frames * config.hop_length, (2,))
    pairs = encode_pairs(codec, lambda: mixer.batch(plan.batch), plan.pairs, _latents(plan, "pairs", stems), plan.half)
    if plan.start is not None:  # its generator knows latents as they were normalised then
        pairs = LatentPairs(pairs.latents, *read_stats(plan.start))
    if not aside:
        return pairs, None
    unseen = Mixer(aside, frames * config.hop_length, (3,), paired=1.0, silent=0.0, sample_rate=config.sample_rate)
    judged = encode_pairs(
        codec, lambda: unseen.batch(plan.batch), min(32, plan.pairs), _latents(plan, "judged", aside), plan.half
    )
    return pairs, LatentPairs(judged.latents, pairs.mean, pairs.std)


def _latents(plan: SeparatorPlan, name: str, stems: Sequence[Stems]) -> Path:
    """Where latents are kept; other songs, or a codec that has learned since, have their own place."""
    told = [plan.codec_steps, plan.pairs, *((s.name, len(s)) for s in stems)]
    key = zlib.crc32(json.dumps(told).encode())
    return plan.work / f"{name}-{key:08x}.npy"


def _generator(
    plan: SeparatorPlan, config: SeparatorConfig, pairs: LatentPairs, judged: LatentPairs | None, team: Team
) -> LatentGenerator:
    run = SeparatorGeneratorRun(
        plan.work / "generator",
        steps=plan.generator_steps,
        batch=4 * plan.batch,
        frames=min(256, pairs.latents.shape[-1]),
        device=plan.device,
        half=plan.half,
        team=team,
    )
    return train_separator_generator(config.generator, run, pairs, judged)


def _refiner(plan: SeparatorPlan, config: SeparatorConfig, stems: Sequence[Stems], guide: Guide, team: Team) -> Refiner:
    total = plan.refiner_steps + plan.guided_steps
    with_guide = RefinerRun(
        plan.work / "refiner", total, total, device=plan.device, half=plan.half, fuse=plan.fuse, team=team
    )
    blind = replace(with_guide, steps=plan.refiner_steps)
    for stage, run, shown in ((4, blind, None), (5, with_guide, guide)):
        seed = _seed(stage, team, run.out / "refiner.pt")
        mixer = _mixer(plan, config.codec, stems, REFINER_FRAMES * HOP_LENGTH, seed)
        refiner = train_refiner(config.refiner, run, guided(partial(mixer.batch, plan.batch), shown, seed))
        team.wait()
    return refiner


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    try:
        plan = SeparatorPlan(
            songs=options.songs,
            work=options.work,
            out=options.out,
            held_out=_names(options.held_out),
            favoured=_names(options.favour),
            device=options.device,
            half=options.half if options.half is not None else _halves_pay(options.device),
            fuse=options.fuse if options.fuse is not None else can_fuse(),
            codec_steps=options.codec_steps,
            generator_steps=options.generator_steps,
            refiner_steps=options.refiner_steps,
            guided_steps=options.guided_steps,
            pairs=options.pairs,
            batch=options.batch,
            start=options.start,
            new_refiner=options.new_refiner,
        )
        check_replaceable(plan.out)
        options.work.mkdir(parents=True, exist_ok=True)
        gather(options.workers, options.work, partial(_work, plan, options.config, options.threads))
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from the last checkpoint.", file=sys.stderr)
        return 130
    return 0


def _work(plan: SeparatorPlan, config: str, threads: int, team: Team) -> None:
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    parity = train_separator(plan, CONFIGS[config](), team)
    if team.leads:
        print(parity)


def _at_least_one(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one process has to work")
    return number


def _names(words: str) -> tuple[str, ...]:
    return tuple(filter(None, (word.strip() for word in words.split(","))))


def _halves_pay(device: str) -> bool:
    """bfloat16 doubles the speed where the processor knows it, and costs where it does not."""
    return device != "cpu" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _parser() -> argparse.ArgumentParser:
    home, plan = data_folder(), SeparatorPlan(Path(), Path(), Path())
    parser = argparse.ArgumentParser(prog="melisma train separator", description=__doc__)
    parser.add_argument("songs", type=Path, help="folder of NAME/vocals.wav + NAME/mixture.wav, MUSDB18-HQ or MoisesDB")
    parser.add_argument("--work", type=Path, default=home / "training-separator", help="checkpoints and logs")
    parser.add_argument(
        "--out",
        type=Path,
        default=home / "models" / "my-separator",
        help="the separator package; its folder's name is its id",
    )
    parser.add_argument("--start", type=Path, help="separator package of the same sizes to begin with")
    parser.add_argument("--new-refiner", action="store_true", help="with --start: begin its refiner anew")
    parser.add_argument("--held-out", default="", help="names of songs to put aside, with commas")
    parser.add_argument("--favour", default="", help="names of songs to draw more often, with commas")
    parser.add_argument("--config", choices=sorted(CONFIGS), default="small", help="the networks' sizes")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument(
        "--workers", type=_at_least_one, default=1, help="processes that train together; one per core pays"
    )
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch on a CPU, in each process")
    parser.add_argument("--half", action=argparse.BooleanOptionalAction, help="bfloat16; default: where it pays")
    parser.add_argument(
        "--fuse", action=argparse.BooleanOptionalAction, help="compile parts; default: with a C++ compiler"
    )
    parser.add_argument("--codec-steps", type=int, default=plan.codec_steps)
    parser.add_argument("--generator-steps", type=int, default=plan.generator_steps)
    parser.add_argument("--refiner-steps", type=int, default=plan.refiner_steps, help="on the mixture alone")
    parser.add_argument("--guided-steps", type=int, default=plan.guided_steps, help="with generated vocals beside")
    parser.add_argument("--pairs", type=int, default=plan.pairs, help="pairs of 6 s to encode")
    parser.add_argument(
        "--batch", type=int, default=plan.batch, help="refiner's; codec's is twice, generator's 4 times"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
