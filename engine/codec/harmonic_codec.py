"""The shipped codec at run time: ONNX encoder and decoder around the numpy synthesiser."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.codec.harmonic import BandFilters, pulse_train, synthesize, tune_first_formant
from engine.codec.shaping import Shaping, shape_gains
from engine.codec.spectrogram_codec import SpectrogramCodec, SpectrogramCodecSettings
from engine.jobs import CancelToken
from engine.runtime import Session

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmonicCodecSettings(SpectrogramCodecSettings):
    """The sizes that a voice's manifest states."""

    bands: int
    subframes: int
    tune_formant: bool = True
    """Whether the first formant has to be carried up here: voices whose teacher did it need it no more."""


class HarmonicCodec(SpectrogramCodec[HarmonicCodecSettings]):
    """See `engine.codec.base.Codec`."""

    def __init__(self, settings: HarmonicCodecSettings, encoder: Session, decoder: Session) -> None:
        super().__init__(settings, encoder, decoder)
        self._filters = BandFilters(settings.sample_rate, settings.hop_length // settings.subframes, settings.bands)

    @property
    def subframes(self) -> int:
        """Per latent frame."""
        return self._settings.subframes

    def decode(
        self, latents: Floats, f0: Floats, seed: int, token: CancelToken | None = None, shaping: Shaping | None = None
    ) -> Floats:
        """Samples [T * hop_length]; the seed sets the noise and the first pulse's phase."""
        frames = self._frames(latents, f0)
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
