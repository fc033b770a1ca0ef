"""The seam of audio codecs: sound to latents and back.

A codec answers its own questions; whoever decodes supplies f0, which a codec without a harmonic source
may ignore.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.codec.shaping import Shaping
from engine.jobs import CancelToken

Floats = NDArray[np.float32]


class Codec(Protocol):
    """Latents are normalised: mean 0, standard deviation 1 per channel over the training corpus."""

    @property
    def sample_rate(self) -> int:
        """Hz."""

    @property
    def hop_length(self) -> int:
        """Samples per latent frame."""

    @property
    def latent_dim(self) -> int:
        """Channels of the latents."""

    @property
    def subframes(self) -> int:
        """f0 values that `decode` wants per latent frame."""

    def encode(self, samples: Floats, token: CancelToken | None = None) -> Floats:
        """samples [N] -> latents [D, ceil(N / hop_length)]."""

    def decode(
        self, latents: Floats, f0: Floats, seed: int, token: CancelToken | None = None, shaping: Shaping | None = None
    ) -> Floats:
        """latents [D, T], f0 [T * subframes] in Hz (> 0) -> samples [T * hop_length]; same seed, same samples.

        `shaping` [T * subframes] is laid on the gains; a codec without gains takes its level (`with_level`).
        """
