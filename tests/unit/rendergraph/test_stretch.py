"""Another tempo: every moment at its quarter, the pitch as it was."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio import Audio, FloatArray
from engine.errors import InputError
from engine.score import TempoMap
from plugin_host.rendergraph import stretch, stretched_s

BEFORE = TempoMap(((0.0, 100.0),))
AFTER = TempoMap(((0.0, 90.0), (6.0, 130.0)))
ONSETS_S = [0.3 + 0.6 * k for k in range(9)]


def plucks(sample_rate: int) -> FloatArray:
    sound = np.zeros((1, sample_rate * 6), np.float32)
    length = sample_rate // 8
    t = np.arange(length) / sample_rate
    for onset_s in ONSETS_S:
        at = round(onset_s * sample_rate)
        sound[0, at : at + length] = 0.5 * np.cos(2 * np.pi * 440 * t) * np.exp(-24 * t)
    return sound


def onsets_s(sound: FloatArray, sample_rate: int) -> FloatArray:
    loud = np.flatnonzero(np.abs(sound[0]) > 0.12)
    first = np.concatenate(([True], np.diff(loud) > 0.15 * sample_rate))
    return loud[first] / sample_rate


@pytest.mark.parametrize("sample_rate", [44100, 96000])
def test_onsets_lie_on_their_quarters(sample_rate: int) -> None:
    stretched = stretch(Audio(plucks(sample_rate), sample_rate), BEFORE, AFTER)
    wanted = [stretched_s(onset_s, BEFORE, AFTER) for onset_s in ONSETS_S]
    found = onsets_s(stretched.samples, sample_rate)
    assert len(found) == len(wanted)
    assert np.abs(found - wanted).max() < 0.004
    assert stretched.num_samples == round(stretched_s(6.0, BEFORE, AFTER) * sample_rate)
    assert stretched.channels == 1


def test_the_pitch_stays() -> None:
    t = np.arange(48000 * 4) / 48000
    tone = Audio.mono(0.4 * np.sin(2 * np.pi * 330 * t), 48000)
    stretched = stretch(tone, BEFORE, TempoMap(((0.0, 80.0),)))
    middle = stretched.samples[0, 48000:144000] * np.hanning(96000)
    assert np.argmax(np.abs(np.fft.rfft(middle))) * 48000 / 96000 == pytest.approx(330, abs=1)


def test_the_same_tempo_is_the_same_sound() -> None:
    audio = Audio(plucks(48000), 48000)
    assert stretch(audio, BEFORE, TempoMap(((0.0, 100.0), (40.0, 80.0)))) is audio


def test_too_far_is_refused() -> None:
    with pytest.raises(InputError, match="four times"):
        stretch(Audio(plucks(8000), 8000), BEFORE, TempoMap(((0.0, 20.0),)))
