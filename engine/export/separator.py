"""A trained separator becomes a folder: five graphs, a manifest with their hashes, a card."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import remove_weight_norm

from engine.export.folder import replacing
from engine.export.graphs import export_graph
from engine.models import MANIFEST_NAME, ModelId, dump_manifest, file_sha256
from engine.models.latent_diffusion import KIND
from engine.models.manifest import SeparatorManifest
from engine.train.networks.encodec import StereoCodec
from engine.train.networks.refiner import BINS, HOP_LENGTH, N_FFT, Refiner
from engine.train.networks.unet import LatentGenerator

GRAPHS = ("encoder.onnx", "conditioner.onnx", "denoiser.onnx", "decoder.onnx", "refiner.onnx")


@dataclass(frozen=True, slots=True)
class SeparatorFacts:
    """What people see of a separator; `card` is Markdown."""

    id: str
    name: str
    version: str
    licence: str
    card: str


class EncoderGraph(nn.Module):
    """audio [1, 2, N] -> normalised latents [1, D, N / hop_length]"""

    mean: Tensor
    std: Tensor

    def __init__(self, codec: StereoCodec, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.codec = codec
        self.register_buffer("mean", mean[None, :, None])
        self.register_buffer("std", std[None, :, None])

    def forward(self, audio: Tensor) -> Tensor:
        return (self.codec.encode(audio) - self.mean) / self.std


class DecoderGraph(EncoderGraph):
    """normalised latents [1, D, T] -> audio [1, 2, N]"""

    def forward(self, latents: Tensor) -> Tensor:
        return self.codec.decode(latents * self.std + self.mean)


class RefinerGraph(nn.Module):
    """mix, guide -> vocals, each [1, 4, F, T]; the gate's logits stay inside."""

    def __init__(self, refiner: Refiner) -> None:
        super().__init__()
        self.refiner = refiner

    def forward(self, mix: Tensor, guide: Tensor) -> Tensor:
        vocals: Tensor = self.refiner(mix, guide)[0]
        return vocals


def export_separator(
    facts: SeparatorFacts,
    codec: StereoCodec,
    generator: LatentGenerator,
    refiner: Refiner,
    stats: tuple[np.ndarray, np.ndarray],
    settings: dict[str, Any],
    folder: Path,
) -> dict[str, float]:
    """Write the separator to `folder` (made new beside it, then swapped in); the parity of each graph.

    `stats`: the latents' mean and standard deviation [D].  `settings`: `segment_samples`, `overlap_samples`,
    `num_steps`, `eta`, `refine`.
    """
    config, frames = codec.config, settings["segment_samples"] // codec.config.hop_length
    with replacing(folder) as beside:
        parity = export_codec(codec, stats, frames, beside) | export_generator(generator, frames, beside)
        parity["refiner"] = export_refiner(refiner, beside)
        (beside / "CARD.md").write_text(facts.card, encoding="utf-8")
        manifest = SeparatorManifest(
            id=ModelId(facts.id),
            name=facts.name,
            kind=KIND,
            version=facts.version,
            stem="vocals",
            sample_rate=config.sample_rate,
            hop_length=config.hop_length,
            licence=facts.licence,
            files={name: file_sha256(beside / name) for name in (*GRAPHS, "CARD.md")},
            settings={"latent_dim": config.latent_dim, "n_fft": N_FFT, "stft_hop_length": HOP_LENGTH, **settings},
        )
        dump_manifest(manifest, beside / MANIFEST_NAME)
    return parity


def export_codec(
    codec: StereoCodec, stats: tuple[np.ndarray, np.ndarray], frames: int, folder: Path
) -> dict[str, float]:
    """encoder.onnx and decoder.onnx for segments of `frames` latents.

    SEANet reckons its padding in Python, so a graph knows one length.  Takes the weight normalisation out of
    `codec`, which cannot be trained on after.
    """
    _fold_weight_norm(codec)
    mean, std = (torch.from_numpy(np.asarray(x, np.float32)) for x in stats)
    hop = codec.config.hop_length
    generator = torch.Generator().manual_seed(0)
    audio = torch.randn(1, codec.config.channels, frames * hop, generator=generator) * 0.3
    latents = torch.randn(1, codec.config.latent_dim, frames, generator=generator)
    return {
        "encoder": export_graph(
            EncoderGraph(codec, mean, std),
            {"audio": audio},
            ("latents",),
            {},
            folder / "encoder.onnx",
            keep_names=True,
        ),
        "decoder": export_graph(
            DecoderGraph(codec, mean, std),
            {"latents": latents},
            ("audio",),
            {},
            folder / "decoder.onnx",
            keep_names=True,
        ),
    }


def export_generator(generator: LatentGenerator, frames: int, folder: Path) -> dict[str, float]:
    """conditioner.onnx and denoiser.onnx for segments of `frames` latents."""
    random = torch.Generator().manual_seed(0)
    latents = torch.randn(1, generator.config.latent_dim, frames, generator=random)
    generator.eval()
    with torch.no_grad():
        pictures = generator.conditioner(latents)
    names = [f"c{level}" for level in range(len(pictures))]
    inputs = {"z_t": latents.flip(2), "sigma": torch.tensor([0.6]), **dict(zip(names, pictures, strict=True))}
    return {
        "conditioner": export_graph(
            generator.conditioner,
            {"mix_latents": latents},
            names,
            {},
            folder / "conditioner.onnx",
            keep_names=True,
        ),
        "denoiser": export_graph(
            generator.unet,
            inputs,
            ("velocity",),
            {},
            folder / "denoiser.onnx",
            keep_names=True,
            in_bytes=True,
        ),
    }


def export_refiner(refiner: Refiner, folder: Path) -> float:
    """refiner.onnx"""
    random = torch.Generator().manual_seed(0)
    mix = torch.randn(1, 4, BINS, 40, generator=random) * 20
    steps = {name: {3: "steps"} for name in ("mix", "guide", "vocals")}
    inputs = {"mix": mix, "guide": mix * 0.5}
    path = folder / "refiner.onnx"
    return export_graph(RefinerGraph(refiner), inputs, ("vocals",), steps, path, keep_names=True)


def _fold_weight_norm(network: nn.Module) -> None:
    for module in network.modules():
        if hasattr(module, "weight_g"):
            remove_weight_norm(module)
