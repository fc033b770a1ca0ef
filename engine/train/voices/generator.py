"""Train the generator of several voices: `python -m engine.train.voices.generator --work DIR`.

Condition encoder and latent generator, told speaker and language, on the latents of the teachers' songs.  The codec
is taken from `DIR/codec/codec.pt` once and kept beside the generator: latents must not move while it learns.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from engine.train import checkpoint
from engine.train.config import voices
from engine.train.corpus.singing import SungPhrase, read_phrases
from engine.train.generator import Example, Generator, GeneratorRun, LatentStats, prepare_examples, train_generator
from engine.train.glimpse import generator_glimpse
from engine.train.networks.codec import Codec
from engine.train.voices.cast import CAST, phone_ids
from engine.train.voices.sets import HELD_SONGS

STEPS = 12_000
JUDGED_EACH = 8


def train(work: Path, steps: int, minutes: float, learning_rate: float) -> Generator:
    """Train or go on training; the averaged generator."""
    out = work / "generator"
    codec = frozen_codec(work, out)
    examples, stats = prepare_examples(_sung(work / "sung"), codec, phone_ids())
    judged = _judged(work, codec)
    stats = _kept(stats, out)
    shown = next(read_phrases(work / HELD_SONGS / CAST[1].name))
    run = GeneratorRun(out, steps=steps, minutes=minutes, learning_rate=learning_rate, half=True)
    return train_generator(
        voices().generator,
        run,
        examples,
        judged,
        stats,
        generator_glimpse(shown, judged[JUDGED_EACH], stats, codec, out),
    )


def frozen_codec(work: Path, out: Path) -> Codec:
    """The codec that the generator in `out` belongs to: the work folder's own when it is asked for first."""
    kept = out / "codec.pt"
    if not kept.exists():
        out.mkdir(parents=True, exist_ok=True)
        shutil.copy(work / "codec" / "codec.pt", kept)
    codec = Codec(voices().codec)
    codec.load_state_dict(checkpoint.load(kept)["codec"])
    return codec.eval()


def _sung(folder: Path) -> Iterator[SungPhrase]:
    for voice in CAST:
        yield from read_phrases(folder / voice.name)


def _judged(work: Path, codec: Codec) -> list[Example]:
    """As many unseen phrases of each voice, voice by voice."""
    judged: list[Example] = []
    for voice in CAST:
        phrases = list(read_phrases(work / HELD_SONGS / voice.name))[:JUDGED_EACH]
        judged += prepare_examples(phrases, codec, phone_ids())[0]
    return judged


def _kept(stats: LatentStats, out: Path) -> LatentStats:
    """The statistics that the generator began with: songs may have been added since."""
    path = out / "stats.npz"
    if not path.exists():
        np.savez(path, mean=stats.mean, std=stats.std)
    with np.load(path, allow_pickle=False) as kept:
        return LatentStats(kept["mean"], kept["std"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="holds codec/, sung/, sung_held/; receives generator/")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    train(options.work, options.steps, options.minutes, options.rate)


if __name__ == "__main__":
    main()
