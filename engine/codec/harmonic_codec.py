"""The shipped codec at run time: ONNX encoder and decoder around the numpy synthesiser."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.codec.harmonic import BandFilters, pulse_train, synthesize, tune_first_formant
from engine.codec.shaping import Shaping, shape_gains
from engine.jobs import CancelToken
from engine.runtime import Session

Floats = NDArray[np.float32]
LOG_FLOOR = 1e-5


@dataclass(frozen=True, slots=True)
class HarmonicCodecSettings:
    """The sizes that a voice's manifest states."""

    sample_rate: int
    hop_length: int
    n_fft: int
    latent_dim: int
    bands: int
    subframes: int
    log_floor: float = LOG_FLOOR
    """Of one bin's magnitude in the encoder's spectrogram."""
    tune_formant: bool = True
    """Whether the first formant has to be carried up here: voices whose teacher did it need it no more."""


class HarmonicCodec:
    """See `engine.codec.base.Codec`."""

    def __init__(self, settings: HarmonicCodecSettings, encoder: Session, decoder: Session) -> None:
        self._settings = settings
        self._encoder, self._decoder = encoder, decoder
        self._filters = BandFilters(settings.sample_rate, settings.hop_length // settings.subframes, settings.bands)

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
        """Per latent frame."""
        return self._settings.subframes

    def encode(self, samples: Floats, token: CancelToken | None = None) -> Floats:
        """Latents [D, T] of samples [N], T = ceil(N / hop_length)."""
        spectrogram = linear_spectrogram(samples, self._settings.n_fft, self.hop_length, self._settings.log_floor)
        latents: Floats = self._encoder.run({"spectrogram": spectrogram[None]}, token)["latents"][0]
        return latents

    def decode(
        self, latents: Floats, f0: Floats, seed: int, token: CancelToken | None = None, shaping: Shaping | None = None
    ) -> Floats:
        """Samples [T * hop_length]; the seed sets the noise and the first pulse's phase."""
        frames = latents.shape[1]
        if latents.shape[0] != self.latent_dim or len(f0) != frames * self.subframes:
            raise ValueError(f"latents {latents.shape} and f0 [{len(f0)}] do not belong together")
        frame_f0 = f0.reshape(frames, self.subframes).mean(axis=1, dtype=np.float32)
        gains = self._decoder.run({"latents": latents[None], "f0": frame_f0[None]}, token)
        harmonic, noise = gains["harmonic"][0], gains["noise"][0]
        if shaping is not None:
            harmonic, noise = shape_gains(harmonic, noise, f0, self._filters.band_hz, shaping)
        if self._settings.tune_formant:
            harmonic = tune_first_formant(harmonic, f0, self._filters.band_hz)
        rng = np.random.default_rng(seed)
        hop = self.hop_length // self.subframes
        pulses = pulse_train(f0, self.sample_rate, hop, phase=float(rng.random()))
        hiss = rng.standard_normal(len(pulses), dtype=np.float32)
        return synthesize(harmonic, noise, pulses, hiss, self._filters)


def linear_spectrogram(samples: Floats, n_fft: int, hop_length: int, log_floor: float = LOG_FLOOR) -> Floats:
    """Log magnitude [n_fft / 2 + 1, T]; frame t is centred on (t + 1/2) hop, edges see silence."""
    frames = -(-len(samples) // hop_length)
    pad = (n_fft - hop_length) // 2
    padded = np.pad(samples, (pad, pad + frames * hop_length - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop_length][:frames]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)
    magnitude = np.abs(np.fft.rfft(windows * window)) * np.float32(2.0 / n_fft)
    return np.log(np.maximum(magnitude, np.float32(log_floor))).T.astype(np.float32)
