"""How near the new voice comes: measured on pieces that nothing was trained on, and written into the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.diffusion import BetaSchedule, sample_second_order, timesteps
from engine.diffusion.sampling import start_noise
from engine.jobs import JobContext
from engine.train.corpus.shards import PCM_PEAK, Shard
from engine.train.generator import Generator
from engine.train.glimpse import decode
from engine.train.measure.cepstra import Envelopes, distances, distortion, envelopes
from engine.train.measure.pitch import cents_between, track
from engine.train.networks.codec import Codec
from engine.train.own.fitting import judge
from engine.train.own.material import Told

STAGE = "Measuring"
STEPS, TAU = 8, 3.0
HEARD_DB = 30.0
SHOWN = 12
DB = 10 / np.log(10)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of held-out pieces.  `codec_db`, `voice_db`: mel-cepstral distortion of the codec's copy and of what the voice
    sings on the same words and pitch; `cents`, `off`: median and share off by 50 of its pitch; `timbre_db`: distance
    of the mean spectra; `prior`, `diffusion`: losses."""

    codec_db: float
    voice_db: float
    cents: float
    off: float
    timbre_db: float
    prior: float
    diffusion: float


def sing(generator: Generator, codec: Codec, piece: Told, stats: tuple[Floats, Floats], seed: int = 0) -> Floats:
    """Samples of what the voice sings where it is told what the piece was told."""
    frames = torch.from_numpy(piece.frames[:1].astype(np.float32))
    with torch.no_grad():
        h_cond, mu = generator.condition.from_frames(frames, torch.zeros(1, dtype=torch.long))
    mean = mu[0].numpy()
    schedule = BetaSchedule(generator.config.beta_0, generator.config.beta_1)
    rng = np.random.default_rng(seed)

    @torch.no_grad()
    def denoise(z: Floats, t: float) -> Floats:
        time = torch.tensor([t], dtype=torch.float32)
        found: Floats = generator.denoiser(torch.from_numpy(z.astype(np.float32))[None], mu, h_cond, time)[0].numpy()
        return found

    z = start_noise(mean, schedule, 1.0, TAU, rng)
    z = sample_second_order(denoise, z, mean, schedule, timesteps(schedule, STEPS), rng)
    return decode(codec, z * stats[1][:, None] + stats[0][:, None], piece.f0)


def measure(
    generator: Generator,
    codec: Codec,
    pieces: Sequence[tuple[Told, Shard]],
    stats: tuple[Floats, Floats],
    codec_db: float,
    context: JobContext,
) -> Figures:
    """Figures of a generator with one speaker, on held-out pieces (at most 12 of them are sung)."""
    rate = codec.config.sample_rate
    apart, cents, ours, theirs = [], [], [], []
    shown = list(pieces[:SHOWN])
    for number, (piece, shard) in enumerate(shown):
        context.step(STAGE, number, len(shown))
        sung = sing(generator, codec, piece, stats)
        real = shard.audio[: len(sung)].astype(np.float32) / PCM_PEAK
        found = envelopes(sung, piece.f0, rate)
        wanted = envelopes(real, piece.f0, rate)
        apart.append(distances(wanted, found))
        cents.append(_cents(sung, real, rate))
        ours.append(_loud(found))
        theirs.append(_loud(wanted))
    away = np.abs(np.concatenate(cents))
    away = away[np.isfinite(away)]
    between = np.concatenate(ours).mean(0) - np.concatenate(theirs).mean(0)
    losses: Mapping[str, float] = judge(generator, [piece for piece, _ in pieces])
    return Figures(
        codec_db=codec_db,
        voice_db=distortion(apart).mcd_db,
        cents=float(np.median(away)) if len(away) else float("nan"),
        off=float(np.mean(away > 50)) if len(away) else float("nan"),
        timbre_db=float(DB * np.sqrt((between[1:] ** 2).sum())),
        prior=losses["prior"],
        diffusion=losses["diffusion"],
    )


def _cents(sung: Floats, real: Floats, rate: int) -> NDArray[np.float64]:
    """Of the frames in which both have a pitch, against the recording's; NaN elsewhere."""
    ours, theirs = (track(samples, rate)[0] for samples in (sung, real))
    count = min(len(ours), len(theirs))
    return cents_between(ours[:count], theirs[:count])


def _loud(found: Envelopes) -> NDArray[np.float64]:
    return found.coded[found.level_db > found.level_db.max() - HEARD_DB]
