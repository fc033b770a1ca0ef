"""Training of the codecs: WORLD's gains, and what holds the latents.  Nothing is synthesised.

KL is weighed as latent diffusion weighs it (Rombach et al., 2022: 1e-6 to 1e-2, of sums over all values); here 1e-2,
the upper end: in so short a training less than that leaves latents that differ from unregularised ones in name only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.train.claims.codec import ClaimCodec
from engine.train.claims.plan import Plan
from engine.train.claims.systems import Regularisation
from engine.train.losses import gain_loss

LAMBDA_RVQ, LAMBDA_KL = 0.25, 1e-2
LEARNING_RATE = 6e-4
WARM_UP = 40
CODEC_SEED = 1


class CodecTrainer:
    """The codec and its optimiser."""

    def __init__(self, plan: Plan, regularisation: Regularisation, trained: Mapping[str, Tensor]) -> None:
        self.plan = plan
        self.codec = ClaimCodec(plan.codec(), regularisation, CODEC_SEED)
        self.codec.begin(trained)
        learning = [p for p in self.codec.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(learning, LEARNING_RATE, (0.8, 0.99), weight_decay=0.01)
        self.done = 0
        values = self.codec.config.subframes * 2 * self.codec.config.bands
        self._weight = {"rvq": LAMBDA_RVQ, "kl": LAMBDA_KL / values, "none": 0.0}[regularisation]

    def step(self, batch: Mapping[str, Tensor]) -> dict[str, float]:
        """One update on audio [B, N], f0 [B, S] and gains [B, S, 2, bands] (see engine.train.corpus.shards.Crops)."""
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * _pace(self.done, self.plan.codec_steps)
        self.codec.train()
        f0 = batch["f0"].unflatten(1, (-1, self.codec.config.subframes)).mean(-1)
        with torch.autocast("cpu", torch.bfloat16):
            latents, holding = self.codec.held(batch["audio"])
            harmonic, noise = (gains.float() for gains in self.codec.decoder(latents, f0))
        gains = gain_loss(torch.stack([harmonic, noise], dim=2), batch["gains"])
        self.optimizer.zero_grad()
        (gains + self._weight * holding).backward()
        nn.utils.clip_grad_norm_(self.codec.parameters(), 2.0)
        self.optimizer.step()
        self.done += 1
        return {"gains": gains.item(), "holding": holding.item()}

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {"done": self.done, "codec": self.codec.state_dict(), "optimizer": self.optimizer.state_dict()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.done = int(state["done"])
        self.codec.load_state_dict(state["codec"])
        self.optimizer.load_state_dict(state["optimizer"])


def _pace(done: int, steps: int) -> float:
    """Learning rate over its highest: warm up, then half a cosine."""
    return min(1.0, (done + 1) / WARM_UP) * (0.02 + 0.49 * (1 + math.cos(math.pi * min(1.0, done / steps))))
