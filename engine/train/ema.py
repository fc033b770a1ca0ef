"""A running average of the weights: steadier than the last step, at no cost."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Ema:
    """`state`: the averaged state of `network`; `keep` of it stays at each update, less at the beginning."""

    def __init__(self, network: nn.Module, keep: float) -> None:
        self.keep = keep
        self.updates = 0
        self.state: dict[str, Tensor] = {key: value.detach().clone() for key, value in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move towards the network's present weights."""
        self.updates += 1
        keep = min(self.keep, 1 - 1 / (self.updates + 1))
        for key, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                self.state[key].lerp_(value, 1 - keep)
            else:
                self.state[key].copy_(value)

    def copy_to(self, network: nn.Module) -> None:
        """Put the average into `network`."""
        network.load_state_dict(self.state)
