"""What the audio autoencoder is asked for: the same spectrum at several resolutions, and realism."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

RESOLUTIONS = ((512, 128), (1024, 256), (2048, 512), (4096, 1024))
LOG_FLOOR = 1e-5
"""Of one bin's magnitude (a full-scale sine is 1/2).  Noise spreads over a thousand bins: with a floor of
1e-4 the upper half of quiet vowels lies below it."""


CEPSTRAL_ORDER = 24
GAIN_RANGE = 7.0
"""Natural log: 60 dB below a frame's strongest band nothing is heard."""
CLIP_RANGE = 8.0
"""Nor 70 dB below the clip's strongest: the room between words is not worth learning."""


def _magnitude(audio: Tensor, n_fft: int, hop: int) -> Tensor:
    window = torch.hann_window(n_fft, device=audio.device)
    spectrum = torch.stft(audio, n_fft, hop, window=window, return_complex=True)
    return spectrum.abs() * (2.0 / n_fft)


def spectral_loss(output: Tensor, target: Tensor, resolutions: Sequence[tuple[int, int]] = RESOLUTIONS) -> Tensor:
    """Mean over resolutions of half the L1 on log magnitudes and half the spectral convergence (audio [B, N])."""
    total = output.new_zeros(())
    for n_fft, hop in resolutions:
        ours, theirs = _magnitude(output, n_fft, hop), _magnitude(target, n_fft, hop)
        log_ours, log_theirs = ours.clamp(min=LOG_FLOOR).log(), theirs.clamp(min=LOG_FLOOR).log()
        convergence = (ours - theirs).norm() / theirs.norm().clamp(min=1e-3)
        total = total + 0.5 * nn.functional.l1_loss(log_ours, log_theirs) + 0.5 * convergence
    return total / len(resolutions)


def texture_loss(output: Tensor, target: Tensor, n_fft: int = 2048, hop: int = 512, width: int = 24) -> Tensor:
    """Level and flatness of bands of `width` bins, L1 (audio [B, N]).

    Comparing noise with noise bin by bin punishes noise as such, and a decoder learns to hum where it
    should hiss.  A band's power, and how far its bins spread around it, do not depend on the draw: the
    first says how loud, the second how much of it is harmonic.
    """
    parts = []
    for audio in (output, target):
        power = _magnitude(audio, n_fft, hop)[:, 1:] ** 2 + LOG_FLOOR**2
        power = power[:, : power.shape[1] // width * width].unflatten(1, (-1, width))
        level = power.mean(2).log()
        parts.append((0.5 * level, 0.5 * (power.log().mean(2) - level)))
    (level, flatness), (wanted_level, wanted_flatness) = parts
    return nn.functional.l1_loss(level, wanted_level) + nn.functional.l1_loss(flatness, wanted_flatness)


class MelLoss(nn.Module):
    """L1 between log mel spectrograms (128 bands, the paper's reconstruction loss)."""

    bank: Tensor
    cosines: Tensor

    def __init__(self, sample_rate: int, n_fft: int = 2048, hop: int = 512, bands: int = 128) -> None:
        super().__init__()
        self.n_fft, self.hop = n_fft, hop
        top = 2595.0 * torch.log10(torch.tensor(1 + sample_rate / 1400.0))
        edges = 700.0 * (10 ** (torch.linspace(0, float(top), bands + 2) / 2595.0) - 1)
        bins = torch.linspace(0, sample_rate / 2, n_fft // 2 + 1)
        rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
        fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
        bank = torch.minimum(rise, fall).clamp(min=0)
        self.register_buffer("bank", bank / bank.sum(1, keepdim=True).clamp(min=1e-6), persistent=False)

        order = torch.arange(1, CEPSTRAL_ORDER)[:, None] * (torch.arange(bands) + 0.5) * (torch.pi / bands)
        self.register_buffer("cosines", torch.cos(order) * (2.0**0.5 / bands), persistent=False)

    def forward(self, output: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """(mel loss, mel-cepstral distance: the broad shape of the spectrum, level left out)."""
        ours, theirs = (
            torch.matmul(self.bank, _magnitude(x, self.n_fft, self.hop)).clamp(min=LOG_FLOOR).log()
            for x in (output, target)
        )
        shape = torch.matmul(self.cosines, ours - theirs)
        return nn.functional.l1_loss(ours, theirs), (shape.square().sum(1) + 1e-6).sqrt().mean()


def gain_loss(output: Tensor, target: Tensor) -> Tensor:
    """L1 of natural-log gains [B, S, 2, bands], where either is loud enough to matter in its frame."""
    loudest = target.amax(dim=(2, 3), keepdim=True)
    floor = torch.maximum(loudest - GAIN_RANGE, loudest.amax(dim=1, keepdim=True) - CLIP_RANGE)
    return nn.functional.l1_loss(torch.maximum(output, floor), torch.maximum(target, floor))


def discriminator_loss(real: list[Tensor], fake: list[Tensor]) -> Tensor:
    """Least squares (LSGAN), mean over scales."""
    parts = [((r - 1) ** 2).mean() + (f**2).mean() for r, f in zip(real, fake, strict=True)]
    return torch.stack(parts).mean()


def adversarial_loss(fake: list[Tensor]) -> Tensor:
    """The generator's side of LSGAN."""
    return torch.stack([((f - 1) ** 2).mean() for f in fake]).mean()


def feature_matching_loss(real: list[list[Tensor]], fake: list[list[Tensor]]) -> Tensor:
    """Relative L1 between the discriminator's inner features of real and decoded audio."""
    parts = [
        (f - r.detach()).abs().mean() / r.detach().abs().mean().clamp(min=1e-4)
        for reals, fakes in zip(real, fake, strict=True)
        for r, f in zip(reals, fakes, strict=True)
    ]
    return torch.stack(parts).mean()
