"""A separator package is its own checkpoint: its graphs keep the weights by name, and training can begin with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.errors import InputError
from engine.export.graphs import stored_weights
from engine.train import checkpoint
from engine.train.ema import Ema
from engine.train.networks.encodec import EncodecConfig, StereoCodec
from engine.train.networks.refiner import Refiner, RefinerConfig
from engine.train.networks.unet import LatentGenerator, UnetConfig

# The exporter stores equal weights once: a normalisation that never moved from 1 or 0 may be missing.
_DEFAULTS = (0.0, 1.0)


def begin_with(
    package: Path, work: Path, codec: EncodecConfig, generator: UnetConfig, refiner: RefinerConfig | None
) -> None:
    """Write `package`'s weights as checkpoints of step 0 into `work`, where there are none yet; `refiner` None: but
    for the refiner's.

    Raises `InputError` when the package is none, or of other sizes.
    """
    if not (work / "codec" / "codec.pt").exists():
        network = read_codec(package, codec)
        trained = {"codec": network.state_dict()}
        checkpoint.save(work / "codec" / "codec.pt", {"done": 0, **trained})
    if not (work / "generator" / "generator.pt").exists():
        _save(work / "generator" / "generator.pt", read_generator(package, generator))
    if refiner is not None and not (work / "refiner" / "refiner.pt").exists():
        _save(work / "refiner" / "refiner.pt", read_refiner(package, refiner))


def read_codec(package: Path, config: EncodecConfig) -> StereoCodec:
    """Encoder and decoder; the quantiser, which no package has, is new."""
    codec = StereoCodec(config)
    weights = _weights(package / "encoder.onnx", "codec.") | _weights(package / "decoder.onnx", "codec.")
    for name in [name for name in codec.state_dict() if name.endswith(".weight_v")]:
        direction = weights.get(name.removesuffix("_v"))
        if direction is None:
            continue  # a layer that the package does not have: `_fill` says so
        weights[name] = direction
        weights[name.removesuffix("_v") + "_g"] = np.sqrt(
            (direction**2).sum(axis=tuple(range(1, direction.ndim)), keepdims=True)
        )
    _fill(codec, weights, package, but="quantizer.")
    return codec


def read_stats(package: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The latents' mean and standard deviation [D]."""
    weights = _weights(package / "encoder.onnx", "")
    return weights["mean"].ravel(), weights["std"].ravel()


def read_generator(package: Path, config: UnetConfig) -> LatentGenerator:
    """Conditioner and U-Net."""
    generator = LatentGenerator(config)
    _fill(generator.conditioner, _weights(package / "conditioner.onnx", ""), package)
    _fill(generator.unet, _weights(package / "denoiser.onnx", ""), package)
    return generator


def read_refiner(package: Path, config: RefinerConfig) -> Refiner:
    """The refiner."""
    refiner = Refiner(config)
    _fill(refiner, _weights(package / "refiner.onnx", "refiner."), package)
    return refiner


def _save(path: Path, network: nn.Module) -> None:
    checkpoint.save(path, {"step": 0, "network": network.state_dict(), "ema": Ema(network, 0.0).state})


def _weights(path: Path, prefix: str) -> dict[str, NDArray[np.float32]]:
    if not path.is_file():
        raise InputError(f"{path.parent} is no separator package: it has no {path.name}.", "Name its folder.")
    return {
        name.removeprefix(prefix): array.astype(np.float32)
        for name, array in stored_weights(path).items()
        if name.startswith(prefix)
    }


def _fill(network: nn.Module, weights: dict[str, NDArray[np.float32]], package: Path, but: str = "\0") -> None:
    state: dict[str, Tensor] = network.state_dict()
    for name, old in state.items():
        found = weights.get(name)
        if found is None and (name.startswith(but) or _is_default(old)):
            continue
        if found is None or found.shape != tuple(old.shape):
            raise InputError(
                f"The weights of {package} are of other sizes ({name}).", "Choose the --config it was trained with."
            )
        state[name] = torch.from_numpy(np.array(found))
    network.load_state_dict(state)


def _is_default(values: Tensor) -> bool:
    return values.is_floating_point() and any(bool((values == value).all()) for value in _DEFAULTS)
