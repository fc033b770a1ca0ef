"""The source-filter half of the decoder, differentiable: gains per frame in, waveform out.

Its twin at run time is `engine.codec.harmonic` (numpy); a test holds the two together.

Harmonics: a pulse train with the given f0, every harmonic equally strong.  Noise: white.  Both are
cut into windowed frames, each frame filtered by its own minimum-phase filter, and added up again.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.codec.harmonic import BandFilters


class HarmonicNoiseSynth(nn.Module):
    """Log gains at `bands` frequencies, per subframe, to audio."""

    cepstrum_of_bands: Tensor
    window: Tensor

    def __init__(self, sample_rate: int, hop_length: int, bands: int) -> None:
        super().__init__()
        self.filters = BandFilters(sample_rate, hop_length, bands)
        self.hop_length = hop_length
        self.fft_size = self.filters.fft_size
        self.register_buffer("cepstrum_of_bands", torch.from_numpy(self.filters.cepstrum_of_bands), persistent=False)
        self.register_buffer("window", torch.from_numpy(self.filters.window), persistent=False)

    def forward(self, harmonic: Tensor, noise: Tensor, pulses: Tensor, hiss: Tensor) -> Tensor:
        """harmonic, noise: natural-log gains [B, S, bands]; pulses, hiss: sources [B, S * hop]; audio alike."""
        spectrum = self._frames(pulses) * self._response(harmonic)
        spectrum = spectrum + self._frames(hiss) * self._response(noise)
        return self._overlap_add(torch.fft.irfft(spectrum, n=self.fft_size))

    def _response(self, log_gains: Tensor) -> Tensor:
        """Minimum-phase response [B, S, bins]: the exponential of the folded cepstrum's transform."""
        return torch.exp(torch.fft.rfft(log_gains @ self.cepstrum_of_bands, n=self.fft_size))

    def _frames(self, source: Tensor) -> Tensor:
        size = len(self.window)
        pad = (size - self.hop_length) // 2
        frames = nn.functional.pad(source, (pad, pad)).unfold(-1, size, self.hop_length)
        return torch.fft.rfft(frames * self.window, n=self.fft_size)

    def _overlap_add(self, frames: Tensor) -> Tensor:
        batch, count, size = frames.shape
        length = (count - 1) * self.hop_length + size
        audio = nn.functional.fold(
            frames.transpose(1, 2), (1, length), kernel_size=(1, size), stride=(1, self.hop_length)
        ).reshape(batch, length)
        pad = (len(self.window) - self.hop_length) // 2
        return audio[:, pad : pad + count * self.hop_length]
