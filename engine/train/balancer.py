"""EnCodec's loss balancer (Défossez et al. 2022, section 3.4, equation 5), which the `encodec` package leaves out.

Each loss sends its gradient at the model's output; each gradient is divided by the running mean of its own norm,
so that a weight says what share of the whole a loss has, whatever its scale.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

REFERENCE_NORM = 1.0
_SMALL = 1e-12


class Balancer:
    """`weights`: each loss's share; those not given in a step take none.  `keep`: of the running means."""

    def __init__(self, weights: Mapping[str, float], keep: float = 0.999) -> None:
        self.weights, self.keep = dict(weights), keep
        self._sums: dict[str, float] = {}
        self._counts: dict[str, float] = {}

    def backward(self, losses: Mapping[str, Tensor], output: Tensor) -> None:
        """Send the balanced gradient of `losses` at `output` back through the model."""
        total = sum(self.weights[name] for name in losses)
        gradient = torch.zeros_like(output)
        for name, loss in losses.items():
            (part,) = torch.autograd.grad(loss, output, retain_graph=True)
            share = REFERENCE_NORM * self.weights[name] / total
            gradient += part * (share / (self._mean_norm(name, part.norm().item()) + _SMALL))
        output.backward(gradient)

    def state_dict(self) -> dict[str, dict[str, float]]:
        """The running means, for a checkpoint."""
        return {"sums": dict(self._sums), "counts": dict(self._counts)}

    def load_state_dict(self, state: Mapping[str, Mapping[str, float]]) -> None:
        """Go on from the running means that `state_dict` gave."""
        self._sums, self._counts = dict(state["sums"]), dict(state["counts"])

    def _mean_norm(self, name: str, norm: float) -> float:
        self._sums[name] = self.keep * self._sums.get(name, 0.0) + norm
        self._counts[name] = self.keep * self._counts.get(name, 0.0) + 1.0
        return self._sums[name] / self._counts[name]
