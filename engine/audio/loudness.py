"""Loudness by ITU-R BS.1770-4: integrated, gated, in LUFS; and the peak between the samples."""

from __future__ import annotations

import math

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.audio.signal import Audio

_BLOCK_S, _STEP_S = 0.4, 0.1
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0
# Length of the K-weighting's impulse response that is kept.  Its slowest part, a high-pass at 38 Hz, has
# fallen by more than 120 dB after 0.1 s.
_RESPONSE_S = 0.5
_FFT_SIZE = 1 << 17


def integrated_loudness(audio: Audio) -> float:
    """LUFS of the whole, blocks below the gates left out; -inf when silent or shorter than 0.4 s."""
    power = _block_power(audio)
    power = power[_lufs(power) > _ABSOLUTE_GATE]
    if not power.size:
        return -math.inf
    gate = float(_lufs(power.mean())) + _RELATIVE_GATE
    return float(_lufs(power[_lufs(power) > gate].mean()))


def true_peak_db(audio: Audio) -> float:
    """dBTP: the highest value after oversampling to at least 176 kHz; -inf when silent."""
    if not audio.num_samples:
        return -math.inf
    factor = max(1, math.ceil(176_000 / audio.sample_rate))
    frames = np.ascontiguousarray(audio.samples.T)
    oversampled = soxr.resample(frames, audio.sample_rate, audio.sample_rate * factor, quality="HQ")
    peak = max(float(np.abs(oversampled).max(initial=0.0)), float(np.abs(frames).max()))
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(-0.691 + 10 * np.log10(power))


def _block_power(audio: Audio) -> NDArray[np.float64]:
    """Weighted mean square of each 0.4 s block, every 0.1 s, summed over channels: [N]."""
    block, step = round(_BLOCK_S * audio.sample_rate), round(_STEP_S * audio.sample_rate)
    if audio.num_samples < block:
        return np.zeros(0)
    starts = np.arange(0, audio.num_samples - block + 1, step)
    response = _k_weighting(audio.sample_rate)
    total = np.zeros(len(starts))
    for gain, channel in zip(_channel_gains(audio.channels), audio.samples, strict=True):
        energy = np.concatenate(([0.0], np.cumsum(_filter(channel, response) ** 2)))
        total += gain * (energy[starts + block] - energy[starts]) / block
    return total


def _channel_gains(channels: int) -> list[float]:
    """Surround channels count more, the effect channel of 5.1 (L R C LFE Ls Rs) not at all."""
    return {5: [1, 1, 1, 1.41, 1.41], 6: [1, 1, 1, 0, 1.41, 1.41]}.get(channels, [1.0] * channels)


def _k_weighting(sample_rate: int) -> NDArray[np.float64]:
    """The impulse response of both filter stages at any rate, from the standard's analogue prototypes."""
    size = 1 << math.ceil(math.log2(_RESPONSE_S * sample_rate))
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)

    k = math.tan(math.pi * 1681.974450955533 / sample_rate)  # shelf: +4 dB of a head, from about 1.7 kHz
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    shelf_b = (high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k)
    shelf_a = (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)

    k, q = math.tan(math.pi * 38.13547087602444 / sample_rate), 0.5003270373238773  # high-pass at 38 Hz
    pass_a = (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)
    # The standard's high-pass keeps the numerator 1, -2, 1 beside a denominator scaled to begin with 1.
    pass_a = (1.0, pass_a[1] / pass_a[0], pass_a[2] / pass_a[0])

    def quadratic(c: tuple[float, float, float]) -> NDArray[np.complex128]:
        return np.asarray(c[0] + c[1] * z + c[2] * z * z)

    spectrum = quadratic(shelf_b) / quadratic(shelf_a) * quadratic((1.0, -2.0, 1.0)) / quadratic(pass_a)
    return np.fft.irfft(spectrum, size)


def _filter(signal: NDArray[np.float32], response: NDArray[np.float64]) -> NDArray[np.float64]:
    """`signal` [T] through `response`, block by block (overlap-add), same length."""
    hop = _FFT_SIZE - len(response)
    spectrum = np.fft.rfft(response, _FFT_SIZE)
    result = np.zeros(len(signal) + _FFT_SIZE)
    for start in range(0, len(signal), hop):
        block = np.fft.rfft(signal[start : start + hop], _FFT_SIZE)
        result[start : start + _FFT_SIZE] += np.fft.irfft(block * spectrum, _FFT_SIZE)
    return result[: len(signal)]
