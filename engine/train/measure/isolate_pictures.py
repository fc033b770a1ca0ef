"""Pictures of what a benchmark of separation heard: spectrograms one above the other, one colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.separation.stft import stft
from engine.train.measure.separation import Sound

TOP_HZ = 12_000.0
N_FFT, HOP = 2048, 512
RANGE_DB = 70.0
COLOURS = 35
"""Steps of 2 dB: no eye needs finer ones, and the file is a third of the size."""
_DPI = 80
_DARK = {"facecolor": "black", "alpha": 0.6, "edgecolor": "none"}


def draw_spectrograms(path: Path, panels: Sequence[tuple[str, Sound]], sample_rate: int, begin_s: float) -> None:
    """One PNG of (title, sound [2, N]) panels; the first, the mixture, sets the scale; `begin_s` in the song."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    spectra = [_decibels(sound) for _, sound in panels]
    loudest = float(np.percentile(spectra[0], 99.9))
    length_s = panels[0][1].shape[1] / sample_rate
    figure, axes = pyplot.subplots(
        len(panels), 1, figsize=(13, 2.7 * len(panels)), sharex=True, squeeze=False, layout="constrained"
    )
    for axis, (title, _), spectrum in zip(axes[:, 0], panels, spectra, strict=True):
        image = axis.imshow(
            spectrum,
            origin="lower",
            aspect="auto",
            extent=(begin_s, begin_s + length_s, 0, sample_rate / 2000),
            vmin=loudest - RANGE_DB,
            vmax=loudest,
            cmap=pyplot.get_cmap("magma", COLOURS),
            interpolation="nearest",
        )
        axis.set(ylim=(0, TOP_HZ / 1000), ylabel="kHz")
        axis.text(0.006, 0.94, title, transform=axis.transAxes, va="top", color="white", weight="bold", bbox=_DARK)
    axes[-1, 0].set(xlabel="seconds")
    figure.colorbar(image, ax=axes, label="dB", fraction=0.02, pad=0.01)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=_DPI)
    pyplot.close(figure)


def _decibels(sound: Sound) -> NDArray[np.float32]:
    """[N_FFT / 2 + 1, T] of the mean of both channels, a sine of full scale near 0 dB."""
    magnitude = np.abs(stft(sound.mean(axis=0, keepdims=True), N_FFT, HOP)[0]) * np.float32(4 / N_FFT)
    return 20 * np.log10(np.maximum(magnitude, np.float32(1e-7)))
