"""Three codecs that differ in what holds their latents: RVQ, KL, nothing.

All begin alike, with the trained networks of the voices' codec and a new, narrower neck: the encoder's last layer and
the decoder's first are drawn anew, so that each makes a latent space of its own.  The encoder's body stays as it was,
which spares most of a training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from engine.train.claims.systems import Regularisation
from engine.train.config import CodecConfig
from engine.train.networks.codec import Codec, Encoder

FIRST_LOG_VARIANCE = -6.0
KEPT = ("encoder.input.", "encoder.layers.", "decoder.layers.", "decoder.norm.", "decoder.output.")
"""Parts that are taken from a trained codec."""


class ClaimCodec(Codec):
    """The voices' networks around a narrow neck that is held in one of three ways."""

    def __init__(self, config: CodecConfig, regularisation: Regularisation, seed: int) -> None:
        torch.manual_seed(seed)
        super().__init__(config)
        self.regularisation = regularisation
        if regularisation == "kl":
            self.encoder = _with_variance(self.encoder, config)
        self.encoder.input.requires_grad_(False)
        self.encoder.layers.requires_grad_(False)

    def begin(self, trained: Mapping[str, Tensor]) -> None:
        """Take all but the neck from the state of a trained codec.  Raises `RuntimeError` where it does not fit."""
        own = self.state_dict()
        wanted = [name for name in own if name.startswith(KEPT)]
        missing = [name for name in wanted if name not in trained or trained[name].shape != own[name].shape]
        if missing:
            raise RuntimeError(f"{missing[0]} does not fit")
        self.load_state_dict(own | {name: trained[name] for name in wanted})

    def encode(self, audio: Tensor) -> Tensor:
        """Latents [B, D, T]: where they are drawn from a normal distribution, its mean."""
        return super().encode(audio)[:, : self.config.latent_dim]

    def held(self, audio: Tensor) -> tuple[Tensor, Tensor]:
        """(latents as the decoder learns to hear them [B, D, T], what holding them costs)."""
        stated = super().encode(audio).float()
        if self.regularisation == "rvq":
            quantized, _, loss = self.quantizer(stated)
            return quantized, loss
        if self.regularisation == "none":
            return stated, stated.new_zeros(())
        mean, log_variance = stated.chunk(2, dim=1)
        drawn = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return drawn, 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1).mean()

    def as_decoded(self, latents: Tensor) -> Tensor:
        """Generated latents as the decoder hears them: through the quantiser, where there is one."""
        if self.regularisation != "rvq":
            return latents
        quantized: Tensor = self.quantizer(latents)[0]
        return quantized


def _with_variance(encoder: Encoder, config: CodecConfig) -> Encoder:
    """The same encoder with as many outputs again for a log-variance, small at first: so all codecs begin alike."""
    wide = Encoder(replace(config, latent_dim=2 * config.latent_dim))
    weights = encoder.state_dict()
    weight, bias = weights["output.weight"], weights["output.bias"]
    weights["output.weight"] = torch.cat([weight, torch.zeros_like(weight)])
    weights["output.bias"] = torch.cat([bias, torch.full_like(bias, FIRST_LOG_VARIANCE)])
    wide.load_state_dict(weights)
    return wide
