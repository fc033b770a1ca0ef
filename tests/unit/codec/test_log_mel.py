"""The listening networks' log-mel: where a tone shows, what a level does, long clips and silence."""

from __future__ import annotations

import numpy as np
import pytest

from engine.codec import log_mel as module
from engine.codec.log_mel import FLOOR, MEL_BANDS, band_amplitudes, band_edges, clip_level, log_mel, mel_bank

RATE, HOP = 48_000, 512


def tone(hz: float, seconds: float = 0.5, rate: int = RATE) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


@pytest.mark.parametrize("hz", [220.0, 1000.0, 5000.0])
@pytest.mark.parametrize(("rate", "hop"), [(RATE, HOP), (24_000, 256)])
def test_a_tone_stands_in_the_band_that_holds_it(hz: float, rate: int, hop: int) -> None:
    middle = log_mel(tone(hz, rate=rate), rate, hop)[:, 20]
    edges = band_edges()
    band = int(middle.argmax())
    assert edges[band] < hz < edges[band + 2]


@pytest.mark.parametrize("samples", [1, HOP - 1, HOP, HOP + 1, 10 * HOP])
def test_as_many_frames_as_begun_hops(samples: int) -> None:
    assert log_mel(np.ones(samples, np.float32)).shape == (MEL_BANDS, -(-samples // HOP))


def test_frames_are_centred_on_half_hops() -> None:
    click = np.zeros(20 * HOP, np.float32)
    click[10 * HOP + HOP // 2] = 1.0
    energy = (band_amplitudes(click) ** 2).sum(axis=0)
    assert energy.argmax() == 10
    np.testing.assert_allclose(energy[9], energy[11], rtol=1e-3)


def test_level_is_that_of_the_loudest_tenth() -> None:
    samples = np.concatenate([0.01 * tone(300, 1.8), tone(300, 0.2)])
    quiet = log_mel(1e-3 * samples)
    np.testing.assert_allclose(quiet, log_mel(samples), atol=2e-3)
    assert clip_level(np.exp(quiet)) == pytest.approx(1.0, abs=0.02)


def test_white_noise_is_level_over_the_bands() -> None:
    noise = np.random.default_rng(0).standard_normal(12 * RATE).astype(np.float32)
    power = (band_amplitudes(noise) ** 2).mean(axis=1)
    assert power.max() / power.min() < 1.4


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).standard_normal(30 * HOP).astype(np.float32)
    whole = log_mel(noise)
    monkeypatch.setattr(module, "BLOCK_FRAMES", 7)
    np.testing.assert_allclose(log_mel(noise), whole, atol=1e-5)


@pytest.mark.parametrize("samples", [np.zeros(5 * HOP, np.float32), 1e-9 * tone(440)])
def test_silence_lies_on_the_floor(samples: np.ndarray) -> None:
    np.testing.assert_allclose(log_mel(samples), np.log(FLOOR))


def test_nothing_gives_no_frames() -> None:
    assert log_mel(np.zeros(0, np.float32)).shape == (MEL_BANDS, 0)


def test_every_band_has_a_bin() -> None:
    assert (mel_bank(RATE).sum(axis=0) > 0.99).all()
    assert (mel_bank(24_000).sum(axis=0) > 0.99).all()


def test_a_rate_without_8_khz_is_refused() -> None:
    with pytest.raises(ValueError, match="does not reach"):
        mel_bank(11_025)
