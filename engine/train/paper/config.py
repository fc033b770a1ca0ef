"""The paper's sizes; what it leaves open is marked, and argued in docs/paper-singing.md."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from engine.train.config import CodecConfig, GeneratorConfig


@dataclass(frozen=True, slots=True)
class DecoderConfig:
    """HiFi-GAN's generator (Kong et al., 2020, table of V1): `rates` multiply to the hop length."""

    channels: int = 512
    rates: tuple[int, ...] = (8, 8, 2, 2)
    rate_kernels: tuple[int, ...] = (16, 16, 4, 4)
    kernels: tuple[int, ...] = (3, 7, 11)
    dilations: tuple[int, ...] = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class JudgeConfig:
    """EnCodec's multi-scale STFT discriminator; the defaults are its own."""

    filters: int = 32
    windows: tuple[int, ...] = (2048, 1024, 512, 256, 128)


@dataclass(frozen=True, slots=True)
class CodecLosses:
    """Weights of the autoencoder's losses.  The paper states none: mel and features as HiFi-GAN, the rest ours."""

    mel: float = 45.0
    features: float = 2.0
    codebook: float = 0.25
    lyrics: float = 0.1
    notes: float = 0.1


@dataclass(frozen=True, slots=True)
class PaperConfig:
    """All sizes of one voice.  Of `codec`, the fields of the shipped decoder (decoder_*, bands) mean nothing here."""

    codec: CodecConfig
    decoder: DecoderConfig = field(default_factory=DecoderConfig)
    judge: JudgeConfig = field(default_factory=JudgeConfig)
    losses: CodecLosses = field(default_factory=CodecLosses)
    generator: GeneratorConfig = field(default_factory=GeneratorConfig)
    predictor_channels: int = 192
    """Of the two auxiliary predictors (open in the paper)."""
    window_frames: int = 128
    """What the encoder sees of a clip."""
    slice_frames: int = 32
    """What of it is decoded and compared."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for checkpoints."""
        return asdict(self)


def paper() -> PaperConfig:
    """As published.  Phones, speakers and languages have the room that the shipped voices have."""
    return PaperConfig(
        codec=CodecConfig(
            sample_rate=24_000,
            hop_length=256,
            n_fft=2048,
            encoder_channels=192,
            encoder_layers=16,
            encoder_kernel=5,
            latent_dim=128,
            num_codebooks=30,
            cardinality=1024,
            subframes=1,
        ),
        generator=GeneratorConfig(
            num_phones=96,
            num_speakers=16,
            num_languages=8,
            hidden=192,
            filter=768,
            kernel=9,
            heads=2,
            token_layers=4,
            frame_layers=4,
            dropout=0.1,
            denoiser_channels=256,
            denoiser_layers=20,
            beta_0=0.05,
            beta_1=20.0,
            tau=1.5,
        ),
    )
