"""What the chains that come along do to a voice: levels, consonants, edges, sides, ends."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from engine.audio import Audio, FloatArray, integrated_loudness, true_peak_db
from plugin_host.rendergraph import Chain, list_chains, preview
from plugin_host.rendergraph.tuning import tail_s
from tests.unit.rendergraph.sounds import RATE, chain_of, rms_db

OURS = [chain for chain in list_chains()[0] if not chain.yours]
LUFS = -25.0  # of a mono voice, as Melisma sings


@functools.cache
def sung(seconds: float = 3.0) -> FloatArray:
    """Vowels on four notes with vibrato, falling by 9 dB an octave, and an s before each: float32 [1, T]."""
    t = np.arange(round(seconds * RATE)) / RATE
    note = np.array([330.0, 392.0, 494.0, 440.0])[(t * 4 / seconds).astype(int).clip(0, 3)]
    turn = 2 * np.pi * np.cumsum(note * 2 ** (0.3 * np.sin(2 * np.pi * 5.5 * t) / 12)) / RATE
    vowel = sum(np.sin(k * turn) / k**1.5 for k in range(1, 16))
    place = t % (seconds / 4)
    vowel = vowel * ((place > 0.2) & (place < 0.9))
    sound = (vowel / 3 + ess(len(t)) * (place < 0.15))[np.newaxis].astype(np.float32)
    return sound * np.float32(10 ** ((LUFS - integrated_loudness(Audio(sound, RATE))) / 20))


def ess(size: int) -> np.ndarray:
    """Noise from 5 to 11 kHz, as loud as an s beside its vowels."""
    spectrum = np.fft.rfft(np.random.default_rng(2).standard_normal(size))
    hz = np.fft.rfftfreq(size, 1 / RATE)
    noise = np.fft.irfft(np.where((hz > 5000) & (hz < 11000), spectrum, 0), size)
    return 0.05 * noise / noise.std()


def heard(chain: Chain, sound: FloatArray, tail: float = 0.0) -> FloatArray:
    return preview(chain, Audio(sound, RATE), tail_s=tail).samples


def band_db(sound: FloatArray, low: float, high: float) -> float:
    spectrum = np.abs(np.fft.rfft(sound[0].astype(np.float64))) ** 2
    hz = np.fft.rfftfreq(sound.shape[1], 1 / RATE)
    return float(10 * np.log10(spectrum[(hz >= low) & (hz < high)].sum() + 1e-30))


@functools.cache
def sung_through(number: int) -> FloatArray:
    """With the whole tail."""
    return heard(OURS[number], sung(), tail_s(OURS[number].active, 120.0) + 0.1)


every_chain = pytest.mark.parametrize("number", range(len(OURS)), ids=[chain.id for chain in OURS])


def test_no_chain_is_much_louder_than_another() -> None:
    levels = {chain.id: integrated_loudness(Audio(sung_through(n), RATE)) for n, chain in enumerate(OURS)}
    assert max(levels.values()) - min(levels.values()) < 3.5, levels
    assert all(abs(level - (LUFS + 3)) < 3 for level in levels.values()), levels  # on both sides: 3 more


@every_chain
def test_a_voice_stays_below_the_ceiling(number: int) -> None:
    assert true_peak_db(Audio(sung_through(number), RATE)) < -6


@every_chain
def test_little_is_lost_in_mono(number: int) -> None:
    sound = sung_through(number)
    assert rms_db(sound.mean(axis=0)) > rms_db(sound) - 3


@every_chain
def test_tails_end(number: int) -> None:
    """Where the bounce stops listening nothing is left to be heard."""
    sound = sung_through(number)
    assert np.abs(sound[:, -RATE // 20 :]).max() < 10 ** (-80 / 20)


def test_a_de_esser_takes_consonants_and_leaves_vowels() -> None:
    """A good part of what its ratio says, not a tenth of it, as bands that are out of phase would give."""
    noise = 2 * ess(RATE)[np.newaxis].astype(np.float32)
    t = np.arange(RATE) / RATE
    vowel = sum(np.sin(2 * np.pi * 220 * k * t) / k**1.5 for k in range(1, 14))[np.newaxis].astype(np.float32) * 0.2
    for threshold_db, taken in ((-30.0, 6.0), (-20.0, 0.0)):
        chain = chain_of({"type": "deesser", "frequency_hz": 5000, "threshold_db": threshold_db, "ratio": 8})
        assert rms_db(heard(chain, noise)[0, 4800:]) < rms_db(noise[0, 4800:]) - taken
        assert rms_db(heard(chain, vowel)[0, 4800:]) == pytest.approx(rms_db(vowel[0, 4800:]), abs=0.3)


def test_a_de_esser_at_rest_keeps_every_level() -> None:
    impulse = np.zeros((1, 4096), np.float32)
    impulse[0, 0] = 0.01
    out = heard(chain_of({"type": "deesser", "threshold_db": 0}), impulse)
    assert np.allclose(20 * np.log10(np.abs(np.fft.rfft(out[0])) / 0.01), 0, atol=0.02)


def test_the_wire_is_narrow() -> None:
    """Two octaves beyond its edges at least 30 dB down, squeezed and overdriven as it is."""
    telephone = next(chain for chain in OURS if chain.id == "telephone")
    noise = (0.05 * np.random.default_rng(0).standard_normal((1, 4 * RATE))).astype(np.float32)
    for sound in (noise, sung()):
        out = heard(telephone, sound)
        assert (out[0] == out[1]).all()
        for low, high in ((20, 75), (14400, 20000)):
            lost = band_db(out, low, high) - band_db(sound, low, high)
            kept = band_db(out, 500, 2500) - band_db(sound, 500, 2500)
            whole = band_db(out, low, high) - band_db(out, 300, 3400)
            assert min(lost - kept, whole) < -30
