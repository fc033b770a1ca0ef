"""The transform gives back what went in, and is the one that the refiner was trained with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.separation.stft import from_parts, istft, stft, to_parts

SIZES = [(4096, 1024), (512, 128), (5120, 1024), (7680, 1024)]  # the last hop divides nothing


def noise(length: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(length).uniform(-1, 1, (channels, length)).astype(np.float32)


@pytest.mark.parametrize(("n_fft", "hop"), SIZES)
def test_there_and_back(n_fft: int, hop: int) -> None:
    samples = noise(64 * 1024)
    spectrum = stft(samples, n_fft, hop)
    assert spectrum.shape == (2, n_fft // 2 + 1, 1 + samples.shape[1] // hop)
    assert spectrum.dtype == np.complex64
    again = istft(spectrum, n_fft, hop, samples.shape[1])
    assert again.dtype == np.float32
    assert 20 * np.log10(np.abs(again - samples).max()) < -120


@settings(max_examples=25)
@given(length=st.integers(300, 5000), channels=st.integers(1, 3))
def test_any_length(length: int, channels: int) -> None:
    samples = noise(length, channels)
    again = istft(stft(samples, 512, 128), 512, 128, length)
    assert again.shape == samples.shape
    covered = 512 // 2 + length // 128 * 128 - 256  # behind the last frame's middle less and less is covered
    np.testing.assert_allclose(again[:, :covered], samples[:, :covered], atol=1e-5)


@pytest.mark.parametrize(("n_fft", "hop"), SIZES)
def test_it_is_the_transform_of_the_training(n_fft: int, hop: int) -> None:
    torch = pytest.importorskip("torch")
    samples = noise(40 * 1024)
    wanted = torch.stft(
        torch.from_numpy(samples), n_fft, hop, window=torch.hann_window(n_fft), center=True, return_complex=True
    ).numpy()
    np.testing.assert_allclose(stft(samples, n_fft, hop), wanted, atol=2e-4)


def test_parts_and_back() -> None:
    spectrum = stft(noise(4096), 512, 128)
    parts = to_parts(spectrum)
    assert (parts.shape, parts.dtype, parts.flags.c_contiguous) == ((4, 257, 33), np.float32, True)
    np.testing.assert_array_equal(parts[2], spectrum[1].real)
    np.testing.assert_array_equal(from_parts(parts), spectrum)
    assert from_parts(parts).dtype == np.complex64
