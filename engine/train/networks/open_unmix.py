"""A mask network as Open-Unmix has it (Stöter et al., 2019, `umxhq`): magnitudes in, vocals' magnitudes out.

The opponent of `melisma bench isolate`, not shipped.  Written from the paper and the published layout; the
names and sizes of the layers are theirs: 8.9 million weights.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

N_FFT, HOP = 4096, 1024
BINS = N_FFT // 2 + 1
HEARD_BINS = 1487
"""The network hears up to 16 kHz; it answers for all bins."""
CHANNELS = 2


class OpenUnmix(nn.Module):
    """Three bidirectional LSTM layers between dense ones, around them a skip; the answer multiplies the mixture."""

    def __init__(self, hidden: int = 512, layers: int = 3) -> None:
        super().__init__()
        self.fc1 = nn.Linear(HEARD_BINS * CHANNELS, hidden, bias=False)
        self.bn1 = nn.BatchNorm1d(hidden)
        self.lstm = nn.LSTM(hidden, hidden // 2, layers, bidirectional=True, dropout=0.4 if layers > 1 else 0.0)
        self.fc2 = nn.Linear(2 * hidden, hidden, bias=False)
        self.bn2 = nn.BatchNorm1d(hidden)
        self.fc3 = nn.Linear(hidden, BINS * CHANNELS, bias=False)
        self.bn3 = nn.BatchNorm1d(BINS * CHANNELS)
        self.input_mean = nn.Parameter(torch.zeros(HEARD_BINS))
        self.input_scale = nn.Parameter(torch.ones(HEARD_BINS))
        self.output_scale = nn.Parameter(torch.ones(BINS))
        self.output_mean = nn.Parameter(torch.ones(BINS))

    def standardise(self, mean: Tensor, std: Tensor) -> None:
        """Begin from the training mixtures' statistics per bin, [BINS] each; a bin counts as at least 1e-4 of the
        loudest, as theirs does."""
        std = torch.maximum(std, 1e-4 * std.max())
        with torch.no_grad():
            self.input_mean.copy_(-mean[:HEARD_BINS])
            self.input_scale.copy_(1 / std[:HEARD_BINS])

    def forward(self, magnitudes: Tensor) -> Tensor:
        """Mixture [B, 2, BINS, T] -> mask of the vocals, of the same shape, 0 or more."""
        batch, channels, bins, frames = magnitudes.shape
        heard = magnitudes[:, :, :HEARD_BINS].permute(3, 0, 1, 2)
        heard = (heard + self.input_mean) * self.input_scale
        x = _each(self.bn1, self.fc1(heard.reshape(frames, batch, channels * HEARD_BINS)))
        x = torch.tanh(x)
        x = torch.cat([x, self.lstm(x)[0]], dim=-1)
        x = torch.relu(_each(self.bn2, self.fc2(x)))
        x = _each(self.bn3, self.fc3(x)).reshape(frames, batch, channels, bins)
        return torch.relu(x * self.output_scale + self.output_mean).permute(1, 2, 3, 0)


def spectra(sound: Tensor) -> Tensor:
    """[B, 2, N] -> complex [B, 2, BINS, 1 + N // HOP]: Hann, centred."""
    batch, channels, samples = sound.shape
    window = torch.hann_window(N_FFT, device=sound.device)
    flat = torch.stft(sound.reshape(-1, samples), N_FFT, HOP, window=window, return_complex=True)
    return flat.reshape(batch, channels, BINS, -1)


def sounds(spectrum: Tensor, samples: int) -> Tensor:
    """The reverse: [B, 2, samples]."""
    batch, channels, bins, frames = spectrum.shape
    window = torch.hann_window(N_FFT, device=spectrum.device)
    flat = torch.istft(spectrum.reshape(-1, bins, frames), N_FFT, HOP, window=window, length=samples)
    return flat.reshape(batch, channels, samples)


def _each(norm: nn.BatchNorm1d, x: Tensor) -> Tensor:
    """Batch normalisation over frames and batch alike."""
    return norm(x.reshape(-1, x.shape[-1])).reshape(x.shape)
