"""Where vowels begin in a sound: for syllables on `s`, `st`, `sh` and `f`, which a voice leaves at once, with a step.

Below 1 kHz these consonants are some 25 dB weaker than any vowel, so the middle of that step (in dB) marks the onset.
Other consonants have a pitch themselves, or a breath between them and their vowel: see `glides.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_HOP_S = 0.001
_LOW_HZ, _HIGH_HZ = 100.0, 1000.0
_AROUND_S = 0.12
_MEASURABLE = re.compile(r"(s[tkp]?|sh|f)[aeiouy]", re.IGNORECASE)


def is_measurable(lyric: str) -> bool:
    """Whether the vowel of an English syllable begins with a step."""
    return _MEASURABLE.match(lyric) is not None


def vowel_onset_errors_s(sound: NDArray[np.floating], sample_rate: int, onsets_s: Sequence[float]) -> list[float]:
    """How much later than `onsets_s` the vowels of `sound` [N] begin, in seconds.

    Looked for from 120 ms before each to 120 ms after it, which is the most that can be told.
    """
    level_db = _level_db(sound, sample_rate)
    return [_onset_s(level_db, at_s) - at_s for at_s in onsets_s]


def _level_db(sound: NDArray[np.floating], sample_rate: int) -> NDArray[np.float64]:
    """Power between 100 Hz and 1 kHz every millisecond, over windows of 10 ms."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / sample_rate)
    spectrum[(hz < _LOW_HZ) | (hz > _HIGH_HZ)] = 0
    low = np.fft.irfft(spectrum, len(sound))
    window = np.hanning(int(0.010 * sample_rate))
    power = np.convolve(low * low, window / window.sum(), "same")
    middles = (np.arange(int(len(sound) / sample_rate / _HOP_S)) * _HOP_S * sample_rate).astype(int)
    levels: NDArray[np.float64] = 10 * np.log10(power[middles] + 1e-12)
    return levels


def _onset_s(level_db: NDArray[np.float64], at_s: float) -> float:
    at, around = round(at_s / _HOP_S), round(_AROUND_S / _HOP_S)
    begin, end = max(0, at - around), at + around + 1
    quietest = begin + int(np.argmin(level_db[begin:end]))
    vowel_db = float(np.median(level_db[at + around // 2 : at + round(1.5 * around)]))
    above = level_db[quietest:end] >= (vowel_db + level_db[quietest]) / 2
    return float(quietest + int(np.argmax(above)) if above.any() else end) * _HOP_S
