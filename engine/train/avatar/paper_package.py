"""A trained SINGER of the paper's kind as a folder: weights as .safetensors, a manifest, a card; and back."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import InputError, MelismaError
from engine.models import MANIFEST_NAME, AnimatorManifest, ModelId, dump_manifest, file_sha256, load_manifest
from engine.models.fields import as_id
from engine.train.avatar.networks.checkpoints import read_tensors
from engine.train.avatar.networks.paper import PaperConfig, PaperSinger, build_vae
from engine.train.avatar.networks.paper_hearing import SAMPLE_RATE, HearingConfig, build_hearing
from engine.train.avatar.paper_networks import PAPER, RECOGNISER, Networks, PaperSize

KIND = "singer-paper"
_SINGER, _VAE, _HEARING, _CARD = "singer.safetensors", "vae.safetensors", "wav2vec.safetensors", "card.md"
_AGAIN = "Train it again, or copy the folder again."


def write_package(
    folder: Path, networks: Networks, facts: Mapping[str, Any], recogniser: Path | None = None
) -> AnimatorManifest:
    """Write everything that singing needs, whole or not at all; a model that was in `folder` goes.

    `facts`: what it was made from and how, for people and `made` of the manifest's settings; `began_with` is a
    dictionary.  Raises `MelismaError` when the disk refuses.
    """
    name = folder.resolve().name
    part = folder.with_name(f".{name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        manifest = _write_into(part, name, networks, facts, recogniser)
        if folder.exists():
            shutil.rmtree(folder)
        part.replace(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MelismaError(f"{folder} could not be written: {reason}.", "Check free space and permissions.") from error
    return manifest


def _write_into(
    folder: Path, name: str, networks: Networks, facts: Mapping[str, Any], recogniser: Path | None
) -> AnimatorManifest:
    size, config = networks.size, networks.singer.config
    (folder / _CARD).write_text(_card(name, config, facts), encoding="utf-8")
    _write(folder / _SINGER, networks.singer, size.stored)
    _write(folder / _VAE, networks.vae, torch.float32)
    _write(folder / _HEARING, networks.hearing, torch.float32)
    files = [folder / file for file in (_SINGER, _VAE, _HEARING, _CARD)]
    if recogniser is not None:
        files.append(Path(shutil.copyfile(recogniser, folder / RECOGNISER)))
    manifest = AnimatorManifest(
        id=ModelId(as_id(name, "my-avatar")),
        name=name,
        kind=KIND,
        version="1",
        fps=round(config.fps),
        sample_rate=SAMPLE_RATE,
        licence="LicenseRef-unknown",
        files={file.name: file_sha256(file) for file in files},
        settings={
            "networks": asdict(config),
            "hearing": asdict(size.hearing),
            "bytes": {file.name: file.stat().st_size for file in files},
            "made": dict(facts),
        },
    )
    dump_manifest(manifest, folder / MANIFEST_NAME)
    return manifest


def size_of_package(folder: Path) -> PaperSize:
    """Sizes alone, read at once.  Raises as `open_package`."""
    manifest = load_manifest(folder / MANIFEST_NAME)
    if manifest.kind != KIND:
        raise InputError(f"{folder} holds a model of the kind {manifest.kind}.", "Name a folder of the paper's SINGER.")
    try:
        told = {name: _tuples(value) for name, value in dict(manifest.settings["networks"]).items()}
        config, hearing = PaperConfig(**told), HearingConfig(**manifest.settings["hearing"])
    except (KeyError, TypeError, ValueError) as error:
        raise MelismaError(f"{folder} lacks a setting or has a wrong one: {error}.", _AGAIN) from error
    return replace(PAPER, networks=config, hearing=hearing, for_trying=config.side < PAPER.networks.side)


def open_package(folder: Path) -> Networks:
    """What `write_package` wrote.  Raises `MelismaError` for a folder that is not whole, `InputError` for another
    kind of model.
    """
    size = size_of_package(folder)
    with torch.device("meta"):  # random weights for billions of numbers would take a minute
        singer, vae = PaperSinger(size.networks), build_vae(size.networks)
    hearing = build_hearing(size.hearing)
    for network, file in ((singer, _SINGER), (vae, _VAE), (hearing, _HEARING)):
        _fill(network, folder / file)
    return Networks(size, singer, vae, hearing)


def is_paper_package(folder: Path) -> bool:
    """Whether training wrote a folder, rather than a user keeping published files in it."""
    return (folder / MANIFEST_NAME).is_file()


def _write(path: Path, network: nn.Module, dtype: torch.dtype) -> None:
    from safetensors.torch import save_file

    tensors = {name: _stored(value, dtype) for name, value in network.state_dict().items()}
    save_file(tensors, path)
    shutil.copymode(path.with_name(_CARD), path)  # safetensors makes files that nobody else may read


def _stored(value: Tensor, dtype: torch.dtype) -> Tensor:
    kept = value.detach().cpu()
    return (kept.to(dtype) if kept.is_floating_point() else kept).contiguous()


def _fill(network: nn.Module, path: Path) -> None:
    try:
        network.load_state_dict(read_tensors(path), assign=True)
    except InputError as error:
        raise MelismaError(error.message, _AGAIN) from error
    except RuntimeError as error:
        raise MelismaError(f"{path} does not hold the weights that its manifest promises.", _AGAIN) from error
    network.requires_grad_(False).eval()


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _card(name: str, config: PaperConfig, facts: Mapping[str, Any]) -> str:
    began_with = ", ".join(f"{name} ({what})" for what, name in dict(facts["began_with"]).items())
    made = "\n".join(f"- {what}: {value}" for what, value in facts.items() if what != "began_with")
    made += f"\n- began with: {began_with or 'nothing, random weights'}"
    return f"""# {name}

Makes a portrait sing: SINGER (arXiv 2412.03430) over picture latents, {config.side} pixels square at
{config.fps:g} pictures per second.  Trained with `melisma train avatar`.

## Made from

{made}

The folder holds all networks, the published ones too that training began with: their licences go on to hold (Stable
Diffusion's, AnimateDiff's, Hallo's or SINGER's, wav2vec's), and whoever trained it knows under which one the videos
were used.  Do not hand it on without having looked.

## What to expect

Nothing was measured.  Show it only for people who agreed that their face may sing.
"""
