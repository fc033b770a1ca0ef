"""Contrastive alignment: a frame heard must lie nearer to the same frame read than to any other moment.

InfoNCE in both directions (heard -> read, read -> heard), cosine similarity over a temperature, as ContentVec
(Qian et al., 2022) does it.  The paper prints the loss without its -log.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

TEMPERATURE = 0.1
MOMENTS = 128
"""Drawn from a batch; each is compared with all the others."""
FEWEST = 50
"""Negatives that every moment should have on average."""


def moments(mask: Tensor, count: int = MOMENTS) -> Tensor:
    """Random real frames of a batch, int64 [N] into [B * T]; mask [B, T]."""
    real = torch.nonzero(mask.flatten() > 0)[:, 0]
    return real[torch.randperm(len(real), device=mask.device)[:count]]


def contrast(heard: Tensor, read: Tensor, sung: Tensor, chosen: Tensor) -> Tensor:
    """Mean of both directions, of frames `chosen` [N] of heard and read [B, H, T].

    sung int64 [B, T]: what each frame sings (its phone, its key).  Other moments that sing the same are no negatives:
    a held vowel is the same vowel half a second later.
    """
    ours, theirs = (nn.functional.normalize(_at(x, chosen), dim=1) for x in (heard, read))
    similar = ours @ theirs.t() / TEMPERATURE
    same = sung.flatten()[chosen]
    here = torch.eye(len(chosen), dtype=torch.bool, device=heard.device)
    similar = similar.masked_fill((same[:, None] == same[None]) & ~here, float("-inf"))
    answer = torch.arange(len(chosen), device=heard.device)
    both = nn.functional.cross_entropy(similar, answer) + nn.functional.cross_entropy(similar.t(), answer)
    return 0.5 * both


def found(heard: Tensor, read: Tensor, sung: Tensor, chosen: Tensor) -> Tensor:
    """Share of the moments whose nearest frame read sings the same: 1 is perfect."""
    ours, theirs = (nn.functional.normalize(_at(x, chosen), dim=1) for x in (heard, read))
    same = sung.flatten()[chosen]
    return (same[(ours @ theirs.t()).argmax(dim=1)] == same).float().mean()


def _at(x: Tensor, chosen: Tensor) -> Tensor:
    """Frames of [B, H, T] as rows [N, H]."""
    return x.transpose(1, 2).flatten(0, 1)[chosen].float()
