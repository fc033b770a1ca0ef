"""A face at rest -> a few tokens that say whose it is.

The paper takes a face recogniser's embedding, which only pictures of people suit and whose weights are not free;
this one is trained with the rest.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.train.avatar.networks.attention import Attention
from engine.train.avatar.networks.blocks import to_tokens
from engine.train.avatar.networks.config import GROUPS, SingerConfig

_PLACES = 4
"""The picture is halved until it is this wide and high."""
_NARROWEST, _WIDEST = 16, 96


class FaceEncoder(nn.Module):
    """Convolutions that halve the picture, then learned questions to the places that are left."""

    def __init__(self, config: SingerConfig) -> None:
        super().__init__()
        halvings = (config.reference_side // _PLACES).bit_length() - 1
        side = config.reference_side >> halvings
        layers: list[nn.Module] = []
        inputs = config.reference_channels
        for number in range(halvings):
            outputs = min(_NARROWEST << number, _WIDEST)
            layers += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.GroupNorm(GROUPS, outputs), nn.SiLU()]
            inputs = outputs
        self.layers = nn.Sequential(*layers)
        self.widen = nn.Linear(inputs, config.context)
        self.places = nn.Parameter(0.02 * torch.randn(side * side, config.context))
        self.questions = nn.Parameter(torch.randn(config.face_tokens, config.context))
        self.ask = Attention(config.context, config.heads)
        self.norm = nn.LayerNorm(config.context)

    def forward(self, reference: Tensor) -> Tensor:
        """[B, C, S, S] from -1 to 1 -> [B, K, D]."""
        places = self.widen(to_tokens(self.layers(reference))) + self.places
        questions = self.questions.expand(reference.shape[0], -1, -1)
        return self.norm(questions + self.ask(questions, places))
