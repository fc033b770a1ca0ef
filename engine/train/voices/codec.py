"""Train the codec of several voices: `python -m engine.train.voices.codec --work DIR [--begin PACKAGE]`.

Encoder and decoder together, WORLD's gains asked for from the start.  Goes on from `DIR/codec/codec.pt`; shards that
appear in DIR while it runs are heard from the next report on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from engine.train import checkpoint
from engine.train.codec import CodecRun, CodecTrainer, train_codec
from engine.train.config import voices
from engine.train.losses import gain_loss
from engine.train.networks.codec import Codec
from engine.train.voices.begin import begin_codebooks, begin_codec
from engine.train.voices.sets import SharedCrops

STEPS = 16_000
GAINS_UNTIL = 6_000
BATCH = 8
REPORT_EVERY = 250
JUDGED_WINDOWS = 8
CODEBOOK_BATCHES = 40


def train(work: Path, begin: Path | None, steps: int, minutes: float) -> Codec:
    """Train or go on training; the codec."""
    config = voices().codec
    run = CodecRun(
        work / "codec",
        steps=steps,
        minutes=minutes,
        batch=BATCH,
        gains_until=GAINS_UNTIL,
        half=True,
        adversary_from=10**9,
        learning_rate=1.5e-4,
        picture_every=REPORT_EVERY,
    )
    length = run.window_frames * config.subframes
    crops, judged = SharedCrops(work, length, seed=1), SharedCrops(work, length, seed=2, held_out=True)
    if begin and not (run.out / "codec.pt").exists():
        _begin(run, begin, crops)
    log = checkpoint.Log(run.out / "held.jsonl")

    def report(codec: Codec, step: int) -> None:
        crops.refresh()
        judged.refresh()
        judged.reseed(3)
        log.write(step=step, **judge(codec, judged))

    return train_codec(config, run, crops, report)


def _begin(run: CodecRun, package: Path, crops: SharedCrops) -> None:
    trainer = CodecTrainer(voices().codec, run)
    begin_codec(trainer.codec, package)
    with torch.no_grad():
        batches = [torch.from_numpy(crops.batch(BATCH)["audio"]) for _ in range(CODEBOOK_BATCHES)]
        latents = torch.cat([trainer.codec.encode(audio).transpose(1, 2).flatten(0, 1) for audio in batches])
    begin_codebooks(trainer.codec, latents)
    checkpoint.save(run.out / "codec.pt", trainer.state())


@torch.no_grad()
def judge(codec: Codec, judged: SharedCrops) -> dict[str, float]:
    """Error of the decoder's gains, natural log, on recordings of each set that no training saw; and all of them."""
    codec.eval()
    errors = {}
    for name in judged.sets:
        batch = {key: torch.from_numpy(value) for key, value in judged.of_set(name, JUDGED_WINDOWS).items()}
        quantized, _, _ = codec.quantizer(codec.encode(batch["audio"]))
        frame_f0 = batch["f0"].unflatten(1, (-1, codec.config.subframes)).mean(-1)
        gains = torch.stack(codec.decoder(quantized, frame_f0), dim=2)
        errors[name.replace("real/", "")] = gain_loss(gains, batch["gains"]).item()
    codec.train()
    return errors | {"all": sum(errors.values()) / len(errors)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="holds real/, sung/ and receives codec/")
    parser.add_argument("--begin", type=Path, help="a voice package to begin with")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    train(options.work, options.begin, options.steps, options.minutes)


if __name__ == "__main__":
    main()
