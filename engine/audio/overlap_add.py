"""Chunks of sound become one, without a click and without a change where they agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.audio.signal import FloatArray


def crossfade_join(
    chunks: Sequence[tuple[int, FloatArray]], crossfade_samples: int, length: int | None = None
) -> FloatArray:
    """Lay chunks, each float32 [C, T] at its start position in samples, on one timeline [C, length].

    Chunks come in order of start and of end.  Where two overlap, one equal-gain crossfade of at most
    `crossfade_samples` lies in the middle of the overlap, so equal overlaps come out exactly as they were.
    Gaps are silent.  `length` defaults to the end of the last chunk; what lies beyond is cut.
    Raises `ValueError` when chunks are out of order, start before zero or differ in channels.
    """
    if not chunks:
        raise ValueError("nothing to join")
    channels = chunks[0][1].shape[0]
    total = max(start + chunk.shape[1] for start, chunk in chunks)
    joined = np.zeros((channels, total), dtype=np.float32)
    last_start = end = 0
    for start, chunk in chunks:
        chunk_end = start + chunk.shape[1]
        if start < last_start or chunk_end < end or chunk.shape[0] != channels:
            raise ValueError(f"chunk [{start}, {chunk_end}) does not follow [{last_start}, {end})")
        fade = max(0, min(crossfade_samples, end - start))
        begin = start + max(0, end - start - fade) // 2
        rising = ((np.arange(fade) + 0.5) / fade).astype(np.float32) if fade else np.zeros(0, np.float32)
        faded = joined[:, begin : begin + fade]
        # As a difference, so that two equal signals give exactly that signal.
        faded += rising * (chunk[:, begin - start : begin - start + fade] - faded)
        joined[:, begin + fade : chunk_end] = chunk[:, begin + fade - start :]
        last_start, end = start, chunk_end
    if length is None or length == total:
        return joined
    return np.pad(joined[:, :length], ((0, 0), (0, max(0, length - total))))


def fade_edges(samples: FloatArray, fade_samples: int) -> FloatArray:
    """`samples` [C, T] with a raised-cosine fade in and out of `fade_samples` (at most half of T)."""
    faded = samples.copy()
    count = min(fade_samples, samples.shape[1] // 2)
    if count > 0:
        rising = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)).astype(np.float32)
        faded[:, :count] *= rising
        faded[:, -count:] *= rising[::-1]
    return faded
