"""Effects on stereo samples [N, 2]."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pedalboard as pb

from engine.train.mixes.writing import SAMPLE_RATE


def through(plugins: Sequence[pb.Plugin], samples: np.ndarray) -> np.ndarray:
    """Float32 [N, 2] through one effect after the other."""
    sound = np.ascontiguousarray(samples.T, np.float32)
    for plugin in plugins:
        sound = plugin.process(sound, SAMPLE_RATE)
    return np.ascontiguousarray(sound.T)


def without_top(samples: np.ndarray, cut_hz: float, width_hz: float = 600.0) -> np.ndarray:
    """Float32 [N, 2] with nothing above `cut_hz` + `width_hz`; what is below stays in phase."""
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    share = np.clip((hz - cut_hz) / width_hz, 0, 1)
    kept = np.fft.rfft(samples, axis=0) * (0.5 + 0.5 * np.cos(np.pi * share))[:, None]
    return np.fft.irfft(kept, len(samples), axis=0).astype(np.float32)


def smoothed(values: np.ndarray, sigma: float) -> np.ndarray:
    """`values` [T] under a Gaussian of `sigma` elements; the ends go on as they are."""
    reach = int(np.ceil(4 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return np.convolve(np.pad(values, reach, mode="edge"), kernel / kernel.sum(), mode="valid")
