"""Does an MDX-Net work with the n_fft that was declared?  A wrong one runs too, and only sounds bad."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.jobs import JobContext
from engine.models.manifest import Stem
from engine.models.mdx import SAMPLE_RATE, MdxNet, MdxSettings
from engine.separation.mdx import MdxSeparator
from engine.separation.probe_song import probe_song
from engine.separation.segments import SegmentStream

Floats = NDArray[np.float32]
CANDIDATES = (4096, 5120, 6144, 7680)
"""The n_fft of all published models of vocals and accompaniment, and of some drums."""
CLEAR_DB = 1.0
"""A difference that rounding and the made-up song do not explain."""
_FLOOR_HZ = 100.0
_LEAST = 1e-12
_STAGE = "Probing"


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """How much is left of what should not be there, in dB of the stem itself (lower is better).

    `residual_db` by n_fft; `untouched_db`: of the mix as it is; `other_db`, `other_untouched_db`: the least with
    any n_fft, and the mix, taken as the other stem.
    """

    declared: int | None
    residual_db: Mapping[int, float]
    untouched_db: float
    other_db: float
    other_untouched_db: float

    @property
    def best(self) -> int:
        """The n_fft that leaves least; the declared one if none is clearly better."""
        best = min(self.residual_db, key=lambda n_fft: self.residual_db[n_fft])
        if self.declared is not None and not self._clearly(self.residual_db[best], self.residual_db[self.declared]):
            return self.declared
        return best

    @property
    def conclusive(self) -> bool:
        """Whether the network takes anything away with any n_fft; if not, the song is not of its kind."""
        return self._clearly(self.residual_db[self.best], self.untouched_db)

    @property
    def wrong_n_fft(self) -> bool:
        """Whether another n_fft is clearly better than the declared one."""
        return self.declared is not None and self.conclusive and self.best != self.declared

    @property
    def wrong_stem(self) -> bool:
        """Whether the network gives the other stem."""
        finds_other = self._clearly(self.other_db, self.other_untouched_db)
        return finds_other and self._clearly(self.other_db, min(self.residual_db.values()))

    @staticmethod
    def _clearly(better_db: float, worse_db: float) -> bool:
        return better_db < worse_db - CLEAR_DB


def probe_mdx(net: MdxNet, stem: Stem, declared: int | None, context: JobContext) -> ProbeReport:
    """Separate ten seconds with the declared n_fft and every candidate that fits the graph.

    `declared` None: the candidates alone.  Raises `Cancelled`, `MelismaError` when the graph cannot be run,
    `ValueError` when no n_fft fits.
    """
    wanted = {*CANDIDATES, *((declared,) if declared else ())}
    tried = sorted(n_fft for n_fft in wanted if net.geometry.fits(n_fft))
    if not tried:
        raise ValueError("no n_fft fits the graph")
    song = probe_song()
    mix = song.vocals + song.band
    target, other = (song.vocals, song.band) if stem == "vocals" else (song.band, song.vocals)
    # A small n_fft reaches higher; what only it can give must not decide.
    ceiling = min(net.geometry.bandwidth_hz(n_fft) for n_fft in tried)
    stems: dict[int, Floats] = {}
    for done, n_fft in enumerate(tried):
        context.step(_STAGE, done, len(tried))
        # As a network of vocals, whatever it is: that gives the stem itself.
        separator = MdxSeparator(net, MdxSettings(n_fft, "vocals"))
        stems[n_fft] = _separate(separator, mix, JobContext(token=context.token))
    return ProbeReport(
        declared,
        {n_fft: _residual_db(found, target, ceiling) for n_fft, found in stems.items()},
        _residual_db(mix, target, ceiling),
        min(_residual_db(found, other, ceiling) for found in stems.values()),
        _residual_db(mix, other, ceiling),
    )


def _separate(separator: MdxSeparator, mix: Floats, context: JobContext) -> Floats:
    """The stem of a whole song that fits into memory, float32 [2, T] each."""
    stream = SegmentStream(
        lambda segment, start: separator.separate_segment(segment, start, context),
        separator.segment_samples,
        separator.overlap_samples,
    )
    return np.concatenate([*stream.push(mix), *stream.finish()], axis=1)


def _residual_db(found: Floats, target: Floats, ceiling_hz: float) -> float:
    """Energy of `found` that is not `target`, against that which is, at the level that fits best."""
    given, wanted = _band(found, ceiling_hz), _band(target, ceiling_hz)
    energy = float(np.vdot(wanted, wanted).real)
    gain = float(np.vdot(wanted, given).real) / energy
    left = given - gain * wanted
    ratio = float(np.vdot(left, left).real) / (energy * max(gain**2, _LEAST))
    return 10 * math.log10(max(ratio, _LEAST))


def _band(samples: Floats, ceiling_hz: float) -> NDArray[np.complex128]:
    """The spectrum [2, bins] between 100 Hz and `ceiling_hz`."""
    spectrum = np.fft.rfft(samples.astype(np.float64))
    frequencies = np.fft.rfftfreq(samples.shape[1], 1 / SAMPLE_RATE)
    return spectrum[:, (frequencies >= _FLOOR_HZ) & (frequencies < ceiling_hz)]
