"""How the paper's SINGER is trained and asked: velocities, no signal at the last timestep, clip after clip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from engine.train.avatar.networks.paper import PaperSinger
from engine.train.avatar.networks.paper_unet import Clip

OnStep = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """steps, guidance: of sampling.  The rest is of training: the share of batches that are not told of the face, the
    shares of clips that are not told of the sound, of the pictures before; noise_offset: spread of what all places of
    a picture share; snr_cap: Min-SNR's gamma (Hang et al. 2023), here for each clip by itself.
    """

    steps: int = 40
    guidance: float = 3.5
    reference_dropout: float = 0.05
    audio_dropout: float = 0.05
    start_dropout: float = 0.05
    noise_offset: float = 0.05
    snr_cap: float = 5.0


class PaperFace(NamedTuple):
    """A portrait as the networks take it: latents [B, 4, h, w]; embedding of a face recogniser [B, E], or zeros; where
    the face is [B, 3, S, S], 0 or 1; masks of the whole, the face, the lips [B, 3, h, w], 0 to 1.
    """

    latents: Tensor
    embedding: Tensor
    located: Tensor
    masks: Tensor


def build_scheduler() -> Any:
    """DDIM over velocities, linear betas without signal at the last of 1000 steps (Lin et al. 2024), trailing."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="linear",
        clip_sample=False,
        steps_offset=1,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
    )


def paper_loss(
    singer: PaperSinger,
    scheduler: Any,
    face: PaperFace,
    clean: Tensor,
    before: Tensor,
    heard: Tensor,
    settings: PaperSettings,
    generator: torch.Generator,
) -> Tensor:
    """Mean square error of velocities.

    clean [B, 4, F, h, w]: latents of the clips; before [B, P, 4, h, w]: of the pictures before them; heard
    [B, F, W, layers, channels]: what wav2vec 2.0 hears; `generator` on the CPU.
    """
    device, count = clean.device, len(clean)

    def kept(share: float) -> Tensor:
        return (torch.rand(count, generator=generator) >= share).to(device, clean.dtype)

    offset = torch.randn((*clean.shape[:3], 1, 1), generator=generator)
    noise = (torch.randn(clean.shape, generator=generator) + settings.noise_offset * offset).to(device, clean.dtype)
    steps = int(scheduler.config.num_train_timesteps)
    timestep = torch.randint(steps, (count,), generator=generator).to(device)
    z_t = scheduler.add_noise(clean, noise, timestep)
    told = bool(torch.rand((), generator=generator) >= settings.reference_dropout)
    previous = before * kept(settings.start_dropout)[:, None, None, None, None]
    portrait = singer.look(torch.cat((face.latents[:, None], previous), dim=1), face.embedding * told)
    audio = singer.audioembed(z_t, singer.audioproj(heard)) * kept(settings.audio_dropout)[:, None, None, None]
    located = singer.face_locator(face.located) * told
    clip = Clip(portrait.faces, audio, portrait.bank, located, face.masks, audio.new_ones(3), told)
    wrong = singer(z_t, timestep, clip) - scheduler.get_velocity(clean, noise, timestep)
    level = scheduler.alphas_cumprod.to(device)[timestep]
    above = 1 / (1 - level).clamp(min=1e-8)  # signal to noise, plus 1: what a velocity is weighed by
    return (wrong.square().flatten(1).mean(dim=1) * above.clamp(max=settings.snr_cap) / above).mean()


@torch.no_grad()
def sing(
    singer: PaperSinger,
    scheduler: Any,
    face: PaperFace,
    heard: Tensor,
    generator: torch.Generator,
    settings: PaperSettings | None = None,
    on_step: OnStep | None = None,
) -> Tensor:
    """Latents of a whole vocal, [1, 4, F, h, w]; heard [1, F, W, layers, channels].

    `on_step(done, total)` is called before each step.
    """
    settings = settings or PaperSettings()
    frames, total = singer.config.frames, heard.shape[1]
    clips = -(-total // frames)
    heard = torch.cat((heard, heard[:, -1:].expand(-1, clips * frames - total, -1, -1, -1)), dim=1)

    def report(done: int) -> None:
        if on_step is not None:
            on_step(done, clips * settings.steps)

    made = sing_clips(singer, scheduler, face, heard.split(frames, dim=1), generator, settings, report)
    return torch.cat(list(made), dim=2)[:, :, :total]


def sing_clips(
    singer: PaperSinger,
    scheduler: Any,
    face: PaperFace,
    parts: Iterable[Tensor],
    generator: torch.Generator,
    settings: PaperSettings,
    on_step: Callable[[int], None],
) -> Iterator[Tensor]:
    """Latents clip by clip, [1, 4, F, h, w], for parts of what is heard, [1, F, W, layers, channels] each.

    Each clip sees the last pictures of the one before; the first sees the face at rest instead.  `on_step(done)`
    counts the steps of all clips.
    """
    before = face.latents[:, None].expand(-1, singer.config.motion_frames, -1, -1, -1)
    for number, part in enumerate(parts):

        def report(step: int, _: int, number: int = number) -> None:
            on_step(number * settings.steps + step)

        with torch.no_grad():
            latents = _sing_clip(singer, scheduler, face, before, part, generator, settings, report)
        before = torch.cat((before.transpose(1, 2), latents), dim=2)[:, :, -singer.config.motion_frames :].transpose(
            1, 2
        )
        yield latents


def _sing_clip(
    singer: PaperSinger,
    scheduler: Any,
    face: PaperFace,
    before: Tensor,
    heard: Tensor,
    generator: torch.Generator,
    settings: PaperSettings,
    on_step: OnStep,
) -> Tensor:
    """[1, 4, F, h, w]; guided away from what the network states told neither face nor sound (Ho and Salimans 2022)."""
    config, device = singer.config, face.latents.device
    shape = (1, config.latent_channels, heard.shape[1], *face.latents.shape[-2:])
    z = torch.randn(shape, generator=generator).to(device, face.latents.dtype)
    pictures = torch.cat((face.latents[:, None], before), dim=1)
    told, untold = singer.look(pictures, face.embedding), singer.look(pictures, torch.zeros_like(face.embedding))
    located, tokens = singer.face_locator(face.located), singer.audioproj(heard)
    once = singer.audioembed(z, tokens)  # as released: from the first noise alone
    scales = tokens.new_ones(3)
    nothing = Clip(
        untold.faces, torch.zeros_like(tokens), untold.bank, torch.zeros_like(located), face.masks, scales, False
    )
    scheduler.set_timesteps(settings.steps, device=device)
    for step, timestep in enumerate(scheduler.timesteps):
        on_step(step, settings.steps)
        audio = once if config.form == "released" else singer.audioembed(z, tokens)
        clip = Clip(told.faces, audio, told.bank, located, face.masks, scales)
        velocity = singer(z, timestep[None], clip)
        if settings.guidance != 1:
            away = singer(z, timestep[None], nothing)
            velocity = away + settings.guidance * (velocity - away)
        z = scheduler.step(velocity, timestep, z).prev_sample
    return z
