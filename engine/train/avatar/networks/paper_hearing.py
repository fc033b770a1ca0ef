"""What the paper's networks hear: wav2vec 2.0 (Baevski et al. 2020), all of its layers, for each picture of a video.

The definition is torchaudio's; weights come from a file that a user owns, in torchaudio's names or in those of Hugging
Face's transformers, as `facebook/wav2vec2-base` and `-base-960h` are published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.errors import InputError
from engine.train.avatar.networks.checkpoints import read_tensors

SAMPLE_RATE = 16_000
PICTURE_SAMPLES = SAMPLE_RATE // 25
PIECE_PICTURES, SHARED_PICTURES = 750, 50
"""Attention grows with the square of the length: 30 s at a time, 2 s more heard on either side and dropped."""
_KERNELS = ((10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2))
_LEAST_SAMPLES = 2 * PICTURE_SAMPLES
"""Shorter sounds are filled up with silence: the convolutions see 400 samples at once."""
_QUIET = 1e-7
_LATER_NAMES = {"weight_g": "parametrizations.weight.original0", "weight_v": "parametrizations.weight.original1"}


@dataclass(frozen=True, slots=True)
class HearingConfig:
    """wav2vec 2.0's sizes; the numbers are those of `base`."""

    conv_channels: int = 512
    width: int = 768
    layers: int = 12
    heads: int = 12
    feed: int = 3072
    position_kernel: int = 128
    position_groups: int = 16


def build_hearing(config: HearingConfig) -> Any:
    """torchaudio's `Wav2Vec2Model`, weights drawn at random, that hears and never learns."""
    from torchaudio.models import wav2vec2_model

    model = wav2vec2_model(
        extractor_mode="group_norm",
        extractor_conv_layer_config=[(config.conv_channels, *kernel) for kernel in _KERNELS],
        extractor_conv_bias=False,
        encoder_embed_dim=config.width,
        encoder_projection_dropout=0.0,
        encoder_pos_conv_kernel=config.position_kernel,
        encoder_pos_conv_groups=config.position_groups,
        encoder_num_layers=config.layers,
        encoder_num_heads=config.heads,
        encoder_attention_dropout=0.0,
        encoder_ff_interm_features=config.feed,
        encoder_ff_interm_dropout=0.0,
        encoder_dropout=0.0,
        encoder_layer_norm_first=False,
        encoder_layer_drop=0.0,
        aux_num_out=None,
    )
    return model.requires_grad_(False).eval()


def load_hearing(path: Path, model: nn.Module) -> None:
    """Weights from a .safetensors file or a PyTorch checkpoint (tensors only), in place.

    What belongs to recognition or pre-training alone is passed over.  Raises `InputError` for a file that cannot be
    read, or lacks a weight, or is of other sizes.
    """
    found = {_our_name(name): value for name, value in read_tensors(path).items()}
    own = model.state_dict()
    missing = sorted(set(own) - set(found))
    if missing:
        what = f"{path.name} is no wav2vec 2.0 of these sizes: {len(missing)} weights are missing ({missing[0]})."
        raise InputError(what, "Give the weights of facebook/wav2vec2-base or -base-960h.")
    for name, value in own.items():
        if found[name].shape != value.shape:
            what = f"{path.name} is made for other sizes: {name} is {list(found[name].shape)}, not {list(value.shape)}."
            raise InputError(what, "Give the weights of facebook/wav2vec2-base or -base-960h.")
    model.load_state_dict({name: found[name] for name in own})


@torch.no_grad()
def hear_pictures(model: Any, samples: NDArray[np.float32], num_pictures: int) -> Iterator[NDArray[np.float16]]:
    """samples [N] at 16 kHz -> for `num_pictures` pictures, 25 a second, what every layer makes of the sound:
    [n, layers, width], piece by piece.

    The samples are brought to mean 0 and variance 1, as the network was trained; convolved, put on the pictures' times
    by linear interpolation, and only then attended over (Hallo).
    """
    device = next(model.parameters()).device
    wanted = max(num_pictures * PICTURE_SAMPLES, _LEAST_SAMPLES)
    spread = float(np.sqrt(np.var(samples, dtype=np.float64) + _QUIET)) if len(samples) else 1.0
    middle = float(np.mean(samples, dtype=np.float64)) if len(samples) else 0.0
    even = np.zeros(wanted, np.float32)
    even[: min(wanted, len(samples))] = (samples[:wanted] - middle) / spread
    for start in range(0, num_pictures, PIECE_PICTURES):
        stop = min(num_pictures, start + PIECE_PICTURES)
        first, last = max(0, start - SHARED_PICTURES), min(num_pictures, stop + SHARED_PICTURES)
        piece = even[first * PICTURE_SAMPLES : max(last * PICTURE_SAMPLES, first * PICTURE_SAMPLES + _LEAST_SAMPLES)]
        layers = _layers(model, torch.from_numpy(piece).to(device), last - first)
        yield layers[start - first : stop - first].to(torch.float16).cpu().numpy()


def windows_of(heard: NDArray[np.float16], start: int, count: int, window: int) -> NDArray[np.float32]:
    """heard [F, layers, width] -> around each of `count` pictures from `start` on, [count, window, layers, width].

    Beyond the ends the outermost pictures are heard again.
    """
    around = np.arange(window) - window // 2
    places = np.clip(np.arange(start, start + count)[:, None] + around, 0, len(heard) - 1)
    return heard[places].astype(np.float32)


def _layers(model: Any, samples: Tensor, num_pictures: int) -> Tensor:
    """[N] -> [F, layers, width]."""
    features, _ = model.feature_extractor(samples[None], None)
    features = nn.functional.interpolate(
        features.transpose(1, 2), size=num_pictures, mode="linear", align_corners=True
    ).transpose(1, 2)
    outputs = model.encoder.transformer.get_intermediate_outputs(model.encoder.feature_projection(features))
    return torch.stack(outputs, dim=2)[0]


def _our_name(name: str) -> str:
    """A name of transformers' as torchaudio has it; torchaudio's own stay."""
    name = name.removeprefix("model.").removeprefix("wav2vec2.")
    if name.startswith("feature_projection."):
        name = f"encoder.{name}"
    elif name.startswith("encoder.") and not name.startswith(("encoder.transformer.", "encoder.feature_projection.")):
        name = f"encoder.transformer.{name.removeprefix('encoder.')}"
    stem, _, last = name.rpartition(".")
    return f"{stem}.{_LATER_NAMES[last]}" if last in _LATER_NAMES else name
