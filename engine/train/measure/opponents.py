"""A mask network on a whole song, in segments like those of our own separator."""

from __future__ import annotations

import numpy as np
import torch

from engine.separation.segments import SegmentStream
from engine.train.measure.separation import Sound
from engine.train.networks.open_unmix import OpenUnmix, sounds, spectra

SEGMENT = 260 * 1024
OVERLAP = SEGMENT // 4
"""Samples, at 44.1 kHz."""


def separate_by_mask(network: OpenUnmix, mixture: Sound) -> Sound:
    """Vocals [2, N] of a mixture [2, N] at 44.1 kHz, with the mixture's phase."""

    @torch.no_grad()
    def separate(segment: Sound, _: int) -> Sound:
        mixed = spectra(torch.from_numpy(np.ascontiguousarray(segment))[None])
        vocals: Sound = sounds(mixed * network(mixed.abs()), segment.shape[1])[0].numpy()
        return vocals

    stream = SegmentStream(separate, SEGMENT, OVERLAP)
    return np.concatenate([*stream.push(mixture), *stream.finish()], axis=1)
