"""`melisma train first-voice`: from recordings and songs to a voice package.  Resumes where it was stopped.

Stages, each skipped when its result is there: analyse the speech, build the teacher, sing the corpus,
train the codec, train the generator, polish the decoder, export.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engine.codec.harmonic import BandFilters
from engine.errors import InputError, MelismaError
from engine.export.folder import check_replaceable
from engine.export.voice import VoiceFacts, export_voice
from engine.folders import data_folder
from engine.phonemize.phones import BREATH, SPEECH
from engine.singing.timing import SILENCE, ConsonantTable
from engine.train import checkpoint
from engine.train.card import voice_card
from engine.train.codec import CodecRun, train_codec
from engine.train.config import VoiceConfig, small
from engine.train.corpus.align import read_mono
from engine.train.corpus.gains import GAIN_BANDS, band_gains
from engine.train.corpus.shards import Crops, make_shard, read_shards, write_shard
from engine.train.corpus.singing import SungPhrase, read_phrases, sing_songs
from engine.train.corpus.songs import split_songs
from engine.train.corpus.speech import UNIT_HOP_LENGTH, Sentence, load, prepare
from engine.train.corpus.teacher import SAMPLE_RATE, Teacher
from engine.train.corpus.units import build_inventory, measure_consonants
from engine.train.generator import Generator, GeneratorRun, LatentStats, prepare_examples, train_generator
from engine.train.glimpse import codec_glimpse, generator_glimpse
from engine.train.networks.codec import Codec
from engine.train.package import open_package, write_package

HELD_OUT_SHARE = 0.15
"""Minutes of held-out song per minute of the corpus."""
JUDGED_PHRASES = 60
KEY_RANGE = (53, 81)
CODEC_STEPS, GENERATOR_STEPS, POLISH_STEPS = 2900, 3350, 2050
"""What the shipped voice had."""


@dataclass(frozen=True, slots=True)
class VoicePlan:
    """What to train, where, and for how long.  Steps count from the start, over all resumes."""

    data: Path
    work: Path
    out: Path
    device: str = "cpu"
    threads: int = 1
    workers: int = 2
    song_minutes: float = 80.0
    codec_steps: int = CODEC_STEPS
    generator_steps: int = GENERATOR_STEPS
    polish_steps: int = POLISH_STEPS
    batch: int = 8


def phone_ids() -> dict[str, int]:
    """The shipped phone table: silence, breath, then ARPAbet in order."""
    return {phone: index for index, phone in enumerate((SILENCE, BREATH, *sorted(SPEECH)))}


def train_voice(plan: VoicePlan, config: VoiceConfig) -> dict[str, float]:
    """All stages; the parity of the exported graphs."""
    torch.set_num_threads(plan.threads)
    torch.set_flush_denormal(True)
    warnings.filterwarnings("ignore", message=".*weight_norm", category=FutureWarning)  # EnCodec's own affair
    # 1. Speech: phones and WORLD parameters
    sentences = _speech(plan)
    consonants = measure_consonants(sentences)
    # 2. The teacher sings the corpus, and the held-out songs for judging
    _sing(plan, sentences, consonants)
    # 3. The audio autoencoder, on real speech and on singing
    codec = _codec(plan, config)
    # 4. Condition encoder and latent generator
    generator, stats = _generator(plan, config, codec)
    # 5. The decoder once more, against the adversary, on latents that no longer move
    codec = _polish(plan, config)
    # 6. The package
    return export(plan, config, codec, generator, stats, consonants)


def export(
    plan: VoicePlan,
    config: VoiceConfig,
    codec: Codec,
    generator: Generator,
    stats: LatentStats,
    consonants: ConsonantTable,
) -> dict[str, float]:
    """Write the voice package to `plan.out`."""
    facts = VoiceFacts(
        id="kathleen",
        name="Kathleen",
        version="1.0.0",
        languages=("en", "la", "ja"),
        key_range=KEY_RANGE,
        licence="CC0-1.0",
        card=voice_card(),
    )
    sampling: dict[str, float | int | str] = {
        "num_steps": 6,
        "temperature": 0.3,
        "sampler": "second-order",
        "start": 1.0,
    }
    return export_voice(
        facts,
        config,
        codec.cpu(),
        generator.cpu(),
        (stats.mean, stats.std),
        phone_ids(),
        consonants,
        plan.out,
        sampling,
    )


def _speech(plan: VoicePlan) -> list[Sentence]:
    source = plan.data / "speech" / "kathleen"
    if not source.is_dir():
        raise InputError(f"{source} is missing.", "Point --data at the folder that holds speech/ and scores/.")
    prepare(source, plan.work / "speech", plan.workers)
    sentences = list(load(plan.work / "speech"))
    for sentence in sentences:
        if not (plan.work / "real" / f"{sentence.name}.npz").exists():
            samples, _ = read_mono(source / f"{sentence.name}.opus")
            gains = band_gains(sentence.analysis, BandFilters(SAMPLE_RATE, UNIT_HOP_LENGTH, GAIN_BANDS))
            shard = make_shard(sentence.name, samples, sentence.analysis.f0, gains, UNIT_HOP_LENGTH)
            write_shard(shard, plan.work / "real")
    return sentences


def _sing(plan: VoicePlan, sentences: Sequence[Sentence], consonants: ConsonantTable) -> None:
    teacher = Teacher(build_inventory(sentences))
    train, held_out = split_songs(plan.data / "scores" / "openscore-lieder")
    sing_songs(train, teacher, consonants, plan.work / "sung_train", plan.song_minutes)
    sing_songs(held_out, teacher, consonants, plan.work / "sung_held", HELD_OUT_SHARE * plan.song_minutes)


def _crops(plan: VoicePlan, config: VoiceConfig, seed: int) -> Crops:
    shards = read_shards([plan.work / "real", plan.work / "sung_train"])
    frames = CodecRun(plan.out).window_frames * config.codec.subframes
    return Crops(shards, UNIT_HOP_LENGTH, frames, seed)


def _codec(plan: VoicePlan, config: VoiceConfig) -> Codec:
    run = CodecRun(
        plan.work / "codec",
        steps=plan.codec_steps,
        batch=plan.batch,
        adversary_from=plan.codec_steps,
        device=plan.device,
    )
    return train_codec(config.codec, run, _crops(plan, config, seed=1), codec_glimpse(_shown(plan), _pictures(plan)))


def _polish(plan: VoicePlan, config: VoiceConfig) -> Codec:
    run = CodecRun(
        plan.work / "polish",
        steps=plan.codec_steps + plan.polish_steps,
        batch=plan.batch,
        adversary_from=0,
        freeze_latents=True,
        learning_rate=2e-4,
        device=plan.device,
    )
    if not (run.out / "codec.pt").exists():
        checkpoint.save(run.out / "codec.pt", checkpoint.load(plan.work / "codec" / "codec.pt"))
    return train_codec(config.codec, run, _crops(plan, config, seed=2), codec_glimpse(_shown(plan), _pictures(plan)))


def _generator(plan: VoicePlan, config: VoiceConfig, codec: Codec) -> tuple[Generator, LatentStats]:
    examples, stats = prepare_examples(read_phrases(plan.work / "sung_train"), codec, phone_ids(), plan.device)
    unseen = list(read_phrases(plan.work / "sung_held"))[:JUDGED_PHRASES]
    judged, _ = prepare_examples(unseen, codec, phone_ids(), plan.device)
    run = GeneratorRun(plan.work / "generator", steps=plan.generator_steps, batch=plan.batch, device=plan.device)
    run.out.mkdir(parents=True, exist_ok=True)
    np.savez(run.out / "stats.npz", mean=stats.mean, std=stats.std)
    glimpse = generator_glimpse(unseen[0], judged[0], stats, codec, _pictures(plan))
    return train_generator(config.generator, run, examples, judged, stats, glimpse), stats


def _shown(plan: VoicePlan) -> SungPhrase:
    """The phrase of the pictures: never trained on."""
    return next(read_phrases(plan.work / "sung_held"))


def _pictures(plan: VoicePlan) -> Path:
    return plan.work / "pictures"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    try:
        options.work.mkdir(parents=True, exist_ok=True)
        if options.pack:
            size = write_package(options.data, options.pack)
            print(f"{options.pack}: {size / 1e6:.1f} MB")
            return 0
        check_replaceable(options.out)
        plan = VoicePlan(
            data=open_package(options.data, options.work),
            work=options.work,
            out=options.out,
            device=options.device,
            threads=options.threads,
            song_minutes=options.song_minutes,
            codec_steps=options.codec_steps,
            generator_steps=options.generator_steps,
            polish_steps=options.polish_steps,
            batch=options.batch,
        )
        print(train_voice(plan, small()))
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; the same command goes on from the last checkpoint.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    home = data_folder()
    parser = argparse.ArgumentParser(prog="melisma train first-voice", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with speech/ and scores/, or a package")
    parser.add_argument("--pack", type=Path, help="only pack --data into this file, to train elsewhere")
    parser.add_argument("--work", type=Path, default=home / "training", help="corpus, checkpoints, logs, pictures")
    parser.add_argument("--out", type=Path, default=home / "models" / "kathleen", help="the voice package")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=2, help="of PyTorch on a CPU")
    parser.add_argument("--song-minutes", type=float, default=80.0, help="length of the sung corpus")
    parser.add_argument("--codec-steps", type=int, default=CODEC_STEPS)
    parser.add_argument("--generator-steps", type=int, default=GENERATOR_STEPS)
    parser.add_argument("--polish-steps", type=int, default=POLISH_STEPS)
    parser.add_argument("--batch", type=int, default=8, help="windows per step")
    return parser


if __name__ == "__main__":
    sys.exit(main())
