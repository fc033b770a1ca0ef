"""The recording's own loudness laid on what the voice sings, and silence where nobody sang."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]

WINDOW_S = 0.024
"""Levels are compared over so long: more than a period of the lowest voice, less than a consonant."""
LOUDER_DB = 18.0
"""At most: where the voice sings nothing, its noise must not be blown up into something."""
FLOOR_DB = -90.0
"""Below the loud frames: softer than this is not compared."""
BODY_HZ = 120.0
"""Wind, steps and the microphone's nearness lie below, and say nothing of how loud somebody sings."""
CEILING = 0.97
"""Of a peak: a voice's pulses stand higher over their mean than a recording's, and integers cut off what is above 1."""
LIMITER_S = 0.016
OPEN_BEFORE_S, HOLD_S, RAMP_S = 0.01, 0.08, 0.03
"""The gate stays for tails and moves without a click; it opens hardly early, or the voice would be."""


def loudness_power(samples: Floats, sample_rate: int, hop_length: int) -> Doubles:
    """Mean power [S] around each hop's middle of samples [S * hop], below `BODY_HZ` rolled off.

    Smoothed by a window of `WINDOW_S`; the edges see silence.
    """
    body = body_of(samples, sample_rate)
    # A quarter of a hop is fine enough for the window's shape.
    part = max(1, hop_length // 4)
    fine = np.einsum("st,st->s", *[body[: len(body) // part * part].reshape(-1, part)] * 2, dtype=np.float64) / part
    window = np.hanning(2 * round(WINDOW_S * sample_rate / part / 2) + 3)[1:-1]
    smooth = np.convolve(fine, window / window.sum(), mode="same")
    middles = (np.arange(len(samples) // hop_length) + 0.5) * hop_length / part - 0.5
    return np.asarray(np.interp(middles, np.arange(len(smooth)), smooth), np.float64)


def body_of(samples: Floats, sample_rate: int) -> Floats:
    """samples [N] with what lies below `BODY_HZ` rolled off, twice 6 dB an octave, without delay."""
    hz = np.fft.rfftfreq(len(samples), 1 / sample_rate)
    rolled = np.fft.rfft(samples) * (hz**2 / (hz**2 + BODY_HZ**2))
    return np.fft.irfft(rolled, n=len(samples)).astype(np.float32)


def following_gain(wanted: Doubles, sung: Doubles, loud: float) -> Doubles:
    """Gains [S] that bring powers `sung` [S] to `wanted` [S]; `loud`: the recording's loud amplitude."""
    least = (loud**2) * 10 ** (FLOOR_DB / 10)
    db = 10 * np.log10(np.maximum(wanted, least) / np.maximum(sung, least))
    return np.asarray(10 ** (np.minimum(db, LOUDER_DB) / 20), np.float64)


def gate_gain(levels: Floats, gate: float, frame_rate: float, subframes: int) -> Doubles:
    """Gains [T * subframes], 0 to 1: 1 around frames whose RMS `levels` [T] lie above `gate`."""
    open_frames = levels > gate
    rate = frame_rate * subframes
    fine = np.repeat(open_frames, subframes)
    before, after = round(OPEN_BEFORE_S * rate), round(HOLD_S * rate)
    reach = np.convolve(fine.astype(np.float64), np.ones(before + after + 1))[before : before + len(fine)]
    ramp = np.hanning(2 * round(RAMP_S * rate / 2) + 3)[1:-1]
    opened = np.pad((reach > 0.5).astype(np.float64), len(ramp) // 2, mode="edge")
    return np.convolve(opened, ramp / ramp.sum(), mode="valid")


def limited(samples: Floats, sample_rate: int, hop_length: int) -> Floats:
    """samples [S * hop] turned down around peaks above `CEILING`, over `LIMITER_S` to either side; else as they are."""
    peaks = np.abs(samples).reshape(-1, hop_length).max(axis=1)
    if peaks.max(initial=0.0) <= CEILING:
        return samples
    needed = np.minimum(1.0, CEILING / np.maximum(peaks, CEILING)).astype(np.float64)
    reach = max(1, round(LIMITER_S * sample_rate / hop_length))
    lowest = np.lib.stride_tricks.sliding_window_view(np.pad(needed, reach + 1, mode="edge"), 2 * reach + 3).min(axis=1)
    # A mean over what the minimum has widened never exceeds what the peak needs.
    window = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(lowest, reach, mode="edge")
    return with_gain(samples, np.convolve(padded, window / window.sum(), mode="valid"))


def with_gain(samples: Floats, gains: Doubles) -> Floats:
    """samples [S * hop] times gains [S], which stand at the hops' middles and run straight between."""
    hop = len(samples) // len(gains)
    middles = (np.arange(len(gains)) + 0.5) * hop - 0.5
    return (samples * np.interp(np.arange(len(samples)), middles, gains)).astype(np.float32)
