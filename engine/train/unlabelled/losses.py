"""Losses of HiddenSinger-U beyond the contrast: those of the latents, and likeness to what the score says."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.train.generator import MAX_WEIGHT, SMALLEST_T, Generator
from engine.train.networks.denoiser import decay
from engine.train.unlabelled.encoders import Heard


def latent_losses(
    generator: Generator, h_cond: Tensor, mu: Tensor, target: Tensor, frame_mask: Tensor
) -> tuple[Tensor, Tensor]:
    """(L_diff, L_prior) of latents [B, D, T] under a conditioning, as `Generator.losses` weighs them."""
    mask = frame_mask[:, None]
    count = mask.sum() * target.shape[1]
    prior = (((target - mu) ** 2) * mask).sum() / count
    mu = mu.detach()
    t = SMALLEST_T + (1 - SMALLEST_T) * torch.rand(len(target), device=target.device)
    a = decay(t, generator.config.beta_0, generator.config.beta_1)[:, None, None]
    z_t = (1 - a) * mu + a * target + torch.sqrt(1 - a**2) * torch.randn_like(target)
    denoised = generator.denoiser(z_t, mu, h_cond, t)
    weight = (a**2 / (1 - a**2)).clamp(max=MAX_WEIGHT) + 0.2
    return (weight * ((denoised - target) ** 2) * mask).sum() / count, prior


def unlikeness(heard: Heard, read: Heard, frame_mask: Tensor) -> Tensor:
    """Squared distance of the sums that the enhanced encoder gets, over the spread of what is read; 0 to about 1.

    What is read gives way to nobody: no gradient goes there.
    """
    mask = frame_mask[:, None]
    wanted = read.frames().detach().float()
    centred = (wanted - (wanted * mask).sum((0, 2), keepdim=True) / mask.sum()) * mask
    away = (heard.frames().float() - wanted) * mask
    return away.square().sum() / centred.square().sum().clamp(min=1e-6)
