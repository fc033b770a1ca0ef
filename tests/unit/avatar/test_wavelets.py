"""The Haar wavelet against PyWavelets, and against what bands are for."""

from __future__ import annotations

import numpy as np
import pytest
import pywt
import torch
from torch import Tensor

from engine.train.avatar.networks.wavelets import haar, inverse_haar

SHAPES = [(2, 2), (3, 4, 6), (2, 3, 8, 16), (1, 2, 5, 32, 2)]


def drawn(shape: tuple[int, ...]) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)), dtype=torch.float64)


@pytest.mark.parametrize("shape", SHAPES)
def test_bands_are_those_of_pywavelets(shape: tuple[int, ...]) -> None:
    x = drawn(shape)
    approximation, (down_columns, along_rows, both) = pywt.dwt2(x.numpy(), "haar")
    found = haar(x)
    for band, expected in zip(found, (approximation, along_rows, down_columns, both), strict=True):
        np.testing.assert_allclose(band.numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_it_comes_back_whole(shape: tuple[int, ...]) -> None:
    x = drawn(shape)
    torch.testing.assert_close(inverse_haar(haar(x)), x, rtol=0, atol=1e-12)


def test_pywavelets_takes_the_bands_back() -> None:
    bands = haar(drawn((4, 6)))
    expected = pywt.idwt2((bands.ll.numpy(), (bands.hl.numpy(), bands.lh.numpy(), bands.hh.numpy())), "haar")
    np.testing.assert_allclose(inverse_haar(bands).numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_energy_stays(shape: tuple[int, ...]) -> None:
    x = drawn(shape)
    energy = sum(float(band.square().sum()) for band in haar(x))
    assert energy == pytest.approx(float(x.square().sum()))


@pytest.mark.parametrize(
    ("down", "along", "band"), [(0.02, 0.02, "ll"), (0.02, 0.47, "lh"), (0.47, 0.02, "hl"), (0.47, 0.47, "hh")]
)
def test_low_and_high_sines_land_in_their_bands(down: float, along: float, band: str) -> None:
    """Cycles per sample down the columns and along the rows; nearly all energy must be in one band."""
    place = torch.arange(64, dtype=torch.float64)
    wave = torch.sin(2 * torch.pi * down * place + 0.7)[:, None] * torch.sin(2 * torch.pi * along * place + 0.7)
    energies = {name: float(value.square().sum()) for name, value in haar(wave)._asdict().items()}
    assert energies[band] > 0.95 * sum(energies.values())


def test_odd_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="even"):
        haar(torch.zeros(4, 5))
