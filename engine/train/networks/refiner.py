"""The refiner: from the mixture's spectrogram and a generated vocal to the vocals that are in the mixture.

Bins are gathered into bands (Luo and Yu 2023, "Music Source Separation with Band-split RNN", section II), convolutions
look over neighbouring bands and frames, and between them recurrences follow the whole spectrum through time, as in
Open-Unmix (Stöter et al. 2019).  The generated vocal is a second picture of the same bins.  The answer is a mask, so
what it lets through is the mixture's own sound, and a gate per frame, so that a pause is a pause.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

N_FFT = 4096
HOP_LENGTH = 1024
BINS = N_FFT // 2 + 1
_FEATURES = 8
_LOG_FLOOR = 1e-3
# White noise of root mean square 1 has about this magnitude in an unnormalised Hann spectrogram.
_UNIT = (N_FFT * 3 / 8) ** 0.5
_BAND_PLAN = ((12, 16), (9, 32), (7, 64), (5, 128))  # bands, bins each; one more takes the rest
_DILATIONS = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class RefinerConfig:
    """`hidden`: features per band and frame; `before`, `after`: convolutions on either side of `recurrences` over
    `core` features per frame."""

    hidden: int = 48
    core: int = 384
    before: int = 2
    recurrences: int = 3
    after: int = 4


def band_edges() -> tuple[int, ...]:
    """Bins at which bands begin, and the number of bins at the end."""
    edges = [0]
    for bands, width in _BAND_PLAN:
        edges += [edges[-1] + width * (i + 1) for i in range(bands)]
    return (*edges, BINS)


def features(mix: Tensor, guide: Tensor) -> Tensor:
    """mix, guide: [B, 4, F, T] (re L, im L, re R, im R) -> [B, F, T, 8], level and place of each bin."""
    re_l, im_l, re_r, im_r = (mix / _UNIT).unbind(1)
    left, right = re_l**2 + im_l**2, re_r**2 + im_r**2
    mid = ((re_l + re_r) ** 2 + (im_l + im_r) ** 2) / 4
    side = ((re_l - re_r) ** 2 + (im_l - im_r) ** 2) / 4
    both = (left * right + 1e-12).sqrt()
    in_phase, across = (re_l * re_r + im_l * im_r) / both, (im_l * re_r - re_l * im_r) / both
    g_re_l, g_im_l, g_re_r, g_im_r = (guide / _UNIT).unbind(1)
    guides = (g_re_l**2 + g_im_l**2, g_re_r**2 + g_im_r**2)
    levels = [torch.log(power + _LOG_FLOOR**2) / 4 + 1 for power in (left, right, mid, side, *guides)]
    return torch.stack([*levels, in_phase, across], dim=-1)


class Refiner(nn.Module):
    """mix, guide: [B, 4, F, T] divided by the mixture's level -> vocals [B, 4, F, T]; see `forward`."""

    def __init__(self, config: RefinerConfig | None = None) -> None:
        super().__init__()
        config = config or RefinerConfig()
        self.edges = band_edges()
        widths = [b - a for a, b in pairwise(self.edges)]
        n = config.hidden
        self.inward = nn.ModuleList(nn.Linear(w * _FEATURES, n) for w in widths)
        self.inward_norm = nn.LayerNorm(n)
        self.before = nn.Sequential(*(_Neighbours(n) for _ in range(config.before)))
        self.gather = nn.Linear(n * len(widths), config.core)
        self.over_time = nn.Sequential(*(_Recurrence(config.core) for _ in range(config.recurrences)))
        self.core_norm = nn.LayerNorm(config.core)
        self.spread = nn.Linear(config.core, n * len(widths))
        self.after = nn.Sequential(*(_Neighbours(n, _DILATIONS[i % len(_DILATIONS)]) for i in range(config.after)))
        self.gate = nn.Linear(n, 1)
        nn.init.constant_(self.gate.bias, 3.0)  # open, or nothing is learned behind it
        self.outward_norm = nn.LayerNorm(n)
        self.outward = nn.ModuleList(_BandMask(n, w) for w in widths)

    def forward(self, mix: Tensor, guide: Tensor) -> tuple[Tensor, Tensor]:
        """vocals [B, 4, F, T], and the gate's logits [B, T]."""
        openings, logits = self.judge(features(mix, guide))
        return masked(mix, openings, logits), logits

    def judge(self, bins: Tensor) -> tuple[Tensor, Tensor]:
        """`features` [B, F, T, 8] -> logits of the mask [B, 2, F, T] and of the gate [B, T]."""
        bands = self.before(self._bands(bins))
        whole = self.core_norm(self.over_time(self.gather(bands.flatten(2))))
        bands = self.after(bands + self.spread(whole).view(bands.shape))
        logits = self.gate(bands.mean(2)).squeeze(-1).float()
        bands = self.outward_norm(bands)
        return torch.cat([band(bands[:, :, k]) for k, band in enumerate(self.outward)], dim=2), logits

    def _bands(self, bins: Tensor) -> Tensor:
        """[B, F, T, 8] -> [B, T, K, N]"""
        rows = [
            linear(bins[:, a:b].permute(0, 2, 1, 3).flatten(2))
            for (a, b), linear in zip(pairwise(self.edges), self.inward, strict=True)
        ]
        return self.inward_norm(torch.stack(rows, dim=2))


def masked(mix: Tensor, openings: Tensor, logits: Tensor) -> Tensor:
    """mix [B, 4, F, T] through a mask and a gate, given as logits [B, 2, F, T] and [B, T]."""
    mask = torch.sigmoid(openings.float()) * torch.sigmoid(logits)[:, None, None, :]
    return mix * mask.repeat_interleave(2, dim=1)


class _Neighbours(nn.Module):
    """Residual convolution over frames, `dilation` apart, and bands of [B, T, K, N]."""

    def __init__(self, n: int, dilation: int = 1) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(n)
        self.conv = nn.Conv2d(n, n, 3, padding=(dilation, 1), dilation=(dilation, 1))
        self.out = nn.Linear(n, n)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.conv(self.norm(x).permute(0, 3, 1, 2)))
        return x + self.out(y.permute(0, 2, 3, 1))


class _Recurrence(nn.Module):
    """Residual bidirectional recurrence over [B, T, N]."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(n)
        self.lstm = nn.LSTM(n, n // 2, batch_first=True, bidirectional=True)
        self.out = nn.Linear(n, n)

    def forward(self, x: Tensor) -> Tensor:
        y, _ = self.lstm(self.norm(x))
        return x + self.out(y)


class _BandMask(nn.Module):
    """[B, T, N] -> logits of both channels' mask [B, 2, width, T]"""

    def __init__(self, n: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.body = nn.Sequential(nn.Linear(n, 2 * n), nn.ReLU(), nn.Linear(2 * n, 2 * width))

    def forward(self, x: Tensor) -> Tensor:
        batch, steps, _ = x.shape
        return self.body(x).view(batch, steps, 2, self.width).permute(0, 2, 3, 1)


def stft(samples: Tensor) -> Tensor:
    """[B, 2, N] -> [B, 4, F, T], unnormalised, Hann, centred, as at run time."""
    batch, channels, length = samples.shape
    window = torch.hann_window(N_FFT, device=samples.device)
    flat = torch.stft(samples.reshape(-1, length), N_FFT, HOP_LENGTH, window=window, return_complex=True)
    both = torch.view_as_real(flat).permute(0, 3, 1, 2)  # [B * 2, 2, F, T]
    return both.reshape(batch, channels * 2, *both.shape[2:])
