"""The synthesiser: pulses of the right pitch and power, and the same sound as its twin in PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.codec import harmonic as harmonic_module
from engine.codec.harmonic import BandFilters, mel, pulse_train, synthesize, tune_first_formant
from engine.codec.spectrogram_codec import linear_spectrogram
from engine.train.networks.codec import linear_spectrogram as torch_spectrogram
from engine.train.networks.harmonic import HarmonicNoiseSynth

RATE, HOP = 48_000, 256
FREQUENCIES = [50.0, 82.4, 220.0, 261.63, 440.0, 1046.5, 1200.0]


def steady(hz: float, seconds: float = 1.0) -> np.ndarray:
    return pulse_train(np.full(round(seconds * RATE / HOP), hz, np.float32), RATE, HOP, phase=0.3)


@pytest.mark.parametrize("hz", FREQUENCIES)
def test_pitch_is_exact(hz: float) -> None:
    seconds = 4.0
    pulses = steady(hz, seconds)
    spectrum = np.abs(np.fft.rfft(pulses * np.hanning(len(pulses)), 4 * len(pulses)))
    resolution = RATE / (4 * len(pulses))
    near = slice(int(hz * 0.8 / resolution), int(hz * 1.2 / resolution))
    found = (near.start + int(spectrum[near].argmax())) * resolution
    assert abs(1200 * np.log2(found / np.float32(hz))) < 1200 / np.log(2) * resolution / hz


@pytest.mark.parametrize("hz", FREQUENCIES)
def test_unit_power(hz: float) -> None:
    assert 10 * np.log10(np.mean(steady(hz) ** 2)) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("hz", FREQUENCIES)
def test_equal_harmonics_and_no_aliases(hz: float) -> None:
    pulses = steady(hz)
    power = np.abs(np.fft.rfft(pulses * np.blackman(len(pulses)))) ** 2
    count = int(RATE / 2 / hz)
    bins = np.fft.rfftfreq(len(pulses), 1 / RATE)
    distance = np.abs(bins - hz * np.clip(np.round(bins / hz), 1, count))
    between = power[distance > 12].max(initial=0)
    peaks = [power[np.abs(bins - k * hz) < 3].max() for k in range(1, count)]
    # An alias would stand between the harmonics (none of these frequencies divides the rate but 50 and 1200).
    assert 10 * np.log10(between / np.median(peaks)) < -60
    assert 10 * np.log10(max(peaks) / min(peaks)) < 3  # scalloping of the bins


def test_a_glide_has_no_jump_of_phase() -> None:
    """The fundamental, cut out, advances by what f0 says at every sample."""
    f0 = np.linspace(200, 400, 200).astype(np.float32)
    pulses = pulse_train(f0, RATE, HOP)
    middles = (np.arange(len(f0)) + 0.5) * HOP
    hz = np.interp(np.arange(len(pulses)), middles, f0.astype(float))
    carrier = np.exp(-2j * np.pi * np.cumsum(hz / RATE))
    window = np.hanning(4801) / np.hanning(4801).sum()
    base = np.convolve(pulses * carrier, window, "valid")
    phase = np.unwrap(np.angle(base))
    assert np.abs(phase - phase.mean()).max() < 0.05
    assert np.abs(np.diff(np.abs(base))).max() < 1e-3


@given(st.lists(st.floats(20, 14_000), min_size=1, max_size=30), st.floats(0, 1))
@settings(deadline=None)
def test_any_pitch_gives_finite_samples(f0: list[float], phase: float) -> None:
    pulses = pulse_train(np.array(f0, np.float32), RATE, HOP, phase)
    assert pulses.shape == (len(f0) * HOP,)
    assert pulses.dtype == np.float32
    assert np.isfinite(pulses).all()


def test_pulses_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    f0 = np.random.default_rng(4).uniform(80, 900, 40).astype(np.float32)
    whole = pulse_train(f0, RATE, HOP, 0.3)
    monkeypatch.setattr(harmonic_module, "BLOCK_FRAMES", 7)
    np.testing.assert_allclose(pulse_train(f0, RATE, HOP, 0.3), whole, atol=1e-4 * np.abs(whole).max())


@pytest.mark.parametrize("hz", [55.0, 333.3, 2000.0])
def test_pulses_are_the_sum_of_their_harmonics(hz: float) -> None:
    """Against the sum in double precision, also an hour into a note, and right beside each pulse."""
    frames, late = 8, 3600.0
    pulses = pulse_train(np.full(frames, hz, np.float32), RATE, HOP, (late * hz) % 1.0)
    turns = (late * hz) % 1.0 + np.arange(1, frames * HOP + 1) * float(np.float32(hz)) / RATE
    count = int(0.5 * RATE // hz)
    wanted = sum(np.cos(2 * np.pi * k * turns) for k in range(1, count + 1)) * np.sqrt(2 / count)
    np.testing.assert_allclose(pulses, wanted, atol=2e-3 * np.sqrt(count))


def test_above_nyquist_there_is_silence() -> None:
    assert np.array_equal(pulse_train(np.full(4, 30_000, np.float32), RATE, HOP), np.zeros(4 * HOP))
    assert len(pulse_train(np.zeros(0, np.float32), RATE, HOP)) == 0


@pytest.mark.parametrize("frames", [1, 2, 7, 60])
@pytest.mark.parametrize("bands", [8, 128])
def test_numpy_equals_torch(frames: int, bands: int) -> None:
    rng = np.random.default_rng(frames)
    gains = [rng.normal(-4, 1.5, (frames, bands)).astype(np.float32) for _ in range(2)]
    pulses = pulse_train(rng.uniform(100, 500, frames).astype(np.float32), RATE, HOP)
    hiss = rng.standard_normal(len(pulses), dtype=np.float32)
    ours = synthesize(*gains, pulses, hiss, BandFilters(RATE, HOP, bands))
    with torch.no_grad():
        theirs = HarmonicNoiseSynth(RATE, HOP, bands)(*(torch.from_numpy(x)[None] for x in (*gains, pulses, hiss)))
    assert ours.shape == (frames * HOP,)
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs[0].numpy()).max() < 1e-4


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    gains = rng.normal(-3, 1, (2, 50, 16)).astype(np.float32)
    sources = rng.standard_normal((2, 50 * HOP)).astype(np.float32)
    filters = BandFilters(RATE, HOP, 16)
    whole = synthesize(*gains, *sources, filters)
    monkeypatch.setattr(harmonic_module, "BLOCK_FRAMES", 7)
    assert np.abs(synthesize(*gains, *sources, filters) - whole).max() < 1e-5


def test_flat_gains_let_the_source_through() -> None:
    filters = BandFilters(RATE, HOP, 32)
    hiss = np.random.default_rng(0).standard_normal(40 * HOP).astype(np.float32)
    silent, flat = np.full((40, 32), -40, np.float32), np.zeros((40, 32), np.float32)
    out = synthesize(silent, flat, np.zeros_like(hiss), hiss, filters)
    assert np.abs(out - hiss)[2 * HOP : -2 * HOP].max() < 1e-3
    louder = synthesize(silent, flat + np.float32(np.log(2)), np.zeros_like(hiss), hiss, filters)
    assert np.abs(louder - 2 * out)[2 * HOP : -2 * HOP].max() < 1e-3


def test_a_band_shapes_its_own_frequencies() -> None:
    filters = BandFilters(RATE, HOP, 64)
    gains = np.full((100, 64), -8, np.float32)
    band = 30
    gains[:, band] = 0
    hiss = np.random.default_rng(0).standard_normal(100 * HOP).astype(np.float32)
    out = synthesize(np.full_like(gains, -40), gains, np.zeros_like(hiss), hiss, filters)
    bins = np.fft.rfftfreq(len(out), 1 / RATE)
    centre = bins[np.convolve(np.abs(np.fft.rfft(out)) ** 2, np.ones(200), "same").argmax()]
    position = float(mel(centre) / mel(RATE / 2) * 64 - 0.5)
    assert position == pytest.approx(band, abs=1)


@given(st.integers(1, 5000))
@settings(deadline=None, max_examples=20)
def test_linear_spectrogram_equals_torchs(length: int) -> None:
    hop, n_fft = 512, 2048
    samples = np.random.default_rng(length).standard_normal(length).astype(np.float32) * 0.3
    ours = linear_spectrogram(samples, n_fft, hop)
    frames = -(-length // hop)
    assert ours.shape == (n_fft // 2 + 1, frames)
    padded = np.pad(samples, (0, frames * hop - length))
    theirs = torch_spectrogram(torch.from_numpy(padded)[None], n_fft, hop)[0].numpy()
    # Where magnitudes sink into rounding noise their logarithms differ.
    loud = theirs > np.log(1e-4)
    assert np.abs(ours - theirs)[loud].max(initial=0) < 5e-3


def test_a_formant_below_f0_is_carried_up_and_one_above_is_left() -> None:
    hz = BandFilters(RATE, HOP, 128).band_hz
    gains = (-4.0 - 3.0 * np.abs(np.log2(hz / 300.0)))[None].repeat(3, 0).astype(np.float32)
    f0 = np.array([150.0, 250.0, 600.0], np.float32)
    tuned = tune_first_formant(gains, f0, hz)
    np.testing.assert_array_equal(tuned[:2], gains[:2])
    at = int(np.abs(hz - 600).argmin())
    assert tuned[2, at] - gains[2, at] > 1.0
    assert np.abs(tuned[2, hz > 1200] - gains[2, hz > 1200]).max() < 1e-6
