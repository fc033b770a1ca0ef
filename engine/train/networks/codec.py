"""The audio autoencoder: spectrogram -> latents -> residual quantiser -> harmonic-plus-noise decoder.

HiddenSinger 3.1 with one change that buys speed and exact pitch on a CPU: the decoder is told f0
and shapes a pulse train and noise instead of inventing the waveform (see engine.codec.harmonic).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.train.config import CodecConfig
from engine.train.networks.blocks import ChannelNorm, ConvNeXtBlock, WaveNetLayer
from engine.train.networks.harmonic import HarmonicNoiseSynth
from engine.train.networks.rvq import ResidualQuantizer

LOG_FLOOR = 1e-5
QUIET = -6.0
"""Natural-log gain that a new decoder starts from."""


def linear_spectrogram(audio: Tensor, n_fft: int, hop_length: int, log_floor: float = LOG_FLOOR) -> Tensor:
    """Log magnitude [B, n_fft/2+1, T] of audio [B, T * hop]; frame t is centred on (t + 1/2) hop."""
    pad = (n_fft - hop_length) // 2
    window = torch.hann_window(n_fft, device=audio.device)
    frames = nn.functional.pad(audio, (pad, pad)).unfold(-1, n_fft, hop_length) * window
    magnitude = torch.fft.rfft(frames).abs() * (2.0 / n_fft)
    return torch.log(magnitude.clamp(min=log_floor)).transpose(1, 2)


class Encoder(nn.Module):
    """WaveNet posterior encoder (as in VITS), without the sampling: log spectrogram -> latents."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        channels = config.encoder_channels
        self.input = nn.Conv1d(config.n_fft // 2 + 1, channels, 1)
        self.layers = nn.ModuleList(WaveNetLayer(channels, config.encoder_kernel) for _ in range(config.encoder_layers))
        self.output = nn.Conv1d(channels, config.latent_dim, 1)

    def forward(self, spectrogram: Tensor) -> Tensor:
        x = self.input(spectrogram * 0.2 + 1.0)
        total = torch.zeros_like(x)
        for layer in self.layers:
            x, skip = layer(x)
            total = total + skip
        return self.output(total)


class Decoder(nn.Module):
    """Latents and f0 -> log gains of the harmonic and the noise filter, `subframes` per latent frame."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.decoder_channels
        self.input = nn.Conv1d(config.latent_dim + 2, channels, 7, padding=3)
        self.layers = nn.Sequential(*(ConvNeXtBlock(channels) for _ in range(config.decoder_layers)))
        self.norm = ChannelNorm(channels)
        self.output = nn.Conv1d(channels, config.subframes * 2 * config.bands, 1)
        nn.init.normal_(self.output.weight, std=0.01)
        self.output.bias = nn.Parameter(torch.full_like(self.output.weight[:, 0, 0], QUIET))

    def forward(self, latents: Tensor, f0: Tensor) -> tuple[Tensor, Tensor]:
        """latents [B, D, T], f0 [B, T] Hz -> two log gains [B, T * subframes, bands]."""
        octave = torch.log2(f0.clamp(min=40.0) / 220.0)[:, None]
        x = self.input(torch.cat([latents, octave, octave**2], dim=1))
        x = self.output(self.norm(self.layers(x)))
        batch, _, frames = x.shape
        x = x.view(batch, self.config.subframes, 2, self.config.bands, frames)
        gains = x.permute(2, 0, 4, 1, 3).reshape(2, batch, frames * self.config.subframes, self.config.bands)
        gains = gains.clamp(-14.0, 4.0)
        return gains[0], gains[1]


class Codec(nn.Module):
    """Encoder, quantiser, decoder, synthesis."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.quantizer = ResidualQuantizer(config.num_codebooks, config.cardinality, config.latent_dim)
        self.decoder = Decoder(config)
        self.synth = HarmonicNoiseSynth(config.sample_rate, config.hop_length // config.subframes, config.bands)

    def encode(self, audio: Tensor) -> Tensor:
        """Continuous latents z0 [B, D, T] of audio [B, T * hop]."""
        config = self.config
        return self.encoder(linear_spectrogram(audio, config.n_fft, config.hop_length, config.log_floor))

    def decode(self, latents: Tensor, f0: Tensor, pulses: Tensor, hiss: Tensor) -> Tensor:
        """Audio [B, T * hop] from (quantised) latents, f0 [B, T] and both sources."""
        harmonic, noise = self.decoder(latents, f0)
        return self.synth(harmonic, noise, pulses, hiss)
