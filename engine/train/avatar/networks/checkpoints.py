"""Public checkpoints that a user owns, into the paper's networks: tensors only, never pickled code.

Stable Diffusion 1.5's `unet` and `vae` folders, AnimateDiff's motion module, and `net.pth` of Hallo or SINGER.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import InputError
from engine.train.avatar.networks.paper import PaperSinger

_WEIGHTS = (
    "diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.fp16.safetensors",
    "diffusion_pytorch_model.bin",
)
_OLD_ATTENTION = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}
_VISUAL_WEIGHT = "dct_layer.weight"
_RELEASED = f"audioembed.{_VISUAL_WEIGHT}"

_MOTION = ".motion_modules."
NEVER_USED = ("reference_unet.conv_norm_out.", "reference_unet.conv_out.")
"""Names of what lies behind the reference network's last attention."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a file's tensors: which were taken, which the networks lack, which are not the networks'."""

    name: str
    taken: tuple[str, ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def loaded(self) -> int:
        """How many were taken."""
        return len(self.taken)

    def sentence(self) -> str:
        """For people, in one sentence."""
        parts = [f"{self.loaded} tensors taken"]
        parts += [f"{len(self.missing)} missing ({_some(self.missing)})"] if self.missing else []
        parts += [f"{len(self.unexpected)} passed over ({_some(self.unexpected)})"] if self.unexpected else []
        return f"{self.name}: {', '.join(parts)}."


def read_tensors(path: Path, device: str = "cpu") -> dict[str, Tensor]:
    """The tensors of a .safetensors file or a PyTorch checkpoint, by name; other values are left out.

    `device` "meta" reads a checkpoint's names and shapes alone.

    Raises `InputError` when it cannot be read, or holds anything that would have to be run.
    """
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        found: Any = torch.load(path, map_location=device, weights_only=True)
    except OSError as error:
        raise InputError(f"{path} could not be opened: {error.strerror or error}.", "Check the path.") from error
    except Exception as error:  # on a broken file the unpickler raises whatever it stumbles over
        what = f"{path} is damaged, or holds more than tensors, and nothing of it was run."
        raise InputError(what, "Give the checkpoint as it was published, or as .safetensors.") from error
    if isinstance(found, Mapping) and isinstance(found.get("state_dict"), Mapping):
        found = found["state_dict"]
    if not isinstance(found, Mapping):
        raise InputError(f"{path} holds no tensors by name.", "Give a checkpoint of weights.")
    return {str(name).removeprefix("module."): value for name, value in found.items() if isinstance(value, Tensor)}


def load_unet(folder: Path, unet: nn.Module) -> LoadReport:
    """Stable Diffusion 1.5's `unet` folder into one of the two U-Nets, in place; what is hung into it stays as it is.

    Raises `InputError` for another U-Net.
    """
    _check_config(folder, unet, ("block_out_channels", "layers_per_block", "attention_head_dim", "in_channels"))
    tensors = read_tensors(_weights_of(folder))
    own = [name for name in unet.state_dict() if not _is_hung(name)]
    return _take(unet, tensors, folder.name, own)


def load_vae(folder: Path, vae: nn.Module) -> LoadReport:
    """Stable Diffusion's `vae` folder, in place; its attention may have the names of before 2023.

    Raises `InputError` for another VAE.
    """
    _check_config(folder, vae, ("block_out_channels", "layers_per_block", "latent_channels"))
    tensors = {_newer_name(name): value for name, value in read_tensors(_weights_of(folder)).items()}
    own = vae.state_dict()
    for name, value in tensors.items():
        if ".attentions." in name and value.ndim == 4 and name in own:
            tensors[name] = value.reshape(own[name].shape)
    return _take(vae, tensors, folder.name, list(own))


def load_motion_modules(path: Path, singer: PaperSinger) -> LoadReport:
    """AnimateDiff's motion module (`mm_sd_v15_v2.ckpt`) into the denoising network, in place.

    Raises `InputError` for a file without motion modules, or with those of another version.
    """
    tensors = {name: value for name, value in read_tensors(path).items() if _MOTION in f".{name}"}
    own = [name for name in singer.denoising_unet.state_dict() if _MOTION in f".{name}"]
    return _take(singer.denoising_unet, tensors, path.name, own)


def load_net(path: Path, singer: PaperSinger) -> LoadReport:
    """Hallo's or SINGER's `net.pth`, or what was trained here, into all networks but the VAE, in place.

    Hallo's lacks the two spectral modules; they stay at identity.  Raises `InputError` for anything else, for SINGER's
    when the networks have the paper's form, and for Hallo's when they have the released one, which has no identity.
    """
    tensors = read_tensors(path)
    released = singer.config.form == "released"
    if _RELEASED in tensors and not released:
        what = f"{path.name} holds SINGER's spectral modules as released, and these networks have the paper's."
        raise InputError(what, "Choose the form `released`.")
    if _RELEASED not in tensors and released:
        what = f"{path.name} holds no spectral modules as SINGER released them."
        raise InputError(what, "Give SINGER's net.pth, or choose the form `paper`.")
    own = [name for name in singer.state_dict() if not name.startswith(NEVER_USED)]
    return _take(singer, tensors, path.name, own)


def holds_released(path: Path) -> bool:
    """Whether a `net.pth` has the spectral modules as SINGER released them.  Raises `InputError` as `read_tensors`."""
    if path.suffix == ".safetensors" and path.is_file():
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, "pt") as file:
                return _RELEASED in file.keys()  # noqa: SIM118 - not a mapping
        except SafetensorError:
            pass  # `read_tensors` says what is wrong with it
    return _RELEASED in read_tensors(path, "meta")


def _take(module: nn.Module, tensors: Mapping[str, Tensor], name: str, wanted: list[str]) -> LoadReport:
    """Copy what fits by name; `wanted` are the names that count as missing where they are."""
    own = module.state_dict()
    taken = {key: value for key, value in tensors.items() if key in own}
    if not set(taken) & set(wanted):
        raise InputError(f"{name} holds none of the tensors that are looked for.", "Check that it is the right file.")
    for key, value in taken.items():
        if not _fits(key, own[key], value):
            what = f"{name} is made for other sizes: {key} is {list(value.shape)}, not {list(own[key].shape)}."
            raise InputError(what, "Give the checkpoint that goes with these networks.")
    module.load_state_dict(taken, strict=False)
    missing = tuple(sorted(set(wanted) - set(taken)))
    return LoadReport(name, tuple(taken), missing, tuple(sorted(set(tensors) - set(taken))))


def _fits(name: str, own: Tensor, found: Tensor) -> bool:
    """Equal shapes; SINGER's visual weight may be of any batch and any number of frames."""
    if name.endswith(_VISUAL_WEIGHT) and own.ndim == found.ndim == 5:
        return own.shape[1] == found.shape[1] and own.shape[3:] == found.shape[3:]
    return own.shape == found.shape


def _check_config(folder: Path, module: Any, fields: tuple[str, ...]) -> None:
    """Compare what the folder's config.json and the network say of themselves."""
    path = folder / "config.json"
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} could not be read.", "Give a folder with config.json and weights.") from error
    for field in fields:
        here, there = module.config[field], told.get(field) if isinstance(told, dict) else None
        if there is not None and list(_listed(here)) != list(_listed(there)):
            what = f"{folder} is another network: its {field} is {there}, not {here}."
            raise InputError(what, "Give the folder of Stable Diffusion 1.5.")


def _weights_of(folder: Path) -> Path:
    for name in _WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    raise InputError(f"{folder} holds no weights.", f"Put {_WEIGHTS[0]} there.")


def _newer_name(name: str) -> str:
    """`...attentions.0.query.weight` -> `...attentions.0.to_q.weight`."""
    stem, _, kind = name.rpartition(".")
    place, _, part = stem.rpartition(".")
    return f"{place}.{_OLD_ATTENTION[part]}.{kind}" if ".attentions." in name and part in _OLD_ATTENTION else name


def _is_hung(name: str) -> bool:
    return ".audio_modules." in name or _MOTION in name or name.startswith("hidden_spectral_weighting.")


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
