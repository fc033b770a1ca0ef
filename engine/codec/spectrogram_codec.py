"""What the codecs share that hear a spectrogram: their sizes, and the way to the latents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.jobs import CancelToken
from engine.runtime import Session

Floats = NDArray[np.float32]
LOG_FLOOR = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrogramCodecSettings:
    """The sizes that a voice's manifest states."""

    sample_rate: int
    hop_length: int
    n_fft: int
    latent_dim: int
    log_floor: float = LOG_FLOOR
    """Of one bin's magnitude in the encoder's spectrogram."""


Settings = TypeVar("Settings", bound=SpectrogramCodecSettings)


class SpectrogramCodec(Generic[Settings]):
    """`engine.codec.base.Codec` but for `decode`."""

    def __init__(self, settings: Settings, encoder: Session, decoder: Session) -> None:
        self._settings = settings
        self._encoder, self._decoder = encoder, decoder

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return self._settings.sample_rate

    @property
    def hop_length(self) -> int:
        """Samples per latent frame."""
        return self._settings.hop_length

    @property
    def latent_dim(self) -> int:
        """Channels."""
        return self._settings.latent_dim

    @property
    def subframes(self) -> int:
        """f0 values per latent frame."""
        return 1

    def encode(self, samples: Floats, token: CancelToken | None = None) -> Floats:
        """Latents [D, T] of samples [N], T = ceil(N / hop_length)."""
        settings = self._settings
        spectrogram = linear_spectrogram(samples, settings.n_fft, settings.hop_length, settings.log_floor)
        latents: Floats = self._encoder.run({"spectrogram": spectrogram[None]}, token)["latents"][0]
        return latents

    def _frames(self, latents: Floats, f0: Floats) -> int:
        """How many there are to decode."""
        frames = int(latents.shape[1])
        if latents.shape[0] != self.latent_dim or len(f0) != frames * self.subframes:
            raise ValueError(f"latents {latents.shape} and f0 [{len(f0)}] do not belong together")
        return frames


def linear_spectrogram(samples: Floats, n_fft: int, hop_length: int, log_floor: float = LOG_FLOOR) -> Floats:
    """Log magnitude [n_fft / 2 + 1, T]; frame t is centred on (t + 1/2) hop, edges see silence."""
    frames = -(-len(samples) // hop_length)
    pad = (n_fft - hop_length) // 2
    padded = np.pad(samples, (pad, pad + frames * hop_length - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop_length][:frames]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)
    magnitude = np.abs(np.fft.rfft(windows * window)) * np.float32(2.0 / n_fft)
    return np.log(np.maximum(magnitude, np.float32(log_floor))).T.astype(np.float32)
