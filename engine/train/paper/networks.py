"""The networks of the paper's autoencoder that the shipped voices do not have.

HiFi-GAN's generator makes the waveform from the quantised latents alone: unlike the shipped decoder it is not told f0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import torch
from encodec.msstftd import MultiScaleSTFTDiscriminator
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize

from engine.train.config import CodecConfig
from engine.train.networks.blocks import ChannelNorm
from engine.train.networks.codec import Codec, Encoder, linear_spectrogram
from engine.train.networks.condition import NUM_KEYS
from engine.train.networks.rvq import ResidualQuantizer
from engine.train.paper.config import DecoderConfig, JudgeConfig, PaperConfig

_MAGNITUDES = frozenset({"original0", "weight_g"})
"""How PyTorch names the lengths of normalised weights, now and formerly."""
SLOPE = 0.1
"""Of the leaky rectifiers."""


class ResidualBlock(nn.Module):
    """Three pairs of convolutions, one with a dilation and one without, each pair with a residual."""

    def __init__(self, channels: int, kernel: int, dilations: Sequence[int]) -> None:
        super().__init__()
        self.dilated = nn.ModuleList(_convolution(channels, channels, kernel, dilation) for dilation in dilations)
        self.plain = nn.ModuleList(_convolution(channels, channels, kernel) for _ in dilations)

    def forward(self, x: Tensor) -> Tensor:
        for dilated, plain in zip(self.dilated, self.plain, strict=True):
            x = x + plain(_bent(dilated(_bent(x))))
        return x


class HifiGan(nn.Module):
    """Latents [B, D, T] -> audio [B, T * hop] in [-1, 1] (HiFi-GAN 2.2, V1)."""

    def __init__(self, config: DecoderConfig, latent_dim: int) -> None:
        super().__init__()
        self.config, self.latent_dim = config, latent_dim
        channels = config.channels
        self.input = _convolution(latent_dim, channels, 7)
        self.widen, self.blocks = nn.ModuleList(), nn.ModuleList()
        for rate, kernel in zip(config.rates, config.rate_kernels, strict=True):
            layer = nn.ConvTranspose1d(channels, channels // 2, kernel, rate, padding=(kernel - rate) // 2)
            self.widen.append(parametrizations.weight_norm(layer))
            channels //= 2
            self.blocks.append(nn.ModuleList(ResidualBlock(channels, k, config.dilations) for k in config.kernels))
        self.output = _convolution(channels, 1, 7)

    def forward(self, latents: Tensor) -> Tensor:
        x = self.input(latents)
        for widen, fields in zip(self.widen, self.blocks, strict=True):
            x = widen(_bent(x))
            parts = [block(x) for block in cast(nn.ModuleList, fields)]
            x = torch.stack(parts).mean(dim=0)  # multi-receptive field fusion
        return torch.tanh(self.output(_bent(x)))[:, 0]


def folded(decoder: HifiGan) -> HifiGan:
    """A copy that computes the same with one weight instead of a direction and a length, as an export needs it."""
    # Not by deepcopy: PyTorch keeps the normalised weight in the class, which a copy shares.
    copied = HifiGan(decoder.config, decoder.latent_dim)
    copied.load_state_dict(decoder.state_dict())
    for module in list(copied.modules()):
        if parametrize.is_parametrized(module, "weight"):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)
    return copied.eval()


class PaperCodec(nn.Module):
    """Encoder, quantiser, decoder.  `encode` and `config` are as those of engine.train.networks.codec.Codec."""

    def __init__(self, config: CodecConfig, decoder: DecoderConfig) -> None:
        super().__init__()
        if math.prod(decoder.rates) != config.hop_length:
            raise ValueError(f"rates {decoder.rates} do not make a hop of {config.hop_length} samples")
        self.config = config
        self.encoder = Encoder(config)
        self.quantizer = ResidualQuantizer(config.num_codebooks, config.cardinality, config.latent_dim)
        self.decoder = HifiGan(decoder, config.latent_dim)

    def encode(self, audio: Tensor) -> Tensor:
        """Continuous latents z_0 [B, D, T] of audio [B, T * hop]."""
        config = self.config
        return self.encoder(linear_spectrogram(audio, config.n_fft, config.hop_length, config.log_floor))

    def decode(self, latents: Tensor) -> Tensor:
        """Audio [B, T * hop] of latents, which are quantised first."""
        return self.decoder(self.quantizer(latents)[0])


def as_codec(codec: PaperCodec) -> Codec:
    """For functions that only encode, or only know the codebooks: there the two are the same thing."""
    return cast(Codec, codec)


class FramePredictor(nn.Module):
    """Latents [B, D, T] -> log probabilities [T, B, classes + 1]; the last class is CTC's blank."""

    def __init__(self, latent_dim: int, channels: int, classes: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(latent_dim, channels, 5, padding=2),
            nn.ReLU(),
            ChannelNorm(channels),
            nn.Conv1d(channels, channels, 5, padding=2),
            nn.ReLU(),
            ChannelNorm(channels),
            nn.Conv1d(channels, classes + 1, 1),
        )

    def forward(self, latents: Tensor) -> Tensor:
        return torch.log_softmax(self.layers(latents).float(), dim=1).permute(2, 0, 1)


class Predictors(nn.Module):
    """What is asked of the latents besides the sound: which phones, and which keys."""

    def __init__(self, config: PaperConfig) -> None:
        super().__init__()
        latent_dim, channels = config.codec.latent_dim, config.predictor_channels
        self.lyrics = FramePredictor(latent_dim, channels, config.generator.num_phones)
        self.notes = FramePredictor(latent_dim, channels, NUM_KEYS)


def judge(config: JudgeConfig) -> MultiScaleSTFTDiscriminator:
    """The discriminator: EnCodec's, which looks at complex spectra with windows of several lengths."""
    windows = list(config.windows)
    return MultiScaleSTFTDiscriminator(
        filters=config.filters, n_ffts=windows, hop_lengths=[size // 4 for size in windows], win_lengths=windows
    )


def count_parameters(network: nn.Module) -> int:
    """Trained numbers; weight normalisation and codebooks (which follow averages) do not count."""
    total = 0
    for module in network.modules():
        for name, value in module.named_parameters(recurse=False):
            total += 0 if name in _MAGNITUDES else value.numel()
    return total


def _convolution(inputs: int, outputs: int, kernel: int, dilation: int = 1) -> nn.Module:
    layer = nn.Conv1d(inputs, outputs, kernel, dilation=dilation, padding=dilation * (kernel - 1) // 2)
    return parametrizations.weight_norm(layer)


def _bent(x: Tensor) -> Tensor:
    return nn.functional.leaky_relu(x, SLOPE)
