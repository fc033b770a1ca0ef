"""A codec whose decoder network makes the waveform itself, from the latents alone (the paper's, with HiFi-GAN)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.codec.harmonic_codec import LOG_FLOOR, linear_spectrogram
from engine.codec.shaping import Shaping, with_level
from engine.jobs import CancelToken
from engine.runtime import Session

Floats = NDArray[np.float32]
CODEC_NAME = "waveform"
"""Its `kind` in the codec settings of a manifest."""
CORE_FRAMES, CONTEXT_FRAMES = 512, 16
"""A long phrase is decoded in pieces, so that memory does not grow with it.  A HiFi-GAN V1 sees 14 frames to either
side, so with this much context the whole comes out as if done at once."""


@dataclass(frozen=True, slots=True)
class WaveformCodecSettings:
    """The sizes that a voice's manifest states."""

    sample_rate: int
    hop_length: int
    n_fft: int
    latent_dim: int
    log_floor: float = LOG_FLOOR
    """Of one bin's magnitude in the encoder's spectrogram."""


class WaveformCodec:
    """See `engine.codec.base.Codec`.  It takes no f0: pitch lies in the latents."""

    def __init__(self, settings: WaveformCodecSettings, encoder: Session, decoder: Session) -> None:
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
        """One f0 value per latent frame."""
        return 1

    def encode(self, samples: Floats, token: CancelToken | None = None) -> Floats:
        """Latents [D, T] of samples [N], T = ceil(N / hop_length)."""
        settings = self._settings
        spectrogram = linear_spectrogram(samples, settings.n_fft, settings.hop_length, settings.log_floor)
        latents: Floats = self._encoder.run({"spectrogram": spectrogram[None]}, token)["latents"][0]
        return latents

    def decode(
        self,
        latents: Floats,
        f0: Floats,
        seed: int,  # noqa: ARG002 - there is no chance in it
        token: CancelToken | None = None,
        shaping: Shaping | None = None,
    ) -> Floats:
        """Samples [T * hop_length]; f0 [T] and the seed move nothing here, and of `shaping` only the level does."""
        frames = latents.shape[1]
        if latents.shape[0] != self.latent_dim or len(f0) != frames * self.subframes:
            raise ValueError(f"latents {latents.shape} and f0 [{len(f0)}] do not belong together")
        hop = self.hop_length
        samples = np.zeros(frames * hop, np.float32)
        for first in range(0, frames, CORE_FRAMES):
            last = min(frames, first + CORE_FRAMES)
            start, end = max(0, first - CONTEXT_FRAMES), min(frames, last + CONTEXT_FRAMES)
            part = self._decoder.run({"latents": latents[None, :, start:end]}, token)["audio"][0]
            samples[first * hop : last * hop] = part[(first - start) * hop : (last - start) * hop]
        return samples if shaping is None else with_level(samples, shaping)
