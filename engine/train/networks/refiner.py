"""The refiner: from the mixture's spectrogram and a generated vocal to the vocals that are in the mixture.

A band-split network (Luo and Yu 2023, "Music Source Separation with Band-split RNN", section II), small, with the
generated vocal as a second picture of the same bins.  It gives a complex mask, so what it lets through is the
mixture's own sound, and a gate per frame, so that a pause is a pause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

N_FFT = 4096
HOP_LENGTH = 1024
BINS = N_FFT // 2 + 1
_FEATURES = 8
_LOG_FLOOR = 1e-3
# White noise of root mean square 1 has about this magnitude in an unnormalised Hann spectrogram.
_UNIT = (N_FFT * 3 / 8) ** 0.5
_BAND_PLAN = ((12, 16), (9, 32), (7, 64), (5, 128))  # bands, bins each; one more takes the rest


@dataclass(frozen=True, slots=True)
class RefinerConfig:
    """`hidden`: features per band and frame; `layers`: pairs of one recurrence over time and one over bands."""

    hidden: int = 48
    layers: int = 4


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
        self.over_time = nn.ModuleList(_Recurrence(n) for _ in range(config.layers))
        self.over_bands = nn.ModuleList(_Recurrence(n) for _ in range(config.layers))
        self.gate = nn.Linear(n, 1)
        nn.init.constant_(self.gate.bias, 3.0)  # open, or nothing is learned behind it
        self.outward_norm = nn.LayerNorm(n)
        self.outward = nn.ModuleList(_BandMask(n, w) for w in widths)

    def forward(self, mix: Tensor, guide: Tensor) -> tuple[Tensor, Tensor]:
        """vocals [B, 4, F, T], and the gate's logits [B, T]."""
        x = self._bands(features(mix, guide))
        for over_time, over_bands in zip(self.over_time, self.over_bands, strict=True):
            x = over_time(x)
            x = over_bands(x.transpose(1, 2)).transpose(1, 2)
        logits = self.gate(x.mean(1)).squeeze(-1).float()
        x = self.outward_norm(x)
        masks = [band(x[:, k]) for k, band in enumerate(self.outward)]
        mask = torch.cat(masks, dim=2).float() * torch.sigmoid(logits)[:, None, None, :, None]
        return _apply(mask, mix), logits

    def _bands(self, bins: Tensor) -> Tensor:
        """[B, F, T, 8] -> [B, K, T, N]"""
        rows = []
        for (a, b), linear in zip(pairwise(self.edges), self.inward, strict=True):
            rows.append(linear(bins[:, a:b].permute(0, 2, 1, 3).flatten(2)))
        return self.inward_norm(torch.stack(rows, dim=1))


class _Recurrence(nn.Module):
    """Residual bidirectional recurrence over the third axis of [B, X, Y, N]."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(n)
        self.lstm = nn.LSTM(n, n, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * n, n)

    def forward(self, x: Tensor) -> Tensor:
        batch, rows, steps, n = x.shape
        y, _ = self.lstm(self.norm(x).reshape(batch * rows, steps, n))
        return x + self.out(y).view(batch, rows, steps, n)


class _BandMask(nn.Module):
    """[B, T, N] -> complex mask of both channels [B, 2, width, T, 2]"""

    def __init__(self, n: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.body = nn.Sequential(nn.Linear(n, 3 * n), nn.Tanh(), nn.Linear(3 * n, 8 * width), nn.GLU())

    def forward(self, x: Tensor) -> Tensor:
        batch, steps, _ = x.shape
        return self.body(x).view(batch, steps, 2, self.width, 2).permute(0, 2, 3, 1, 4)


def _apply(mask: Tensor, mix: Tensor) -> Tensor:
    """mask [B, 2, F, T, 2] times mix [B, 4, F, T], as complex numbers."""
    parts: Sequence[Tensor] = mix.unbind(1)
    out = []
    for channel in range(2):
        a, b = mask[:, channel, ..., 0], mask[:, channel, ..., 1]
        re, im = parts[2 * channel], parts[2 * channel + 1]
        out += [a * re - b * im, a * im + b * re]
    return torch.stack(out, dim=1)


def stft(samples: Tensor) -> Tensor:
    """[B, 2, N] -> [B, 4, F, T], unnormalised, Hann, centred, as at run time."""
    batch, channels, length = samples.shape
    window = torch.hann_window(N_FFT, device=samples.device)
    flat = torch.stft(samples.reshape(-1, length), N_FFT, HOP_LENGTH, window=window, return_complex=True)
    both = torch.view_as_real(flat).permute(0, 3, 1, 2)  # [B * 2, 2, F, T]
    return both.reshape(batch, channels * 2, *both.shape[2:])
