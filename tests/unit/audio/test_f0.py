"""The pitch tracker, on sounds whose pitch is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audio.f0 import HIGHEST_HZ, LOWEST_HZ, continuous_f0, track_f0
from engine.codec.harmonic import pulse_train

RATE, HOP = 48_000, 256
Floats = NDArray[np.float32]
FORMANTS = {"a": (750, 1200, 2600), "i": (300, 2300, 3000), "u": (320, 800, 2300)}


def curve(hz: float, seconds: float, cents: float = 60.0, rate_hz: float = 5.5) -> Floats:
    """f0 at the middles of hops, with vibrato."""
    times = (np.arange(round(seconds * RATE / HOP)) + 0.5) * HOP / RATE
    return (hz * np.exp2(cents / 1200 * np.sin(2 * np.pi * rate_hz * times))).astype(np.float32)


def vowel(f0: Floats, formants: tuple[int, ...] = FORMANTS["a"], rate: int = RATE, hop: int = HOP) -> Floats:
    """Pulses through formants, peak 0.5."""
    pulses = pulse_train(f0, rate, hop)
    hz = np.fft.rfftfreq(len(pulses), 1 / rate)
    shape = 0.02 / (1 + (hz / 500) ** 2)
    for number, middle in enumerate(formants):
        shape = shape + 0.5**number / (1 + ((hz - middle) / (60 + 0.04 * middle)) ** 2)
    sound = np.fft.irfft(np.fft.rfft(pulses) * shape, n=len(pulses))
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def noisy(sound: Floats, ratio_db: float, seed: int = 0) -> Floats:
    noise = np.random.default_rng(seed).standard_normal(len(sound))
    level = np.sqrt(np.mean(sound**2)) * 10 ** (-ratio_db / 20)
    return (sound + level * noise).astype(np.float32)


def errors(found: Floats, f0: Floats) -> NDArray[np.float64]:
    """Cents of the voiced frames."""
    voiced = found > 0
    return 1200 * np.log2(found[voiced].astype(np.float64) / f0[voiced])


@pytest.mark.parametrize("formants", FORMANTS.values(), ids=FORMANTS)
@pytest.mark.parametrize("hz", [70, 98, 147, 220, 330, 523, 784, 1000])
def test_known_pitch_with_vibrato_and_noise(hz: float, formants: tuple[int, ...]) -> None:
    f0 = curve(hz, 1.5)
    found = track_f0(noisy(vowel(f0, formants), 20), RATE, HOP).f0
    cents = np.abs(errors(found, f0))
    assert len(found) == len(f0)
    assert np.mean(found > 0) > 0.97
    assert np.median(cents) < 5
    assert np.mean(cents > 600) < 0.01


def test_a_glide_is_followed_within_a_few_cents() -> None:
    f0 = np.exp2(np.linspace(np.log2(110), np.log2(880), 600)).astype(np.float32)
    cents = errors(track_f0(vowel(f0), RATE, HOP).f0, f0)
    assert len(cents) > 580
    assert np.percentile(np.abs(cents), 95) < 10


def test_a_step_is_a_step() -> None:
    """Two notes a fifth apart: within 25 ms of the step each has its own pitch."""
    f0 = np.repeat(np.array([220, 330], np.float32), 200)
    found = track_f0(vowel(f0), RATE, HOP).f0
    apart = np.abs(np.arange(400) + 0.5 - 200) * HOP / RATE > 0.025
    assert np.percentile(np.abs(1200 * np.log2(found[apart] / f0[apart])), 99) < 15


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 96_000])
def test_rates_agree(rate: int) -> None:
    hop = round(rate * HOP / RATE)
    f0 = np.full(round(1.0 * rate / hop), 233.0, np.float32)
    found = track_f0(vowel(f0, rate=rate, hop=hop), rate, hop).f0
    assert len(found) == len(f0)
    assert np.median(np.abs(errors(found, f0))) < 3


def test_frames_stand_where_they_say() -> None:
    """A tone from 0.5 s to 1.0 s: voiced there and nowhere else, within 15 ms."""
    sound = np.zeros(RATE * 3 // 2, np.float32)
    tone = vowel(np.full(94, 200.0, np.float32))
    sound[24_000 : 24_000 + len(tone)] = tone
    voiced = np.flatnonzero(track_f0(sound, RATE, HOP).voiced) * HOP / RATE
    assert voiced[0] == pytest.approx(0.5, abs=0.015)
    assert voiced[-1] == pytest.approx(1.0, abs=0.015)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(RATE, np.float32),
        np.full(RATE, 0.5, np.float32),
        np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32),
        np.eye(1, RATE, 20_000, dtype=np.float32)[0],
        np.zeros(1, np.float32),
        np.ones(HOP + 1, np.float32),
    ],
    ids=["silence", "direct current", "noise", "a click", "one sample", "a hop and a sample"],
)
def test_what_is_no_voice_is_unvoiced(sound: Floats) -> None:
    track = track_f0(sound, RATE, HOP)
    assert len(track.f0) == len(track.periodicity) == -(-len(sound) // HOP)
    assert np.mean(track.voiced) < 0.05
    assert np.isfinite(track.periodicity).all()
    assert ((track.periodicity >= 0) & (track.periodicity <= 1)).all()


def test_no_samples_no_frames() -> None:
    assert len(track_f0(np.zeros(0, np.float32), RATE, HOP).f0) == 0


def test_two_voices_give_one_of_them() -> None:
    low, high = np.full(300, 147.0, np.float32), np.full(300, 262.0, np.float32)
    found = track_f0(0.5 * vowel(low, FORMANTS["i"]) + vowel(high), RATE, HOP).f0
    voiced = found[found > 0]
    assert len(voiced) > 200
    near = np.minimum.reduce([np.abs(1200 * np.log2(voiced / hz)) for hz in (262.0, 131.0, 147.0)])
    assert np.mean(near < 60) > 0.8
    assert ((voiced >= LOWEST_HZ * 0.9) & (voiced <= HIGHEST_HZ * 1.1)).all()


def test_soft_sounds_of_a_loud_recording_are_unvoiced() -> None:
    """Hum 60 dB below the singing is no note."""
    hum = 0.0005 * vowel(np.full(180, 100.0, np.float32))
    assert track_f0(hum, RATE, HOP, loudest=0.5).voiced.sum() == 0
    assert track_f0(hum, RATE, HOP).voiced.sum() > 150


def test_a_whistling_consonant_is_no_note() -> None:
    """40 ms at 1.1 kHz between two vowels at 220 Hz goes; a short note a third higher stays."""
    vowels, gap = vowel(np.full(100, 220.0, np.float32)), np.zeros(12 * HOP, np.float32)
    for hz, kept in ((1100.0, False), (277.0, True)):
        middle = vowel(np.full(8, hz, np.float32))
        found = track_f0(np.concatenate([vowels, gap, middle, gap, vowels]), RATE, HOP).f0[113:119]
        assert (np.abs(found - hz) < 0.05 * hz).any() == kept


def test_loudness_does_not_matter() -> None:
    sound = noisy(vowel(curve(300, 0.7)), 30)
    first, second = track_f0(sound, RATE, HOP).f0, track_f0(sound / 64, RATE, HOP).f0
    np.testing.assert_allclose(first, second, rtol=1e-4)


def test_unvoiced_stretches_are_bridged_in_octaves() -> None:
    f0 = np.array([0, 200, 0, 0, 0, 400, 0], np.float32)
    found = continuous_f0(f0)
    np.testing.assert_allclose(found[[0, 1, 3, 5, 6]], [200, 200, 200 * 2**0.5, 400, 400], rtol=1e-5)
    assert (continuous_f0(np.zeros(5, np.float32)) > 0).all()


def test_a_check_can_stop_it() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        track_f0(np.zeros(RATE, np.float32), RATE, HOP, check=stop)
