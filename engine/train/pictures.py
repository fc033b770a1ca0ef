"""Spectrogram pictures while training: the ear cannot be there all night, the eye can look in the morning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

TOP_HZ = 12_000


def spectrogram_picture(path: Path, rows: Sequence[tuple[str, np.ndarray]], sample_rate: int) -> None:
    """One PNG, a spectrogram (0 to `TOP_HZ`) per (title, samples [N]), on one colour scale."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(len(rows), 1, figsize=(14, 3.2 * len(rows)), sharex=True, squeeze=False)
    for axis, (title, samples) in zip(axes[:, 0], rows, strict=True):
        axis.specgram(samples, NFFT=2048, Fs=sample_rate, noverlap=1536, vmin=-140, vmax=-40)
        axis.set_ylim(0, TOP_HZ)
        axis.set_ylabel("Hz")
        axis.set_title(title, loc="left", fontsize=10)
    axes[-1, 0].set_xlabel("s")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=80)
    pyplot.close(figure)
