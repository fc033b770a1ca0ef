"""The separator's audio autoencoder: EnCodec's SEANet and quantiser, narrow, on lapped bands of stereo samples.

Défossez et al. 2022, "High Fidelity Neural Audio Compression", section 3.1, from the `encodec` package.  EnCodec
spends most of its work, and of its training, on the full rate.  Here a fixed lapped transform comes first and
last, so that SEANet's strided convolutions begin where 64 neighbouring samples are 64 bands: a low band's energy
is in few channels from the first step on.  Beside SEANet goes a straight linear way, which learns the loudest
bands within a hundred steps (10 dB where SEANet alone has 3); SEANet adds what a line cannot.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import torch
from encodec.modules import SEANetDecoder, SEANetEncoder
from encodec.quantization import ResidualVectorQuantizer
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class EncodecConfig:
    """`bands` of the lapped transform (1: none), then `ratios`, the decoder's strides; `latent_dim` per frame."""

    sample_rate: int = 44100
    channels: int = 2
    bands: int = 64
    n_filters: int = 96
    ratios: tuple[int, ...] = (4, 2)
    latent_dim: int = 128
    lstm: int = 1
    num_codebooks: int = 16
    cardinality: int = 512

    @property
    def hop_length(self) -> int:
        """Samples per latent frame."""
        return self.bands * math.prod(self.ratios)

    @property
    def frame_rate(self) -> float:
        """Latent frames per second."""
        return self.sample_rate / self.hop_length


def paper_encodec() -> EncodecConfig:
    """The width and rates of `encodec_48khz`: 32 filters from the full rate on, 150 frames per second."""
    return EncodecConfig(48000, 2, 1, 32, (8, 5, 4, 2), 128, 2, 16, 1024)


class LappedBands(nn.Module):
    """Audio [B, C, N] <-> bands [B, C * M, N / M]: the modified discrete cosine transform with a sine window.

    Perfect reconstruction but for half a hop at both ends (Princen, Johnson and Bradley 1987).
    """

    kernel: Tensor

    def __init__(self, bands: int) -> None:
        super().__init__()
        self.bands = bands
        n = torch.arange(2 * bands, dtype=torch.float64) + 0.5
        k = torch.arange(bands, dtype=torch.float64)[:, None] + 0.5
        window = torch.sin(math.pi * n / (2 * bands))
        kernel = (2 / bands) ** 0.5 * window * torch.cos(math.pi / bands * (n + bands / 2) * k)
        self.register_buffer("kernel", kernel[:, None].float(), persistent=False)

    def forward(self, audio: Tensor) -> Tensor:
        batch, channels, length = audio.shape
        padded = functional.pad(audio.reshape(batch * channels, 1, length), (self.bands // 2, self.bands // 2))
        bands = functional.conv1d(padded, self.kernel.to(audio.dtype), stride=self.bands)
        return bands.reshape(batch, channels * self.bands, length // self.bands)

    def inverse(self, bands: Tensor) -> Tensor:
        """[B, C * M, T] -> [B, C, M * T]"""
        batch, rows, frames = bands.shape
        channels = rows // self.bands
        flat = bands.reshape(batch * channels, self.bands, frames)
        audio = functional.conv_transpose1d(flat, self.kernel.to(bands.dtype), stride=self.bands)
        half = self.bands // 2
        return audio[..., half : half + frames * self.bands].reshape(batch, channels, frames * self.bands)


class StereoCodec(nn.Module):
    """audio [B, 2, N], N a multiple of `hop_length` <-> latents [B, D, N / hop_length] before the quantiser.

    Weight normalisation, as the 24 kHz EnCodec: the 48 kHz one's group norm makes a frame depend on the
    length of its segment.
    """

    def __init__(self, config: EncodecConfig) -> None:
        super().__init__()
        self.config = config
        self.lapped = LappedBands(config.bands) if config.bands > 1 else None
        shape = {
            "channels": config.channels * config.bands,
            "dimension": config.latent_dim,
            "n_filters": config.n_filters,
            "ratios": list(config.ratios),
            "norm": "weight_norm",
            "lstm": config.lstm,
            "true_skip": False,
        }
        self.encoder = SEANetEncoder(**shape)
        self.decoder = SEANetDecoder(**shape)
        if config.bands > 1:
            stride = math.prod(config.ratios)
            rows = config.channels * config.bands
            self.straight_in = nn.Conv1d(rows, config.latent_dim, stride, stride=stride)
            self.straight_out = nn.ConvTranspose1d(config.latent_dim, rows, stride, stride=stride)
        self.quantizer = ResidualVectorQuantizer(
            config.latent_dim, config.num_codebooks, config.cardinality, kmeans_iters=2
        )

    def encode(self, audio: Tensor) -> Tensor:
        """Continuous latents [B, D, T]."""
        if self.lapped is None:
            return cast(Tensor, self.encoder(audio))
        bands = self.lapped(audio)
        return cast(Tensor, self.encoder(bands) + self.straight_in(bands))

    def decode(self, latents: Tensor) -> Tensor:
        """audio [B, 2, N]"""
        bands: Tensor = self.decoder(latents)[..., : latents.shape[-1] * math.prod(self.config.ratios)]
        return bands if self.lapped is None else self.lapped.inverse(bands + self.straight_out(latents))

    def quantize(self, latents: Tensor, num_codebooks: int) -> tuple[Tensor, Tensor]:
        """The first `num_codebooks` of residual quantisation with a straight-through gradient; commitment loss."""
        quantized, _, loss = self.quantizer.vq(latents, n_q=num_codebooks)
        return quantized, loss.mean()


def perturb(latents: Tensor, amount: float) -> Tensor:
    """Gaussian noise of `amount` times each channel's own spread: what a generator's small errors look like."""
    spread = latents.detach().std(dim=(0, 2), keepdim=True)
    return latents + amount * spread * torch.randn_like(latents)
