"""Pictures of what was sung: teacher, voice and codec one above the other, with the phones on top."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.train.corpus.singing import SungPhrase
from engine.train.measure.takes import Take

PICTURES = 2
SHORTEST_S, LONGEST_S = 4.5, 6.5
TOP_HZ = 10_000.0
N_FFT, HOP = 2048, 256
RANGE_DB = 70.0
COLOURS = 35
"""Steps of 2 dB: no eye needs finer ones, and the file is a third of the size."""
_DPI = 90
_DARK = {"facecolor": "black", "alpha": 0.6, "edgecolor": "none"}


def draw_pictures(takes: Sequence[Take], sample_rate: int, folder: Path) -> list[Path]:
    """A PNG for each of `PICTURES` phrases of different songs, of readable length and ordinary pace."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, take in enumerate(_readable(takes), start=1):
        path = folder / f"side-by-side-{number}.png"
        _draw(take, sample_rate, path)
        paths.append(path)
    return paths


def _readable(takes: Sequence[Take]) -> list[Take]:
    ordinary = float(np.median([_pace(t.phrase) for t in takes]))

    def unreadable(take: Take) -> tuple[bool, float]:
        return not SHORTEST_S <= _length_s(take.phrase) <= LONGEST_S, abs(_pace(take.phrase) - ordinary)

    songs: dict[str, Take] = {}
    for take in sorted(takes, key=unreadable):
        songs.setdefault(take.phrase.name.split("-")[0], take)
    return list(songs.values())[:PICTURES]


def _pace(phrase: SungPhrase) -> float:
    """Phones a second."""
    return len(phrase.phones) / _length_s(phrase)


def _length_s(phrase: SungPhrase) -> float:
    return phrase.phones[-1].end_s - phrase.phones[0].start_s


def _draw(take: Take, sample_rate: int, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = (("Teacher", take.teacher), ("Voice", take.voice), ("Codec of the teacher", take.copy))
    spectra = [_decibels(samples) for _, samples in panels]
    loudest = max(float(np.percentile(s, 99.9)) for s in spectra)
    length_s = _length_s(take.phrase)
    figure, axes = pyplot.subplots(len(panels), 1, figsize=(14.0, 10.0), sharex=True, layout="constrained")
    for axis, (title, samples), spectrum in zip(axes, panels, spectra, strict=True):
        image = axis.imshow(
            spectrum,
            origin="lower",
            aspect="auto",
            extent=(0, len(samples) / sample_rate, 0, sample_rate / 2000),
            vmin=loudest - RANGE_DB,
            vmax=loudest,
            cmap=pyplot.get_cmap("magma", COLOURS),
            interpolation="nearest",
        )
        axis.set(ylim=(0, TOP_HZ / 1000), ylabel="kHz")
        axis.text(
            0.006,
            0.955,
            title,
            transform=axis.transAxes,
            va="top",
            color="white",
            fontsize=13,
            weight="bold",
            bbox=_DARK,
        )
        _mark_phones(axis, take.phrase)
    _label_phones(axes[0], take.phrase)
    axes[-1].set(xlabel="seconds", xlim=(0, length_s))
    figure.colorbar(image, ax=axes, label="dB", fraction=0.02, pad=0.01)
    figure.savefig(path, dpi=_DPI)
    pyplot.close(figure)


def _decibels(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    """Spectrogram [N_FFT / 2 + 1, T] in dB."""
    padded = np.pad(samples, (N_FFT // 2, N_FFT // 2))
    windows = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    magnitude = np.abs(np.fft.rfft(windows * np.hanning(N_FFT))) * (4 / N_FFT)
    return 20 * np.log10(np.maximum(magnitude.T, 1e-7))


def _mark_phones(axis: Any, phrase: SungPhrase) -> None:
    for phone in phrase.phones[1:]:
        axis.axvline(phone.start_s - phrase.phones[0].start_s, color="white", linewidth=0.5, alpha=0.35)


def _label_phones(axis: Any, phrase: SungPhrase) -> None:
    """Labels above the axis, in two rows in turn so that short consonants stay readable."""
    origin = phrase.phones[0].start_s
    for index, phone in enumerate(phrase.phones):
        middle = 0.5 * (phone.start_s + phone.end_s) - origin
        axis.annotate(
            phone.label,
            (middle, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3 + 11 * (index % 2)),
            textcoords="offset points",
            ha="center",
            fontsize=9,
            annotation_clip=False,
        )
