"""SINGER at the paper's size: Stable Diffusion 1.5's U-Net twice and its VAE, from diffusers' definitions.

Nothing is ever fetched: networks are made from sizes alone, weights come from files that a user owns
(`checkpoints.py`).  It takes a GPU with 10 GB and minutes for ten seconds of video.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from torch import Tensor, nn

from engine.train.avatar.networks.paper_modules import AudioProjection, FaceLocator, FaceProjection
from engine.train.avatar.networks.paper_unet import Clip, Hung, denoise, hang_modules, remember
from engine.train.avatar.networks.released import ReleasedMultiScaleSpectral, ReleasedSelfAdaptiveFilter
from engine.train.avatar.networks.spectral import MultiScaleSpectral, SelfAdaptiveFilter

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # diffusers would else ask its makers' servers
os.environ.setdefault("DIFFUSERS_OFFLINE", "1")

LATENT_SCALE = 0.18215
"""Latents of Stable Diffusion's VAE times this have a variance of about 1."""


@dataclass(frozen=True, slots=True)
class PaperConfig:
    """The paper's sizes.  `form`: the spectral modules as the paper draws them, or as `net.pth` has them.

    side: of the pictures, in pixels.  audio_window, audio_layers, audio_width: what wav2vec 2.0 hears around each
    picture.  longest: most pictures that motion modules know positions for.
    """

    side: int = 512
    fps: float = 25.0
    frames: int = 16
    motion_frames: int = 2
    latent_channels: int = 4
    channels: tuple[int, ...] = (320, 640, 1280, 1280)
    layers: int = 2
    heads: int = 8
    groups: int = 32
    context: int = 768
    face_embedding: int = 512
    face_tokens: int = 4
    audio_window: int = 5
    audio_layers: int = 12
    audio_width: int = 768
    audio_hidden: int = 512
    audio_tokens: int = 32
    longest: int = 32
    locator_channels: tuple[int, ...] = (16, 32, 64, 128)
    vae_channels: tuple[int, ...] = (128, 256, 512, 512)
    form: Literal["paper", "released"] = "paper"

    @property
    def latent_side(self) -> int:
        """Of the latents."""
        return self.side >> (len(self.vae_channels) - 1)

    @property
    def middle_side(self) -> int:
        """Of the U-Net's middle."""
        return self.latent_side >> (len(self.channels) - 1)


def build_unet(config: PaperConfig) -> Any:
    """diffusers' `UNet2DConditionModel` with Stable Diffusion 1.5's layout, weights drawn at random."""
    from diffusers import UNet2DConditionModel

    deeper = len(config.channels) - 1
    return UNet2DConditionModel(
        sample_size=config.latent_side,
        in_channels=config.latent_channels,
        out_channels=config.latent_channels,
        block_out_channels=config.channels,
        down_block_types=(*["CrossAttnDownBlock2D"] * deeper, "DownBlock2D"),
        up_block_types=("UpBlock2D", *["CrossAttnUpBlock2D"] * deeper),
        layers_per_block=config.layers,
        attention_head_dim=config.heads,
        cross_attention_dim=config.context,
        norm_num_groups=config.groups,
    )


def build_vae(config: PaperConfig) -> Any:
    """diffusers' `AutoencoderKL` with Stable Diffusion's layout, weights drawn at random."""
    from diffusers import AutoencoderKL

    levels = len(config.vae_channels)
    return AutoencoderKL(
        sample_size=config.side,
        latent_channels=config.latent_channels,
        block_out_channels=config.vae_channels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        layers_per_block=2,
        norm_num_groups=config.groups,
    )


class PaperPortrait(NamedTuple):
    """What the reference network keeps: tokens of the face [B, K, D], and [B, 1 + P, L, C] per self-attention."""

    faces: Tensor
    bank: list[Tensor]


class PaperSinger(nn.Module):
    """The paper's networks but the VAE, under the names of `net.pth`.

    `frugal`: train in less memory and a third more time.
    """

    def __init__(self, config: PaperConfig) -> None:
        super().__init__()
        self.config = config
        self.frugal = False
        self.reference_unet = build_unet(config)
        self.denoising_unet = build_unet(config)
        hang_modules(self.denoising_unet, Hung(config.heads, config.groups, config.context, config.longest))
        self.face_locator = FaceLocator(config.channels[0], config.locator_channels)
        self.imageproj = FaceProjection(config.face_embedding, config.face_tokens, config.context)
        heard = config.audio_window * config.audio_layers * config.audio_width
        self.audioproj = AudioProjection(heard, config.audio_hidden, config.audio_tokens, config.context)
        side, deepest = config.latent_side, config.channels[-1]
        self.audioembed: nn.Module
        if config.form == "released":
            self.audioembed = ReleasedMultiScaleSpectral(config.latent_channels, side)
            self.denoising_unet.hidden_spectral_weighting = ReleasedSelfAdaptiveFilter(deepest, config.middle_side)
        else:
            self.audioembed = MultiScaleSpectral(config.latent_channels, side)
            self.denoising_unet.hidden_spectral_weighting = SelfAdaptiveFilter(deepest)

    def look(self, latents: Tensor, embedding: Tensor) -> PaperPortrait:
        """latents [B, 1 + P, 4, h, w]: the face at rest, and the P pictures before the clip; embedding [B, E]."""
        batch, pictures = latents.shape[:2]
        faces = self.imageproj(embedding)
        bank = remember(self.reference_unet, latents.flatten(0, 1), faces.repeat_interleave(pictures, dim=0))
        return PaperPortrait(faces, [kept.unflatten(0, (batch, pictures)) for kept in bank])

    def forward(self, z_t: Tensor, timestep: Tensor, clip: Clip) -> Tensor:
        """z_t [B, 4, F, h, w], timestep [B] -> the velocity, the same shape."""
        spectral_filter = self.denoising_unet.hidden_spectral_weighting
        return denoise(self.denoising_unet, spectral_filter, z_t, timestep, clip, self.frugal)


def trained_parameters(singer: PaperSinger) -> list[nn.Parameter]:
    """What the paper trains: the audio encoder's end, the Multi-scale Spectral and the Self-adaptive Filter Module.

    Everything else is frozen here.
    """
    singer.requires_grad_(False)
    chosen = (singer.audioproj, singer.audioembed, singer.denoising_unet.hidden_spectral_weighting)
    for module in chosen:
        module.requires_grad_(True)
    return [parameter for module in chosen for parameter in module.parameters()]
