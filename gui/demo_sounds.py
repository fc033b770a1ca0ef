"""A short mix for pictures of the window: the sung probe that comes along, over a band that is reckoned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, read_audio, write_audio
from engine.folders import presets_folder
from gui.texts import shell as texts

Floats = NDArray[np.float32]
_BAR_S = 3 * 60 / 84
"""Three quarters at the tempo of the probe's song."""
_CHORDS = ((43, 59, 62, 67), (48, 60, 64, 67), (43, 59, 62, 67), (50, 57, 62, 66))
_BAND_PEAK, _VOICE_GAIN = 0.45, 0.5


def write_demo_mix(folder: Path) -> Path:
    """Raises `InputError` where the probe is not installed, or `folder` cannot be written."""
    voice = read_audio(presets_folder() / "probe" / "singing.ogg")
    band = _band(voice.num_samples, voice.sample_rate)
    mix = band + _VOICE_GAIN * voice.samples.mean(axis=0)
    out = folder / f"{texts.DEMO_NAME}.wav"
    write_audio(Audio(mix.astype(np.float32), voice.sample_rate), out, subtype="FLOAT")
    return out


def _band(length: int, rate: int) -> Floats:
    """Plucked chords and a soft brush [2, length], one chord a bar."""
    generator = np.random.default_rng(1)
    made = np.zeros((2, length), np.float32)
    beat = round(_BAR_S / 3 * rate)
    for number, start in enumerate(range(0, length, beat)):
        chord = _CHORDS[number // 3 % len(_CHORDS)]
        keys = chord if number % 3 == 0 else chord[1:]
        for place, key in enumerate(keys):
            pan = 0.5 + 0.3 * (place / len(keys) - 0.5)
            _lay(made, start, (1 - pan, pan), _plucked(key, min(2 * beat, length - start), rate))
        brush = _decaying(generator.standard_normal(min(beat // 3, length - start)), 0.05, rate)
        _lay(made, start, (0.1, 0.12), brush)
    return np.asarray(made * (_BAND_PEAK / np.abs(made).max()), np.float32)


def _lay(made: Floats, start: int, gains: tuple[float, float], sound: Floats) -> None:
    made[:, start : start + len(sound)] += np.outer(gains, sound)


def _plucked(key: int, length: int, rate: int) -> Floats:
    """A string of a few partials, the high ones gone first."""
    hz, times = 440.0 * 2 ** ((key - 69) / 12), np.arange(length) / rate
    partials = (np.sin(2 * np.pi * n * hz * times) * np.exp(-times * (1.5 + 1.2 * n)) / n for n in range(1, 7))
    return np.asarray(sum(partials), np.float32)


def _decaying(noise: NDArray[np.float64], seconds: float, rate: int) -> Floats:
    return np.asarray(noise * np.exp(-np.arange(len(noise)) / (seconds * rate)), np.float32)
