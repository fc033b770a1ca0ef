"""The decoder alone learns on: `python -m engine.train.voices.polish --work DIR`.

Encoder and codebooks stay as the generator knows them; full precision, spectra compared, and EnCodec's multi-scale
STFT discriminator.  Goes on from `DIR/polish/codec.pt`, which begins as the codec that the generator was trained on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from engine.train import checkpoint
from engine.train.codec import CodecRun, train_codec
from engine.train.config import voices
from engine.train.networks.codec import Codec
from engine.train.voices.codec import judge
from engine.train.voices.sets import SharedCrops

STEPS = 3000
BATCH = 6
REPORT_EVERY = 250


def polish(work: Path, steps: int, minutes: float) -> Codec:
    """Train or go on training; the codec with its polished decoder."""
    begun = checkpoint.load(work / "generator" / "codec.pt")
    run = CodecRun(
        work / "polish",
        steps=steps,
        minutes=minutes,
        batch=BATCH,
        adversary_from=0,
        freeze_latents=True,
        learning_rate=1e-4,
        picture_every=REPORT_EVERY,
    )
    path = run.out / "codec.pt"
    if not path.exists():
        checkpoint.save(path, begun | {"done": 0})
    config = voices().codec
    length = run.window_frames * config.subframes
    crops, judged = SharedCrops(work, length, seed=4), SharedCrops(work, length, seed=5, held_out=True)
    log = checkpoint.Log(run.out / "held.jsonl")

    def report(codec: Codec, step: int) -> None:
        judged.reseed(3)
        log.write(step=step, **judge(codec, judged))

    return train_codec(config, run, crops, report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="holds generator/codec.pt, real/, sung/")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    polish(options.work, options.steps, options.minutes)


if __name__ == "__main__":
    main()
