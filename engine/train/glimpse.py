"""What training sounds like so far: one held-out phrase, decoded and drawn at every checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from engine.codec.harmonic import pulse_train
from engine.diffusion import BetaSchedule, sample_second_order, timesteps
from engine.diffusion.sampling import start_noise
from engine.train.corpus.shards import PCM_PEAK
from engine.train.corpus.singing import SungPhrase
from engine.train.generator import Example, Generator, LatentStats
from engine.train.networks.codec import Codec
from engine.train.pictures import spectrogram_picture

SHOWN_S = 8.0
GLIMPSE_STEPS = 8
GLIMPSE_TAU = 3.0


@torch.no_grad()
def decode(codec: Codec, latents: np.ndarray, f0: np.ndarray) -> np.ndarray:
    """Samples [T * hop] of latents [D, T] (as the encoder gives them) on f0 [T * subframes]."""
    device = next(codec.parameters()).device
    codec.eval()
    hop = codec.config.hop_length // codec.config.subframes
    pulses = pulse_train(f0, codec.config.sample_rate, hop)
    hiss = np.random.default_rng(0).standard_normal(len(pulses), dtype=np.float32)
    tensors = [torch.from_numpy(x[None].astype(np.float32)).to(device) for x in (latents, f0, pulses, hiss)]
    quantized, _, _ = codec.quantizer(tensors[0])
    frame_f0 = tensors[1].unflatten(1, (-1, codec.config.subframes)).mean(-1)
    samples: np.ndarray = codec.decode(quantized, frame_f0, tensors[2], tensors[3])[0].cpu().numpy()
    return samples


def codec_glimpse(phrase: SungPhrase, folder: Path) -> Callable[[Codec, int], None]:
    """A callback for `train_codec`: teacher above, codec below."""
    audio = phrase.audio.astype(np.float32) / PCM_PEAK

    def draw(codec: Codec, step: int) -> None:
        device = next(codec.parameters()).device
        with torch.no_grad():
            latents = codec.eval().encode(torch.from_numpy(audio[None]).to(device))[0].cpu().numpy()
        _draw(folder / f"codec-{step:06d}.png", codec, {"teacher": audio, "codec": decode(codec, latents, phrase.f0)})
        codec.train()

    return draw


def generator_glimpse(
    phrase: SungPhrase, example: Example, stats: LatentStats, codec: Codec, folder: Path
) -> Callable[[Generator, int], None]:
    """A callback for `train_generator`: teacher, the prior's mean, a sample."""
    audio = phrase.audio.astype(np.float32) / PCM_PEAK

    def draw(generator: Generator, step: int) -> None:
        mu, sample = generate(generator, example)
        rows = {
            "teacher": audio,
            "prior's mean": decode(codec, mu * stats.std[:, None] + stats.mean[:, None], phrase.f0),
            "sample": decode(codec, sample * stats.std[:, None] + stats.mean[:, None], phrase.f0),
        }
        _draw(folder / f"generator-{step:06d}.png", codec, rows)

    return draw


@torch.no_grad()
def generate(generator: Generator, example: Example) -> tuple[np.ndarray, np.ndarray]:
    """(mu, a sample), both normalised latents [D, T], for the conditions of one phrase."""
    device = next(generator.parameters()).device
    told = example.conditions

    def put(values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(values)[None].to(device)

    speaker = torch.tensor([example.speaker], device=device)
    mask = torch.ones(1, len(told.phones), device=device)
    tokens = [put(x) for x in (told.phones, told.keys, told.durations, told.tempi)]
    languages = torch.full((1, len(told.phones)), example.language, device=device)
    h_cond, mu = generator.condition(*tokens, mask, put(told.phone_of_frame), put(told.features), speaker, languages)
    mean = mu[0].cpu().numpy()
    schedule = BetaSchedule(generator.config.beta_0, generator.config.beta_1)
    rng = np.random.default_rng(0)

    def denoise(z: np.ndarray, t: float) -> np.ndarray:
        times = torch.tensor([t], dtype=torch.float32, device=device)
        found: np.ndarray = generator.denoiser(put(z.astype(np.float32)), mu, h_cond, times)[0].cpu().numpy()
        return found

    z = start_noise(mean, schedule, 1.0, GLIMPSE_TAU, rng)
    return mean, sample_second_order(denoise, z, mean, schedule, timesteps(schedule, GLIMPSE_STEPS), rng)


def _draw(path: Path, codec: Codec, rows: dict[str, np.ndarray]) -> None:
    rate = codec.config.sample_rate
    count = int(SHOWN_S * rate)
    spectrogram_picture(path, [(title, samples[:count]) for title, samples in rows.items()], rate)
