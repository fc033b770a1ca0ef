"""A codec whose decoder network makes the waveform itself, from the latents alone (the paper's, with HiFi-GAN)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.codec.shaping import Shaping, with_level
from engine.codec.spectrogram_codec import SpectrogramCodec, SpectrogramCodecSettings
from engine.jobs import CancelToken

Floats = NDArray[np.float32]
CODEC_NAME = "waveform"
"""Its `kind` in the codec settings of a manifest."""
CORE_FRAMES, CONTEXT_FRAMES = 512, 16
"""A long phrase is decoded in pieces, so that memory does not grow with it.  A HiFi-GAN V1 sees 14 frames to either
side, so with this much context the whole comes out as if done at once."""


class WaveformCodec(SpectrogramCodec[SpectrogramCodecSettings]):
    """See `engine.codec.base.Codec`.  It takes no f0: pitch lies in the latents."""

    def decode(
        self,
        latents: Floats,
        f0: Floats,
        seed: int,  # noqa: ARG002 - there is no chance in it
        token: CancelToken | None = None,
        shaping: Shaping | None = None,
    ) -> Floats:
        """Samples [T * hop_length]; f0 [T] and the seed move nothing here, and of `shaping` only the level does."""
        frames = self._frames(latents, f0)
        hop = self.hop_length
        samples = np.zeros(frames * hop, np.float32)
        for first in range(0, frames, CORE_FRAMES):
            last = min(frames, first + CORE_FRAMES)
            start, end = max(0, first - CONTEXT_FRAMES), min(frames, last + CONTEXT_FRAMES)
            part = self._decoder.run({"latents": latents[None, :, start:end]}, token)["audio"][0]
            samples[first * hop : last * hop] = part[(first - start) * hop : (last - start) * hop]
        return samples if shaping is None else with_level(samples, shaping)
