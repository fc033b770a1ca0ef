"""The two spectral modules: the paper's form begins as identity, the released one does what its description says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.train.avatar.networks.released import ReleasedMultiScaleSpectral, ReleasedSelfAdaptiveFilter
from engine.train.avatar.networks.spectral import MultiScaleSpectral, SelfAdaptiveFilter
from engine.train.avatar.networks.wavelets import haar


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def awake(module: torch.nn.Module) -> torch.nn.Module:
    """Weights as if trained: none of them zero or one."""
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))
    return module


def test_both_begin_as_identity() -> None:
    z, audio, hidden = drawn(2, 6, 4, 8, 8), drawn(2, 4, 6, 10), drawn(3, 8, 4, 4)
    torch.testing.assert_close(MultiScaleSpectral(6, 8)(z, audio), audio)
    torch.testing.assert_close(SelfAdaptiveFilter(8)(hidden), hidden)


def test_each_band_of_the_sound_is_weighed_by_its_own_strip_of_the_picture() -> None:
    module, audio = awake(MultiScaleSpectral(4, 8)), drawn(1, 4, 6, 10)
    z = drawn(1, 4, 4, 8, 8)
    weights = module.weights(z)
    assert weights.shape == (1, 4)
    assert ((weights > 0) & (weights < 2)).all()
    before, after = haar(audio.permute(0, 3, 2, 1)), haar(module(z, audio).permute(0, 3, 2, 1))
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        torch.testing.assert_close(new, old * weights[0, number], atol=1e-5, rtol=1e-5)
    z[..., 2:4, :] += 1.0  # the second strip
    changed = (module.weights(z) - weights).abs()[0] > 1e-6
    assert changed.tolist() == [False, True, False, False]


def test_clips_of_a_batch_do_not_mix() -> None:
    module, z, audio = awake(MultiScaleSpectral(4, 8)), drawn(2, 4, 4, 8, 8), drawn(2, 4, 6, 10)
    together = module(z, audio)
    for row in range(2):
        torch.testing.assert_close(together[row : row + 1], module(z[row : row + 1], audio[row : row + 1]))


def test_the_filter_weighs_bands_and_attends() -> None:
    """From the equation, without the attention's part: H' / (2 sigmoid(FC(H))) has the bands of H, weighed."""
    module, hidden = awake(SelfAdaptiveFilter(8)), drawn(3, 8, 4, 4)
    ratio = module(hidden) / (2 * torch.sigmoid(module.fc(hidden)))
    for number, (old, new) in enumerate(zip(haar(hidden), haar(ratio), strict=True)):
        torch.testing.assert_close(new, old * module.weight[number], atol=1e-4, rtol=1e-4)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def haar_by_matrix(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """L X L', L X H', H X L', H X H', with L and H written out."""
    low, high = (_rows(x.shape[-2], sign) for sign in (1, -1))
    low_t, high_t = (_rows(x.shape[-1], sign).T for sign in (1, -1))
    return low @ x @ low_t, low @ x @ high_t, high @ x @ low_t, high @ x @ high_t


def back_by_matrix(bands: tuple[np.ndarray, ...], height: int, width: int) -> np.ndarray:
    low, high = (_rows(height, sign).T for sign in (1, -1))
    low_t, high_t = (_rows(width, sign) for sign in (1, -1))
    ll, lh, hl, hh = bands
    return low @ ll @ low_t + low @ lh @ high_t + high @ hl @ low_t + high @ hh @ high_t


def _rows(size: int, sign: int) -> np.ndarray:
    matrix = np.zeros((size // 2, size))
    for row in range(size // 2):
        matrix[row, 2 * row], matrix[row, 2 * row + 1] = 2**-0.5, sign * 2**-0.5
    return matrix


@pytest.mark.parametrize(("made_for", "frames"), [(6, 4), (1, 2)])
def test_the_released_multi_scale_module_does_what_is_written(made_for: int, frames: int) -> None:
    side, clip, tokens, width = 8, 6, 4, 5
    module = ReleasedMultiScaleSpectral(4, side, made_for, frames)
    z, audio = drawn(2, 4, clip, side, side), drawn(2, clip, tokens, width, seed=1)
    state = {name: value.numpy().astype(np.float64) for name, value in module.state_dict().items()}
    x = np.einsum("bcfwh,dcewh->bcfwh", z.numpy(), state["dct_layer.weight"])
    sums = np.stack(np.split(x, 4, axis=3)).sum(axis=(4, 5))  # [4, B, C, F]
    hidden = np.maximum(sums.swapaxes(2, 3) @ state["fc.0.weight"].T, 0)
    weights = sigmoid(hidden @ state["fc.2.weight"].T)[..., 0].sum(axis=2)  # [4, B], over the frames
    bands = haar_by_matrix(audio.numpy().transpose(0, 3, 2, 1))
    weighed = tuple(band * weight[:, None, None, None] for band, weight in zip(bands, weights, strict=True))
    expected = back_by_matrix(weighed, tokens, clip).transpose(0, 3, 2, 1)
    np.testing.assert_allclose(module(z, audio).detach().numpy(), expected, rtol=1e-4, atol=1e-4)


def test_the_released_filter_does_what_is_written() -> None:
    module, hidden = ReleasedSelfAdaptiveFilter(6, 8), drawn(3, 6, 8, 8)
    state = {name: value.numpy().astype(np.float64) for name, value in module.state_dict().items()}
    bands = np.stack(haar_by_matrix(hidden.numpy()))
    weighed = np.einsum("nbchw,nmcst->nbchw", bands, state["weight"])
    rows = np.maximum(hidden.numpy() @ state["fc.0.weight"].T, 0) @ state["fc.2.weight"].T
    expected = sigmoid(rows) * back_by_matrix(tuple(weighed), 8, 8)
    np.testing.assert_allclose(module(hidden).detach().numpy(), expected, rtol=1e-4, atol=1e-4)


def test_the_released_modules_have_the_released_names_and_shapes() -> None:
    with torch.device("meta"):
        scale, spectral_filter = ReleasedMultiScaleSpectral(), ReleasedSelfAdaptiveFilter()
    assert {name: tuple(value.shape) for name, value in scale.state_dict().items()} == {
        "dct_layer.weight": (6, 4, 14, 64, 64),
        "fc.0.weight": (2, 4),
        "fc.2.weight": (1, 2),
    }
    assert {name: tuple(value.shape) for name, value in spectral_filter.state_dict().items()} == {
        "weight": (4, 1, 1280, 4, 4),
        "fc.0.weight": (4, 8),
        "fc.2.weight": (8, 4),
    }


def test_a_visual_weight_of_any_batch_and_clip_is_taken_and_kept() -> None:
    trained, fresh = ReleasedMultiScaleSpectral(4, 8, 6, 14), ReleasedMultiScaleSpectral(4, 8, 1, 16)
    fresh.load_state_dict(trained.state_dict())
    z, audio = drawn(1, 4, 4, 8, 8), drawn(1, 4, 6, 10)
    torch.testing.assert_close(fresh(z, audio), trained(z, audio))
    assert fresh.state_dict()["dct_layer.weight"].shape == (6, 4, 14, 8, 8)
    with pytest.raises(RuntimeError, match="size mismatch"):
        fresh.load_state_dict(ReleasedMultiScaleSpectral(4, 16).state_dict())
