"""Every size of the singing system in one place.

`small()` is the shipped voice, sized for two CPU cores; the paper's sizes fit the same fields.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CodecConfig:
    """Audio autoencoder.  Frames are `hop_length` samples; the decoder works on halves of them."""

    sample_rate: int = 48_000
    hop_length: int = 512
    n_fft: int = 2048
    encoder_channels: int = 192
    encoder_layers: int = 4
    encoder_kernel: int = 5
    latent_dim: int = 48
    num_codebooks: int = 8
    cardinality: int = 1024
    decoder_channels: int = 256
    decoder_layers: int = 6
    bands: int = 128
    """Log-spaced points at which the decoder states each filter's gain."""
    subframes: int = 2
    """Decoder frames per latent frame."""
    log_floor: float = 1e-5
    """Of one bin's magnitude in the encoder's spectrogram (a full-scale sine is 1/2)."""

    @property
    def frame_rate(self) -> float:
        """Latent frames per second."""
        return self.sample_rate / self.hop_length


@dataclass(frozen=True, slots=True)
class GeneratorConfig:
    """Condition encoder and latent generator (HiddenSinger 3.2, 3.3)."""

    num_phones: int = 41
    num_speakers: int = 4
    num_languages: int = 0
    """0: the network is not told the language."""
    hidden: int = 160
    filter: int = 480
    kernel: int = 5
    heads: int = 2
    token_layers: int = 2
    frame_layers: int = 3
    dropout: float = 0.05
    denoiser_channels: int = 160
    denoiser_layers: int = 12
    beta_0: float = 0.05
    beta_1: float = 20.0
    tau: float = 1.5


@dataclass(frozen=True, slots=True)
class VoiceConfig:
    """One voice: its codec and its generator."""

    codec: CodecConfig = field(default_factory=CodecConfig)
    generator: GeneratorConfig = field(default_factory=GeneratorConfig)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for checkpoints and manifests."""
        return asdict(self)


def small() -> VoiceConfig:
    """The first voice, Kathleen alone."""
    return VoiceConfig()


def voices() -> VoiceConfig:
    """Several voices and languages in one: a wider bottleneck, a deeper codec, room for phones and speakers."""
    return VoiceConfig(
        CodecConfig(encoder_layers=6, latent_dim=64, num_codebooks=12, decoder_layers=8, log_floor=1e-6),
        GeneratorConfig(num_phones=96, num_speakers=16, num_languages=8, hidden=192, filter=576),
    )
