"""Training objective of the small SINGER: rectified flow (Liu et al. 2022) whose network states the clean latents.

z_t = (1 - t) z_0 + t noise.  t leans to 1: what is sung decides most while the face is still all noise, and few steps
are asked there.  Errors are not weighed by 1 / t^2, which would spend the network on the last bit of noise and lose
the lips; errors at the lips weigh more.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.avatar.latents import gesture_directions
from engine.diffusion.rectified_flow import KNOT_FRAMES, SLOW_SHARE, slow_weights
from engine.train.avatar.networks.audio_encoder import Heard
from engine.train.avatar.networks.config import SENSES
from engine.train.avatar.networks.masks import canonical_masks
from engine.train.avatar.networks.singer import Singer

CLOSED, CLOSED_WEIGHT = 0.04, 4.0
"""Lips that meet are short and seen: a mouth less open than this weighs so much more."""
LEAST_T = 0.02
"""The smallest t that is trained: below, z_t is the clean latents to the eye."""


@dataclass(frozen=True, slots=True)
class FlowSettings:
    """How the objective draws and weighs.

    at_noise: share of clips with t = 1.  lip_weight: of an error at the lips over one elsewhere.  audio_dropout,
    reference_dropout: shares of clips that are told nothing of the sound, of the face.  sound_alone: share of clips of
    which nothing but the sound is known, as of any recording.  sense_dropout: share of the others in which each thing
    that is known of the vocal is passed over, for in use any may be missing.
    """

    at_noise: float = 0.25
    lip_weight: float = 6.0
    audio_dropout: float = 0.05
    reference_dropout: float = 0.05
    sound_alone: float = 0.5
    sense_dropout: float = 0.3


def draw_times(count: int, settings: FlowSettings, generator: torch.Generator) -> Tensor:
    """[count]: t = 1 - 0.98 u^2 for u uniform, or 1."""
    u = torch.rand(count, generator=generator)
    times = 1 - (1 - LEAST_T) * u**2
    return torch.where(torch.rand(count, generator=generator) < settings.at_noise, torch.ones(()), times)


def draw_noise(shape: tuple[int, ...], generator: torch.Generator, chances: Tensor | None = None) -> Tensor:
    """Standard normal [B, C, F, H, W] of windows from anywhere in a song: as `window_noise` begins sampling from.

    chances [B, F, 9]: what was left to chance in how these windows move; it becomes the noise along
    `gesture_directions`.
    """
    batch, channels, frames, height, width = shape
    own = torch.randn(shape, generator=generator)
    starts = torch.randint(KNOT_FRAMES, (batch, 1), generator=generator)
    knots, leaving, coming = map(torch.from_numpy, slow_weights((starts + torch.arange(frames)).numpy()))
    drawn = torch.randn(batch, int(knots.max()) + 2, channels, height, width, generator=generator)
    clips = torch.arange(batch)[:, None]
    before, after = drawn[clips, knots], drawn[clips, knots + 1]
    slow = leaving[..., None, None, None] * before + coming[..., None, None, None] * after
    noise = SLOW_SHARE**0.5 * slow.transpose(1, 2) + (1 - SLOW_SHARE) ** 0.5 * own
    return noise if chances is None else _steered(noise, chances)


def _steered(noise: Tensor, chances: Tensor) -> Tensor:
    """`engine.diffusion.rectified_flow.steered`, for a batch of clips."""
    directions = torch.from_numpy(gesture_directions())
    pictures = noise.transpose(1, 2)
    flat = pictures.flatten(2)
    flat = flat + (chances - flat @ directions.T) @ directions
    return flat.reshape(pictures.shape).transpose(1, 2)


def noised(clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """z_t; clean and noise [B, ...], t [B]."""
    share = t.reshape(-1, *[1] * (clean.ndim - 1))
    return (1 - share) * clean + share * noise


def lip_weights(side: int, lip_weight: float) -> Tensor:
    """[side, side], a mean of 1: `lip_weight` times as much on the lips as away from them."""
    weights = 1 + (lip_weight - 1) * canonical_masks(side)[0, 2]
    return weights / weights.mean()


def closure_weights(opened: Tensor) -> Tensor:
    """`open` of each picture -> how much its errors weigh, a mean of 1."""
    weights = torch.where(opened < CLOSED, CLOSED_WEIGHT, 1.0)
    return weights / weights.mean()


def drop_senses(heard: Heard, settings: FlowSettings, generator: torch.Generator) -> Heard:
    """Pass over some of what is known, or all of it; of some, at least one thing stays."""
    count = len(heard.present)
    keep = (torch.rand(count, len(SENSES), generator=generator) >= settings.sense_dropout).float()
    alone = torch.rand(count, 1, generator=generator) < settings.sound_alone
    keep = torch.where(alone, torch.eye(len(SENSES))[:1], keep)
    left = heard.present * keep.to(heard.present.device)
    left = torch.where(left.sum(dim=1, keepdim=True) == 0, heard.present, left)
    told = (torch.rand(count, 1, generator=generator) >= settings.audio_dropout).float()
    return heard._replace(present=left * told.to(left.device))


def flow_loss(
    singer: Singer,
    clean: Tensor,
    reference: Tensor,
    heard: Heard,
    settings: FlowSettings,
    generator: torch.Generator,
    chances: Tensor | None = None,
    opened: Tensor | None = None,
) -> Tensor:
    """Mean square error of the stated z_0, weighed over the picture.

    clean [B, C, F, H, W]: latents of whole windows; reference [B, C', S, S]; `generator` on the CPU draws times, noise
    and what is dropped, the same on every device; chances [B, F, 9], on the CPU, as for `draw_noise`.
    opened [B, F]: how far each picture's mouth is open, where closed ones are to weigh more.
    """
    device, count = clean.device, len(clean)
    t = draw_times(count, settings, generator).to(device)
    noise = draw_noise(tuple(clean.shape), generator, chances).to(device)
    seen = (torch.rand(count, 1, 1, 1, generator=generator) >= settings.reference_dropout).float().to(device)
    heard = drop_senses(heard, settings, generator)
    stated = singer(noised(clean, noise, t), t, reference * seen, heard)
    weights = lip_weights(clean.shape[-1], settings.lip_weight).to(device)
    errors = ((stated - clean) ** 2 * weights).mean(dim=(1, 3, 4))
    return (errors if opened is None else errors * closure_weights(opened)).mean()
