"""Whether the base voice's codec can say the new voice; where it cannot, its decoder learns to.

Latents stay as they are (`freeze_latents`): the generator's prior is about them.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engine.errors import Cancelled
from engine.jobs import JobContext
from engine.train import checkpoint
from engine.train.codec import CodecRun, CodecTrainer
from engine.train.corpus.gains import GAIN_BANDS
from engine.train.corpus.shards import PCM_PEAK, Crops, Shard
from engine.train.glimpse import decode
from engine.train.measure.cepstra import distances, distortion, envelopes
from engine.train.networks.codec import Codec
from engine.train.own.material import encode
from engine.train.own.resume import go_on_from

GOOD_ENOUGH_DB = 6.0
"""Mel-cepstral distortion of held-out pieces through the codec: the shipped voices' recordings lie at 5 to 6."""
STAGE = "Teaching the decoder"
WINDOW_FRAMES = 64
GAINS_SHARE = 0.7
"""Of the steps, in which only gains are compared: they cost a third."""
HOP_LENGTH = 256


def codec_distortion(codec: Codec, shards: Sequence[Shard], context: JobContext) -> float:
    """dB, of recordings encoded, quantised and decoded again."""
    parts = []
    for number, shard in enumerate(shards):
        context.step("Trying the codec", number, len(shards))
        frames = len(shard.f0) // codec.config.subframes
        f0 = shard.f0[: frames * codec.config.subframes]
        audio = shard.audio[: frames * codec.config.hop_length]
        copy = decode(codec, encode(codec, audio), f0)
        sound = audio.astype(np.float32) / PCM_PEAK
        parts.append(distances(*(envelopes(x, f0, codec.config.sample_rate) for x in (sound, copy))))
    return distortion(parts).mcd_db


def fit_decoder(
    codec: Codec, shards: Sequence[Shard], out: Path, steps: int, minutes: float, device: str, context: JobContext
) -> Codec:
    """Train the decoder on `shards`, on from `out/decoder.pt`; a cancel saves first, then raises `Cancelled`."""
    run = CodecRun(
        out,
        steps=steps,
        batch=4,
        adversary_from=10**9,
        gains_until=round(GAINS_SHARE * steps),
        freeze_latents=True,
        learning_rate=2e-4,
        device=device,
    )
    trainer = CodecTrainer(codec.config, run)
    trainer.codec.load_state_dict(codec.state_dict())
    path = out / "decoder.pt"
    if path.exists():
        go_on_from(path, trainer.restore, device)
    crops = Crops(list(shards), HOP_LENGTH, WINDOW_FRAMES * codec.config.subframes, seed=1 + trainer.done)
    started = saved = time.monotonic()
    try:
        while trainer.done < steps and time.monotonic() - started < 60 * minutes:
            context.step(STAGE, trainer.done, steps)
            trainer.step({k: torch.from_numpy(v).to(device) for k, v in crops.batch(run.batch).items()})
            if time.monotonic() - saved > run.save_every_s:
                checkpoint.save(path, trainer.state())
                saved = time.monotonic()
    except Cancelled:
        checkpoint.save(path, trainer.state())
        raise
    checkpoint.save(path, trainer.state())
    return trainer.codec.eval().cpu()


def can_learn(codec: Codec, shards: Sequence[Shard]) -> bool:
    """Whether its gains are those that recordings are analysed to, and a recording is long enough for a window."""
    length = WINDOW_FRAMES * codec.config.subframes
    return codec.config.bands == GAIN_BANDS and any(len(shard.f0) > length for shard in shards)
