"""How fast the paper's configuration and the shipped one train and render on a device: made-up data, new weights.

Neither the data nor the weights change how long a step takes.
"""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.export.paper import export_paper
from engine.export.voice import VoiceFacts, export_voice
from engine.models import open_model
from engine.models.hidden_singer import build_hidden_singer
from engine.singing.conditions import FRAME_FEATURES, Conditions
from engine.singing.timing import ConsonantTable
from engine.train.codec import CodecRun, CodecTrainer
from engine.train.config import GeneratorConfig, VoiceConfig, voices
from engine.train.generator import Example, Generator, GeneratorRun, GeneratorTrainer, LatentStats, collate
from engine.train.networks.codec import Codec
from engine.train.paper.codec import PaperCodecTrainer
from engine.train.paper.config import PaperConfig
from engine.train.paper.generator import PaperGeneratorTrainer, paper_run
from engine.train.paper.networks import PaperCodec

FACTS = VoiceFacts("bench", "Bench", "1", ("en",), (53, 81), "CC0-1.0", "# Untrained\n")
PHONES_A_SECOND = 6
WINDOW_FRAMES = 128
Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class BenchPlan:
    """`steps` are timed after one that is not; `rendered_s` seconds of song, `rounds` times after one."""

    device: str = "cpu"
    batch: int = 8
    steps: int = 3
    rendered_s: float = 4.0
    rounds: int = 2


def bench(plan: BenchPlan, config: PaperConfig, shipped: VoiceConfig | None = None) -> dict[str, Any]:
    """Training steps a second (batch `plan.batch`) and real-time factors of rendering, for both configurations."""
    other = shipped or voices()
    return {
        "device": _device_name(plan.device),
        "threads": torch.get_num_threads() if plan.device == "cpu" else None,
        "batch": plan.batch,
        "paper": {**_paper_training(plan, config), "rendering": _paper_rendering(plan, config)},
        "shipped": {**_shipped_training(plan, other), "rendering": _shipped_rendering(plan, other)},
    }


def _paper_training(plan: BenchPlan, config: PaperConfig) -> dict[str, Any]:
    codec = PaperCodecTrainer(config, plan.device)
    for book in codec.codec.quantizer.codebooks:
        book.get_buffer("started").fill_(True)
    samples = config.window_frames * config.codec.hop_length
    tokens = torch.randint(1, 40, (plan.batch, 12))
    counts = torch.full((plan.batch,), 12)
    batch = _moved(
        {
            "audio": 0.1 * torch.randn(plan.batch, samples),
            "phones": tokens,
            "phone_counts": counts,
            "notes": tokens[:, :5],
            "note_counts": counts.clamp(max=5),
        },
        plan.device,
    )
    codec_step = _steps_a_second(plan, lambda: codec.step(batch))
    run = paper_run(Path(), 10_000, plan.batch, plan.device)
    generator = PaperGeneratorTrainer(config.generator, config.codec.latent_dim, run)
    made = _generator_batch(plan, config.generator, config.codec.latent_dim)
    return {"codec_steps_s": codec_step, "generator_steps_s": _steps_a_second(plan, lambda: generator.step(made))}


def _shipped_training(plan: BenchPlan, config: VoiceConfig) -> dict[str, Any]:
    sizes = config.codec
    run = CodecRun(Path(), half=True, adversary_from=10**9, device=plan.device)
    codec = CodecTrainer(sizes, run)
    count = run.window_frames * sizes.subframes
    samples = run.window_frames * sizes.hop_length
    batch = _moved(
        {
            "audio": 0.1 * torch.randn(plan.batch, samples),
            "pulses": torch.randn(plan.batch, samples),
            "hiss": torch.randn(plan.batch, samples),
            "f0": torch.full((plan.batch, count), 220.0),
            "gains": torch.full((plan.batch, count, 2, sizes.bands), -4.0),
        },
        plan.device,
    )
    codec_step = _steps_a_second(plan, lambda: codec.step(batch))
    generator_run = GeneratorRun(Path(), batch=plan.batch, half=True, device=plan.device)
    generator = GeneratorTrainer(config.generator, sizes.latent_dim, generator_run)
    made = _generator_batch(plan, config.generator, sizes.latent_dim)
    return {"codec_steps_s": codec_step, "generator_steps_s": _steps_a_second(plan, lambda: generator.step(made))}


def _generator_batch(plan: BenchPlan, config: GeneratorConfig, latent_dim: int) -> Mapping[str, Tensor]:
    frames = WINDOW_FRAMES
    rng = np.random.default_rng(0)
    latents = rng.standard_normal((latent_dim, frames), dtype=np.float32)
    example = Example("made up", 0, _conditions(config, frames, 10), latents)
    stats = LatentStats(np.zeros(latent_dim, np.float32), np.ones(latent_dim, np.float32))
    return _moved(collate([example] * plan.batch, stats, frames, rng), plan.device)


def _conditions(config: GeneratorConfig, frames: int, tokens: int) -> Conditions:
    numbers = np.arange(tokens)
    return Conditions(
        phones=numbers % config.num_phones,
        keys=55 + numbers % 20,
        durations=numbers % 60,
        tempi=np.full(tokens, 20),
        phone_of_frame=np.arange(frames) * tokens // frames,
        features=np.zeros((frames, FRAME_FEATURES), np.float32),
        f0=np.full(frames, 220.0, np.float32),
    )


def _paper_rendering(plan: BenchPlan, config: PaperConfig) -> dict[str, Any]:
    torch.manual_seed(0)
    codec = PaperCodec(config.codec, config.decoder).eval()
    generator = Generator(config.generator, config.codec.latent_dim).eval()
    settings = {"voices": {"num_speakers": config.generator.num_speakers, "languages": {"en": 0}}}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "paper"
        stats = _stats(config.codec.latent_dim)
        table = ConsonantTable({}, {}, {})
        export_paper(FACTS, config, codec, generator, stats, {"SP": 0}, table, folder, {}, settings)
        return _rendering(plan, folder, config.generator)


def _shipped_rendering(plan: BenchPlan, config: VoiceConfig) -> dict[str, Any]:
    torch.manual_seed(0)
    codec = Codec(config.codec).eval()
    generator = Generator(config.generator, config.codec.latent_dim).eval()
    settings = {"voices": {"num_speakers": config.generator.num_speakers, "languages": {"en": 0}}}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "shipped"
        stats, table = _stats(config.codec.latent_dim), ConsonantTable({}, {}, {})
        export_voice(FACTS, config, codec, generator, (stats.mean, stats.std), {"SP": 0}, table, folder, {}, settings)
        return _rendering(plan, folder, config.generator)


def _stats(latent_dim: int) -> LatentStats:
    return LatentStats(np.zeros(latent_dim, np.float32), np.ones(latent_dim, np.float32))


def _rendering(plan: BenchPlan, folder: Path, config: GeneratorConfig) -> dict[str, Any]:
    """Real-time factor of each part, and of a whole rendering by its number of denoiser steps."""
    voice = build_hidden_singer(open_model(folder), plan.device, torch.get_num_threads())
    codec = voice.codec
    frames = round(plan.rendered_s * codec.sample_rate / codec.hop_length)
    tokens = max(1, round(plan.rendered_s * PHONES_A_SECOND))
    inputs = _inputs(_conditions(config, frames, tokens), config)
    h_cond, mu = voice.condition(inputs)
    latents = np.random.default_rng(0).standard_normal(mu.shape, dtype=np.float32)
    f0 = np.full(frames * codec.subframes, 220.0, np.float32)
    sound_s = frames * codec.hop_length / codec.sample_rate
    parts = {
        "condition": _seconds(plan, lambda: voice.condition(inputs)) / sound_s,
        "denoiser_step": _seconds(plan, lambda: voice.denoise(latents, mu, h_cond, 0.5)) / sound_s,
        "decoder": _seconds(plan, lambda: codec.decode(latents, f0, 0)) / sound_s,
    }
    once = parts["condition"] + parts["decoder"]
    whole = {f"{steps}_steps": once + (steps + 1) * parts["denoiser_step"] for steps in (4, 10, 50)}
    return {"on": voice.provider, **{name: round(value, 4) for name, value in (parts | whole).items()}}


def _inputs(told: Conditions, config: GeneratorConfig) -> dict[str, Any]:
    shares = np.zeros((len(told.f0), config.num_speakers), np.float32)
    shares[:, 0] = 1
    return {
        "phones": told.phones,
        "keys": told.keys,
        "durations": told.durations,
        "tempi": told.tempi,
        "phone_of_frame": told.phone_of_frame,
        "features": told.features,
        "speaker": shares,
        "languages": np.zeros(len(told.phones), np.int64),
    }


def _steps_a_second(plan: BenchPlan, step: Step) -> float:
    step()
    _wait(plan.device)
    clock = _clock(plan.device)
    started = clock()
    for _ in range(plan.steps):
        step()
    _wait(plan.device)
    return round(plan.steps / (clock() - started), 4)


def _seconds(plan: BenchPlan, work: Step) -> float:
    work()
    taken, clock = [], _clock(plan.device)
    for _ in range(plan.rounds):
        started = clock()
        work()
        taken.append(clock() - started)
    return statistics.median(taken)


def _clock(device: str) -> Callable[[], float]:
    """A CPU's own seconds, of all threads: others that work on the same machine do not count."""
    return time.perf_counter if device == "cuda" else time.process_time


def _wait(device: str) -> None:
    """A GPU works on after the call has come back."""
    if device == "cuda":
        torch.cuda.synchronize()


def _moved(batch: Mapping[str, Tensor], device: str) -> dict[str, Tensor]:
    return {name: value.to(device) for name, value in batch.items()}


def _device_name(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"{platform.machine()}, {os.cpu_count()} cores"
