"""Loudness by ITU-R BS.1770-4: integrated, gated, in LUFS."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio.signal import Audio

_Array = NDArray[np.float64]

_BLOCK_S, _STEP_S = 0.4, 0.1
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0
# The filters run over rows of so many samples at once, and over so many rows before memory is used again: below
# 128 KiB it comes from the pool, above, the system clears every page anew.
_ROW, _ROWS = 64, 192
_DUST = 1e-60
_HIGHEST_CORNER = 0.45  # as a share of the rate: at a few kilohertz the shelf lies beyond what there is


def integrated_loudness(audio: Audio) -> float:
    """LUFS of the whole, blocks below the gates left out; -inf when silent or shorter than 0.4 s."""
    power = _block_power(audio)
    power = power[_lufs(power) > _ABSOLUTE_GATE]
    if not power.size:
        return -math.inf
    gate = float(_lufs(power.mean())) + _RELATIVE_GATE
    return float(_lufs(power[_lufs(power) > gate].mean()))


def _lufs(power: _Array) -> _Array:
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(power))


def _block_power(audio: Audio) -> _Array:
    """Weighted mean square of each 0.4 s block, every 0.1 s, summed over channels: [N]."""
    block, step = round(_BLOCK_S * audio.sample_rate), max(1, round(_STEP_S * audio.sample_rate))
    if audio.num_samples < block:
        return np.zeros(0)
    starts = np.arange(0, audio.num_samples - block + 1, step)
    edges = np.union1d(starts, starts + block)
    total = np.zeros(len(starts))
    for gain, channel in zip(_channel_gains(audio.channels), audio.samples, strict=True):
        if gain:
            energy = _energy_until(edges, channel, _filter_rows(audio.sample_rate))
            block_energy = energy[np.searchsorted(edges, starts + block)] - energy[np.searchsorted(edges, starts)]
            total += gain * block_energy / block
    return total


def _channel_gains(channels: int) -> list[float]:
    """Surround channels count more, the effect channel of 5.1 (L R C LFE Ls Rs) not at all."""
    return {5: [1, 1, 1, 1.41, 1.41], 6: [1, 1, 1, 0, 1.41, 1.41]}.get(channels, [1.0] * channels)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A linear filter on rows of `_ROW` samples: `row @ heard + state @ rings` comes out, `row @ left + state @ kept`
    is the state for the next row.  heard [64, 64], rings [S, 64], left [64, S], kept [S, S]."""

    heard: _Array
    rings: _Array
    left: _Array
    kept: _Array


def _energy_until(edges: NDArray[np.int64], channel: NDArray[np.float32], rows: _Rows) -> _Array:
    """The energy of `channel` [T] behind `rows` from the first of `edges` (rising, from 0) up to each: [N]."""
    cells = np.zeros(len(edges) - 1)
    start = 0
    for heard in _filtered(channel[: edges[-1]], rows):
        squares = np.square(heard)
        first = int(np.searchsorted(edges, start, side="right")) - 1
        inner = edges[first + 1 : np.searchsorted(edges, start + len(heard))] - start
        sums = np.add.reduceat(squares, np.concatenate(([0], inner)))
        cells[first : first + len(sums)] += sums
        start += len(heard)
    return np.concatenate(([0.0], np.cumsum(cells)))


def _filtered(channel: NDArray[np.float32], rows: _Rows) -> Iterator[_Array]:
    """`channel` [T] through the filter, from silence on, in parts that together are as long."""
    state = np.zeros(len(rows.kept))
    for start in range(0, len(channel), _ROW * _ROWS):
        part = channel[start : start + _ROW * _ROWS]
        table = np.zeros((-(-len(part) // _ROW), _ROW))
        table.reshape(-1)[: len(part)] = part
        states = table @ rows.left
        states[0] += state @ rows.kept
        # What each row leaves behind, with what all before it left: twice as far back with every turn.
        reach, kept = 1, rows.kept
        while reach < len(states):
            states[reach:] += states[:-reach] @ kept
            reach, kept = 2 * reach, _without_dust(kept @ kept)
        before = _without_dust(np.vstack((state, states[:-1])))
        state = states[-1]
        yield (table @ rows.heard + before @ rows.rings).reshape(-1)[: len(part)]


def _without_dust(values: _Array) -> _Array:
    """Processors take a hundred times as long over the last numbers before zero."""
    return np.where(np.abs(values) < _DUST, 0.0, values)


@functools.lru_cache(maxsize=8)
def _filter_rows(sample_rate: int) -> _Rows:
    """The K-weighting's matrices, found by sending single samples and single states through it."""
    sections = _k_weighting(sample_rate)
    size = 2 * len(sections)
    sound = np.vstack((np.eye(_ROW), np.zeros((size, _ROW))))
    state = np.vstack((np.zeros((_ROW, size)), np.eye(size)))
    for place in range(_ROW):
        for section, (b, a) in enumerate(sections):
            first, second = 2 * section, 2 * section + 1
            heard = sound[:, place].copy()
            sound[:, place] = b[0] * heard + state[:, first]
            state[:, first] = b[1] * heard - a[1] * sound[:, place] + state[:, second]
            state[:, second] = b[2] * heard - a[2] * sound[:, place]
    return _Rows(sound[:_ROW], sound[_ROW:], state[:_ROW], state[_ROW:])


def _k_weighting(sample_rate: int) -> list[tuple[_Array, _Array]]:
    """Both filter stages at any rate, (numerator, denominator), from the standard's analogue prototypes."""

    def warped(hz: float) -> float:
        return math.tan(math.pi * min(hz / sample_rate, _HIGHEST_CORNER))

    k = warped(1681.974450955533)  # shelf: +4 dB of a head, from about 1.7 kHz
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    shelf_b = np.array((high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k))
    shelf_a = np.array((1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k))

    k, q = warped(38.13547087602444), 0.5003270373238773  # high-pass at 38 Hz
    pass_a = np.array((1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k))
    # The standard's high-pass keeps the numerator 1, -2, 1 beside a denominator scaled to begin with 1.
    return [(shelf_b / shelf_a[0], shelf_a / shelf_a[0]), (np.array((1.0, -2.0, 1.0)), pass_a / pass_a[0])]
