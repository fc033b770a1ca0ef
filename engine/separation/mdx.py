"""A separator of kind `mdx-net`: spectrum, network, spectrum back.  Nothing is normalised anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.jobs import JobContext
from engine.models.mdx import HOP_LENGTH, SAMPLE_RATE, MdxNet, MdxSettings, build_mdx
from engine.models.registry import InstalledSeparator
from engine.separation.separator import STAGE, SeparationSettings
from engine.separation.stft import from_parts, istft, stft, to_parts

Floats = NDArray[np.float32]
_SILENT_BINS = 3
"""Below 20 Hz.  The networks were trained without them."""


class MdxSeparator:
    """One `mdx-net` behind the `Separator` protocol.  It draws nothing: place and seed make no difference."""

    def __init__(self, net: MdxNet, settings: MdxSettings) -> None:
        self._net = net
        self._settings = settings

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return SAMPLE_RATE

    @property
    def segment_samples(self) -> int:
        """As many as the graph has frames for."""
        return self._net.geometry.segment_samples

    @property
    def overlap_samples(self) -> int:
        """Half a window at either end is seen through a reflection; two such ends overlap."""
        return min(self._settings.n_fft, self.segment_samples // 2)

    @property
    def provider(self) -> str:
        """The device that really computes, in words."""
        return self._net.provider

    def separate_segment(self, mix: Floats, start: int, context: JobContext) -> Floats:  # noqa: ARG002
        """See `Separator`.  A network of the accompaniment gives the vocals as what it leaves of the mix.

        Both only up to its bandwidth: above it the vocals are silent, and stay with the accompaniment.
        """
        context.step(STAGE, 0, 1)
        seen, stem = self._transform(mix, context)
        vocals = stem if self._settings.stem == "vocals" else seen - stem
        n_fft, dim_f = self._settings.n_fft, self._net.geometry.dim_f
        whole = np.pad(vocals, ((0, 0), (0, n_fft // 2 + 1 - dim_f), (0, 0)))
        samples = istft(from_parts(whole), n_fft, HOP_LENGTH, mix.shape[1])
        context.step(STAGE, 1, 1)
        return samples

    def _transform(self, mix: Floats, context: JobContext) -> tuple[Floats, Floats]:
        """What the network sees of the mix and the stem that it gives, both [4, dim_f, dim_t]."""
        seen = to_parts(stft(mix, self._settings.n_fft, HOP_LENGTH))[:, : self._net.geometry.dim_f]
        seen[:, :_SILENT_BINS] = 0
        stem = self._net.run(np.ascontiguousarray(seen), context.token) * np.float32(self._settings.compensate)
        stem[:, :_SILENT_BINS] = 0
        return seen, stem


def build_separator(
    model: InstalledSeparator,
    device: str,
    threads: int | None,
    settings: SeparationSettings,  # noqa: ARG001 - every separator is built alike; this one has nothing to set
) -> MdxSeparator:
    """Load an installed separator.  Raises `MelismaError` when it cannot be used."""
    return MdxSeparator(*build_mdx(model, device, threads))
