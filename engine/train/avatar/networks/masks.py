"""Where the three branches of audio attention work: everywhere, in the face, on the lips."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.avatar.latents import MOUTH

_FACE = (0.0, 0.05, 0.75, 0.95)
_LIPS = (*MOUTH, 0.4, 0.34)
"""x, y of the middle, half width, half height; the face box is -1 to 1."""
_SOFT = 0.35
"""Width of the edge, in shares of an ellipse's radius."""


def canonical_masks(side: int) -> Tensor:
    """Full, face and lips in the canonical face box, soft ellipses from 0 to 1: [1, 3, side, side]."""
    middles = (torch.arange(side) + 0.5) / side * 2 - 1
    y, x = torch.meshgrid(middles, middles, indexing="ij")
    return torch.stack((torch.ones(side, side), _ellipse(x, y, *_FACE), _ellipse(x, y, *_LIPS)))[None]


def _ellipse(x: Tensor, y: Tensor, x0: float, y0: float, across: float, down: float) -> Tensor:
    radius = torch.sqrt(((x - x0) / across) ** 2 + ((y - y0) / down) ** 2)
    return torch.clamp(0.5 - (radius - 1) / _SOFT, 0, 1)
