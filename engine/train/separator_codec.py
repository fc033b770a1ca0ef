"""Training of the separator's autoencoder on vocals and mixtures: EnCodec's losses, balancer and discriminator.

Two things are ours.  Half of the batches pass the quantiser, the others pass noise instead: the generator will
hand over continuous latents that are nearly right, and the decoder should forgive that.  And the discriminator
comes in at the end, on few short windows: on two cores it costs more than all the rest.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from encodec.msstftd import MultiScaleSTFTDiscriminator
from torch import Tensor

from engine.train import checkpoint
from engine.train.balancer import Balancer
from engine.train.losses import RESOLUTIONS, adversarial_loss, discriminator_loss, feature_matching_loss, spectral_loss
from engine.train.networks.encodec import EncodecConfig, StereoCodec, perturb
from engine.train.refiner import level_of

Draw = Callable[[], tuple[np.ndarray, np.ndarray]]
"""(vocals, mixture), float32 [B, 2, N] each."""
OUR_LEVEL = 0.1
"""Segments come at a root mean square of 1; the spectral losses count from full scale."""
_KEPT = ("codec", "adversary", "balancer", "optimizer", "judge_optimizer")


@dataclass(frozen=True, slots=True)
class SeparatorCodecRun:
    """Where and how long.  `steps` counts over all resumes; the discriminator joins at `adversary_from`."""

    out: Path
    steps: int
    adversary_from: int
    learning_rate: float = 1e-3
    latent_noise: float = 0.3
    adversary_filters: int = 16
    adversary_batch: int = 3
    adversary_frames: int = 43
    device: str = "cpu"
    half: bool = True
    report_every: int = 50
    save_every_s: float = 120.0


class SeparatorCodecTrainer:
    """Holds codec, discriminator and their optimisers; `step` is one update."""

    def __init__(self, config: EncodecConfig, run: SeparatorCodecRun) -> None:
        torch.manual_seed(1)
        self.config, self.run, self.done = config, run, 0
        self.codec = StereoCodec(config).to(run.device)
        self.adversary = MultiScaleSTFTDiscriminator(
            filters=run.adversary_filters,
            in_channels=config.channels,
            out_channels=1,
            n_ffts=[2048, 1024, 512],
            hop_lengths=[512, 256, 128],
            win_lengths=[2048, 1024, 512],
        ).to(run.device)
        self.balancer = Balancer({"time": 2.0, "spectral": 1.0, "adversarial": 0.5, "feature": 0.5})
        self.optimizer = torch.optim.AdamW(self.codec.parameters(), run.learning_rate, (0.8, 0.99), weight_decay=1e-3)
        self.judge_optimizer = torch.optim.AdamW(self.adversary.parameters(), 2e-4, (0.8, 0.99))
        self.rng = np.random.default_rng(1)

    def step(self, vocals: Tensor, mixture: Tensor) -> dict[str, float]:
        """One update on half vocals, half mixtures, both at the mixture's level; the losses."""
        self._set_rate()
        level = level_of(mixture)
        half = len(mixture) // 2
        audio = torch.cat([vocals[:half] / level[:half], mixture[half:] / level[half:]])
        with torch.autocast(torch.device(self.run.device).type, dtype=torch.bfloat16, enabled=self.run.half):
            latents = self.codec.encode(audio)
            latents, commitment = self._disturb(latents.float())
            output = self.codec.decode(latents)
        output = output.float()
        losses = self._losses(output, audio)
        figures = {name: loss.item() for name, loss in losses.items()} | {"commitment": commitment.item()}
        if self.done >= self.run.adversary_from:
            size = self.run.adversary_frames * self.config.hop_length
            real, fake = audio[: self.run.adversary_batch, :, -size:], output[: self.run.adversary_batch, :, -size:]
            figures["judge"] = self._teach_adversary(real, fake.detach())
            adversarial, feature = self._ask_adversary(real, fake)
            losses |= {"adversarial": adversarial, "feature": feature}
            figures |= {"adversarial": adversarial.item(), "feature": feature.item()}
        self.optimizer.zero_grad(set_to_none=True)
        if commitment.requires_grad:
            commitment.backward(retain_graph=True)
        self.balancer.backward(losses, output)
        torch.nn.utils.clip_grad_norm_(self.codec.parameters(), 2.0)
        self.optimizer.step()
        self.done += 1
        figures["sdr"] = _sdr(output, audio)
        return figures

    def _disturb(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        if self.rng.random() < 0.5:
            most = self.config.num_codebooks
            return self.codec.quantize(latents, int(self.rng.integers(min(4, most), most + 1)))
        amount = self.run.latent_noise * float(self.rng.random())
        return perturb(latents, amount), latents.new_zeros(())

    def _losses(self, output: Tensor, audio: Tensor) -> dict[str, Tensor]:
        """Two of the resolutions and one of the two stereo views per step: all of them cost more than the networks."""
        resolutions = [RESOLUTIONS[i] for i in self.rng.choice(len(RESOLUTIONS), 2, replace=False)]
        view = _sides if self.rng.random() < 0.5 else _middle
        spectral = spectral_loss(OUR_LEVEL * view(output), OUR_LEVEL * view(audio), resolutions)
        return {"time": _relative_error(output, audio), "spectral": spectral}

    def _teach_adversary(self, real: Tensor, fake: Tensor) -> float:
        loss = discriminator_loss(self.adversary(real)[0], self.adversary(fake)[0])
        self.judge_optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.judge_optimizer.step()
        return loss.item()

    def _ask_adversary(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            _, real_features = self.adversary(real)
        verdict, found = self.adversary(fake)
        return adversarial_loss(verdict), feature_matching_loss(real_features, found)

    def _set_rate(self) -> None:
        warm = min(1.0, (self.done + 1) / 200)
        progress = min(1.0, self.done / self.run.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = self.run.learning_rate * warm * (0.05 + 0.475 * (1 + math.cos(math.pi * progress)))

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {"done": self.done} | {name: getattr(self, name).state_dict() for name in _KEPT}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.done = int(state["done"])
        for name in _KEPT:
            if name in state:  # a package's weights come without the rest
                getattr(self, name).load_state_dict(state[name])
        self.rng = np.random.default_rng(self.done)


def train_separator_codec(config: EncodecConfig, run: SeparatorCodecRun, draw: Draw) -> StereoCodec:
    """Train or go on from `run.out/codec.pt`."""
    trainer, path = SeparatorCodecTrainer(config, run), run.out / "codec.pt"
    if path.exists():
        trainer.restore(checkpoint.load(path, run.device))
    log, saved = checkpoint.Log(run.out / "codec.jsonl"), time.monotonic()
    sums: dict[str, list[float]] = {}
    while trainer.done < run.steps:
        figures = trainer.step(*(torch.from_numpy(x).to(run.device) for x in draw()))
        for key, value in figures.items():
            sums.setdefault(key, []).append(value)
        if trainer.done % run.report_every == 0:
            log.write(step=trainer.done, **{key: float(np.mean(values)) for key, values in sums.items()})
            sums = {}
        if time.monotonic() - saved > run.save_every_s or trainer.done == run.steps:
            checkpoint.save(path, trainer.state())
            saved = time.monotonic()
    return trainer.codec.eval()


def _sides(audio: Tensor) -> Tensor:
    """[B, 2, N] -> left and right [2 B, N]"""
    return audio.flatten(0, 1)


def _middle(audio: Tensor) -> Tensor:
    """[B, 2, N] -> what both sides share, and what they do not [2 B, N]"""
    left, right = audio.unbind(1)
    return torch.cat([(left + right) / 2, (left - right) / 2])


def _relative_error(output: Tensor, audio: Tensor) -> Tensor:
    """Root mean square error over that of the target, mean over the batch; quiet targets count less."""
    error, target = ((x.pow(2).mean(dim=(1, 2))) for x in (output - audio, audio))
    return (error / (target + 1e-2) + 1e-6).sqrt().mean()


def _sdr(output: Tensor, audio: Tensor) -> float:
    """Median over the batch, in decibels."""
    with torch.no_grad():
        error = (output - audio).pow(2).sum(dim=(1, 2))
        return (10 * torch.log10(audio.pow(2).sum(dim=(1, 2)) / error.clamp_min(1e-9))).median().item()
