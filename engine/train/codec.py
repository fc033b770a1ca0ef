"""Training of the audio autoencoder (HiddenSinger 3.1), resumable.

L = spectral + mel + mel-cepstral + texture + codebook + adversarial + feature matching.  The adversary
(EnCodec's multi-scale STFT discriminator) joins after a warm-up: before that there is nothing worth judging.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from encodec.msstftd import MultiScaleSTFTDiscriminator
from torch import Tensor

from engine.train import checkpoint
from engine.train.config import CodecConfig
from engine.train.corpus.shards import Batches
from engine.train.losses import (
    MelLoss,
    adversarial_loss,
    discriminator_loss,
    feature_matching_loss,
    gain_loss,
    spectral_loss,
    texture_loss,
)
from engine.train.networks.codec import Codec


@dataclass(frozen=True, slots=True)
class CodecRun:
    """How long and how hard to train."""

    out: Path
    steps: int = 4000
    minutes: float = 1e9
    batch: int = 8
    window_frames: int = 64
    adversary_from: int = 1500
    adversary_filters: int = 8
    adversary_batch: int = 4
    adversary_frames: int = 32
    """The adversary is the dear part: it sees a few shorter windows of each batch."""
    learning_rate: float = 6e-4
    lambda_mel: float = 1.5
    lambda_cepstral: float = 1.5
    lambda_texture: float = 2.0
    lambda_gain: float = 1.0
    lambda_codebook: float = 0.25
    lambda_adversarial: float = 0.15
    lambda_feature: float = 0.6
    gains_until: int = 0
    """Before this step only the gains are compared: nothing is synthesised, and a step costs a fraction."""
    half: bool = False
    """Networks compute in bfloat16, losses and weights stay as they are; twice as fast where the CPU knows it."""
    freeze_latents: bool = False
    """Only the decoder learns on: latents stay what a generator was trained on."""
    device: str = "cpu"
    seed: int = 1
    save_every_s: float = 180.0
    picture_every: int = 1000


class CodecTrainer:
    """Holds both networks and their optimisers; `step` is one update of each."""

    def __init__(self, config: CodecConfig, run: CodecRun) -> None:
        torch.manual_seed(run.seed)
        self.config, self.run = config, run
        self.codec = Codec(config).to(run.device)
        self.mel = MelLoss(config.sample_rate).to(run.device)
        self.adversary = MultiScaleSTFTDiscriminator(
            filters=run.adversary_filters,
            n_ffts=[2048, 1024, 512],
            hop_lengths=[512, 256, 128],
            win_lengths=[2048, 1024, 512],
        ).to(run.device)
        self.optimizer = torch.optim.AdamW(self.codec.parameters(), run.learning_rate, (0.8, 0.99), weight_decay=0.01)
        self.judge_optimizer = torch.optim.AdamW(self.adversary.parameters(), 2e-4, (0.8, 0.99), weight_decay=0.01)
        self.done = 0

    def step(self, batch: dict[str, Tensor]) -> dict[str, float]:
        """One update on audio, pulses, hiss [B, N] and f0 [B, subframes]; the losses."""
        self._set_rate()
        run, audio = self.run, batch["audio"]
        frame_f0 = batch["f0"].unflatten(1, (-1, self.config.subframes)).mean(-1)
        quantized, codebook = self._latents(audio)
        with self._precision():
            harmonic, noise = (gains.float() for gains in self.codec.decoder(quantized, frame_f0))
        if self.done < run.gains_until:
            return self._step_on_gains(harmonic, noise, codebook, batch["gains"])
        output = self.codec.synth(harmonic, noise, batch["pulses"], batch["hiss"])
        mel, cepstral = self.mel(output, audio)
        spectral, texture = spectral_loss(output, audio), texture_loss(output, audio)
        loss = spectral + run.lambda_mel * mel + run.lambda_cepstral * cepstral
        loss = loss + run.lambda_texture * texture + run.lambda_codebook * codebook
        gains = gain_loss(torch.stack([harmonic, noise], dim=2), batch["gains"])
        loss = loss + run.lambda_gain * gains
        parts = {
            "gains": gains,
            "spectral": spectral,
            "mel": mel,
            "cepstral": cepstral,
            "texture": texture,
            "codebook": codebook,
        }
        figures = {name: part.item() for name, part in parts.items()}
        if self.done >= run.adversary_from:
            size = run.adversary_frames * self.config.hop_length
            real, fake = audio[: run.adversary_batch, -size:], output[: run.adversary_batch, -size:]
            figures["judge"] = self._teach_adversary(real, fake.detach())
            adversarial, feature = self._ask_adversary(real, fake)
            loss = loss + run.lambda_adversarial * adversarial + run.lambda_feature * feature
            figures |= {"adversarial": adversarial.item(), "feature": feature.item()}
        self._follow(loss)
        return figures

    def _step_on_gains(self, harmonic: Tensor, noise: Tensor, codebook: Tensor, wanted: Tensor) -> dict[str, float]:
        gains = gain_loss(torch.stack([harmonic, noise], dim=2), wanted)
        self._follow(gains + self.run.lambda_codebook * codebook)
        return {"gains": gains.item(), "codebook": codebook.item()}

    def _follow(self, loss: Tensor) -> None:
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.codec.parameters(), 2.0)
        self.optimizer.step()
        self.done += 1

    def _latents(self, audio: Tensor) -> tuple[Tensor, Tensor]:
        frozen = self.run.freeze_latents
        self.codec.quantizer.train(not frozen)
        with torch.set_grad_enabled(not frozen):
            with self._precision():
                latents = self.codec.encode(audio).float()
            quantized, _, codebook = self.codec.quantizer(latents)
        return quantized, codebook

    def _precision(self) -> torch.autocast:
        return torch.autocast(torch.device(self.run.device).type, torch.bfloat16, enabled=self.run.half)

    def _set_rate(self) -> None:
        warm = min(1.0, (self.done + 1) / 100)
        progress = min(1.0, self.done / self.run.steps)
        rate = self.run.learning_rate * warm * (0.05 + 0.475 * (1 + math.cos(math.pi * progress)))
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def _teach_adversary(self, real: Tensor, fake: Tensor) -> float:
        loss = discriminator_loss(self.adversary(real[:, None])[0], self.adversary(fake[:, None])[0])
        self.judge_optimizer.zero_grad()
        loss.backward()
        self.judge_optimizer.step()
        return loss.item()

    def _ask_adversary(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            _, real_features = self.adversary(real[:, None])
        verdict, features = self.adversary(fake[:, None])
        return adversarial_loss(verdict), feature_matching_loss(real_features, features)

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {
            "done": self.done,
            "codec": self.codec.state_dict(),
            "adversary": self.adversary.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "judge_optimizer": self.judge_optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.done = int(state["done"])
        self.codec.load_state_dict(state["codec"])
        self.adversary.load_state_dict(state["adversary"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.judge_optimizer.load_state_dict(state["judge_optimizer"])


def train_codec(
    config: CodecConfig, run: CodecRun, crops: Batches, on_picture: Callable[[Codec, int], None] | None = None
) -> Codec:
    """Train until `run.steps` or `run.minutes`; resumes from `run.out/codec.pt` when it is there.

    `on_picture(codec, step)` is called every `run.picture_every` steps.
    """
    trainer = CodecTrainer(config, run)
    path = run.out / "codec.pt"
    if path.exists():
        trainer.restore(checkpoint.load(path, run.device))
        crops.reseed(run.seed + trainer.done)
    log = checkpoint.Log(run.out / "codec.jsonl")
    started = saved = time.monotonic()
    sums: dict[str, float] = {}
    count = 0
    while trainer.done < run.steps and time.monotonic() - started < 60 * run.minutes:
        arrays = crops.batch(run.batch)
        figures = trainer.step({k: torch.from_numpy(v).to(run.device) for k, v in arrays.items()})
        count += 1
        for key, value in figures.items():
            sums[key] = sums.get(key, 0.0) + value
        if trainer.done % 50 == 0:
            log.write(step=trainer.done, **{k: v / count for k, v in sums.items()})
            sums, count = {}, 0
        if on_picture and trainer.done % run.picture_every == 0:
            on_picture(trainer.codec, trainer.done)
        if time.monotonic() - saved > run.save_every_s:
            checkpoint.save(path, trainer.state())
            saved = time.monotonic()
    checkpoint.save(path, trainer.state())
    return trainer.codec
