"""Residual vector quantiser: each codebook quantises what the ones before it left over.

Trained as in SoundStream (Zeghidour et al., 2021): codebooks follow an exponential moving average of
the vectors assigned to them, start from random data vectors, and unused entries are replaced.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Codebook(nn.Module):
    """`cardinality` vectors of `dim`."""

    entries: Tensor
    usage: Tensor
    sums: Tensor
    started: Tensor

    def __init__(self, cardinality: int, dim: int, decay: float = 0.99) -> None:
        super().__init__()
        self.decay = decay
        self.register_buffer("entries", torch.zeros(cardinality, dim))
        self.register_buffer("usage", torch.ones(cardinality))
        self.register_buffer("sums", torch.zeros(cardinality, dim))
        self.register_buffer("started", torch.zeros((), dtype=torch.bool))

    def nearest(self, x: Tensor) -> Tensor:
        """Indices [N] of the entries nearest to x [N, dim]."""
        distance = (self.entries**2).sum(1) - 2 * x @ self.entries.t()
        return distance.argmin(dim=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Quantised vectors and codes of x [N, dim]; learns when in training mode."""
        if self.training and not bool(self.started):
            self._start(x)
        codes = self.nearest(x)
        quantized = self.entries[codes]
        if self.training:
            self._follow(x, codes)
        return quantized, codes

    @torch.no_grad()
    def _start(self, x: Tensor) -> None:
        picks = torch.randint(len(x), (len(self.entries),), device=x.device)
        self.entries.copy_(x[picks])
        self.sums.copy_(self.entries)
        self.started.fill_(True)

    @torch.no_grad()
    def _follow(self, x: Tensor, codes: Tensor) -> None:
        count = torch.bincount(codes, minlength=len(self.entries)).to(x.dtype)
        total = torch.zeros_like(self.sums).index_add_(0, codes, x)
        self.usage.mul_(self.decay).add_(count, alpha=1 - self.decay)
        self.sums.mul_(self.decay).add_(total, alpha=1 - self.decay)
        self.entries.copy_(self.sums / self.usage.clamp(min=1e-3)[:, None])
        dead = self.usage < 0.03
        if bool(dead.any()):
            picks = torch.randint(len(x), (int(dead.sum()),), device=x.device)
            self.entries[dead] = x[picks]
            self.sums[dead] = x[picks]
            self.usage[dead] = 1.0


class ResidualQuantizer(nn.Module):
    """`num_codebooks` codebooks in series."""

    def __init__(self, num_codebooks: int, cardinality: int, dim: int) -> None:
        super().__init__()
        self.codebooks = nn.ModuleList(Codebook(cardinality, dim) for _ in range(num_codebooks))

    def forward(self, latents: Tensor, num_used: int | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """latents [B, D, T] -> (quantised with straight-through gradient [B, D, T], codes [B, K, T], L_emb)."""
        batch, dim, frames = latents.shape
        residual = latents.transpose(1, 2).reshape(-1, dim)
        flat = residual
        total = torch.zeros_like(flat)
        codes, loss = [], latents.new_zeros(())
        for codebook in list(self.codebooks)[:num_used]:
            quantized, index = codebook(residual.detach())
            loss = loss + nn.functional.mse_loss(residual, quantized.detach())
            total = total + quantized
            residual = residual - quantized
            codes.append(index.view(batch, frames))
        straight = flat + (total - flat).detach()
        return straight.view(batch, frames, dim).transpose(1, 2), torch.stack(codes, 1), loss
