"""The 2-D Haar wavelet, one level: four bands of half the height and width, and back (Mallat 1989).

The first letter of a band's name is the filter down the columns (height, tokens), the second along the rows (width,
time): `lh` keeps what is slow in height and quick in width.  PyWavelets calls them cA, cV, cH, cD.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Bands(NamedTuple):
    """[..., H / 2, W / 2] each."""

    ll: Tensor
    lh: Tensor
    hl: Tensor
    hh: Tensor


def haar(x: Tensor) -> Bands:
    """[..., H, W] -> its bands; energy stays.  Raises `ValueError` for an odd height or width."""
    if x.shape[-2] % 2 or x.shape[-1] % 2:
        raise ValueError(f"a wavelet needs an even height and width, not {tuple(x.shape[-2:])}")
    top_left, top_right = x[..., 0::2, 0::2], x[..., 0::2, 1::2]
    low_left, low_right = x[..., 1::2, 0::2], x[..., 1::2, 1::2]
    left_sum, left_step = top_left + low_left, top_left - low_left
    right_sum, right_step = top_right + low_right, top_right - low_right
    return Bands(
        0.5 * (left_sum + right_sum),
        0.5 * (left_sum - right_sum),
        0.5 * (left_step + right_step),
        0.5 * (left_step - right_step),
    )


def inverse_haar(bands: Bands) -> Tensor:
    """What `haar` took apart: [..., H, W]."""
    left_sum, right_sum = bands.ll + bands.lh, bands.ll - bands.lh
    left_step, right_step = bands.hl + bands.hh, bands.hl - bands.hh
    top = _woven(left_sum + left_step, right_sum + right_step, -1)
    low = _woven(left_sum - left_step, right_sum - right_step, -1)
    return 0.5 * _woven(top, low, -2)


def _woven(even: Tensor, odd: Tensor, dim: int) -> Tensor:
    """Two tensors in turn along one of the last two dimensions."""
    axis = even.ndim + dim
    return torch.stack((even, odd), axis + 1).flatten(axis, axis + 1)
