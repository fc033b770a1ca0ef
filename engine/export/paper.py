"""A voice of the paper's size becomes a folder that `melisma sing` sings with: graphs, manifest, card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.codec.waveform_codec import CODEC_NAME
from engine.export.folder import replacing
from engine.export.graphs import DecoderGraph, EncoderGraph, export_condition, export_denoiser, export_graph
from engine.export.voice import GRAPHS, VoiceFacts
from engine.models import ModelId, VoiceManifest, dump_manifest, file_sha256
from engine.models.hidden_singer import KIND
from engine.singing.timing import ConsonantTable
from engine.train.generator import Generator, LatentStats
from engine.train.paper.config import PaperConfig
from engine.train.paper.networks import HifiGan, PaperCodec, as_codec, folded

EXAMPLE_FRAMES = 40
"""Of the latents that graphs of any length are traced with."""


class _Alone(nn.Module):
    """A decoder that is not told f0, where one is expected that is."""

    def __init__(self, decoder: HifiGan) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(self, latents: Tensor, f0: Tensor) -> tuple[Tensor, Tensor]:
        return self.decoder(latents), f0


class WaveformGraph(nn.Module):
    """Normalised latents [1, D, T] -> audio [1, T * hop]: quantiser and HiFi-GAN."""

    def __init__(self, codec: PaperCodec, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.graph = DecoderGraph(as_codec(codec), mean, std)
        self.graph.add_module("decoder", _Alone(folded(codec.decoder)))

    def forward(self, latents: Tensor) -> Tensor:
        audio: Tensor = self.graph(latents, latents[:, 0])[0]
        return audio


def export_paper(
    facts: VoiceFacts,
    config: PaperConfig,
    codec: PaperCodec,
    generator: Generator,
    stats: LatentStats,
    phone_ids: Mapping[str, int],
    consonants: ConsonantTable,
    folder: Path,
    sampling: Mapping[str, float | int | str],
    settings: Mapping[str, Any] | None = None,
) -> dict[str, float]:
    """Write the voice to `folder` (made new beside it, then swapped in); the parity of each graph.

    Networks on the CPU.  `settings`: more for the manifest, such as `voices`.
    """
    sizes = config.codec
    with replacing(folder) as beside:
        parity = {
            "condition": export_condition(generator.condition, config.generator.num_phones, beside / "condition.onnx"),
            "denoiser": export_denoiser(
                generator.denoiser, config.generator.hidden, sizes.latent_dim, beside / "denoiser.onnx"
            ),
            **export_waveform_codec(codec, stats, beside),
        }
        (beside / "CARD.md").write_text(facts.card, encoding="utf-8")
        manifest = VoiceManifest(
            id=ModelId(facts.id),
            name=facts.name,
            kind=KIND,
            version=facts.version,
            languages=facts.languages,
            sample_rate=sizes.sample_rate,
            hop_length=sizes.hop_length,
            key_range=facts.key_range,
            licence=facts.licence,
            files={name: file_sha256(beside / name) for name in (*GRAPHS, "CARD.md")},
            settings={
                "phones": dict(phone_ids),
                "consonants": consonants.to_dict(),
                "codec": {
                    "kind": CODEC_NAME,
                    "n_fft": sizes.n_fft,
                    "latent_dim": sizes.latent_dim,
                    "log_floor": sizes.log_floor,
                },
                "schedule": {"beta_0": config.generator.beta_0, "beta_1": config.generator.beta_1},
                "sampling": dict(sampling),
                **(settings or {}),
            },
        )
        dump_manifest(manifest, beside / "manifest.json")
    return parity


def export_waveform_codec(codec: PaperCodec, stats: LatentStats, folder: Path) -> dict[str, float]:
    """encoder.onnx and decoder.onnx in `folder`; the parity of each."""
    config = codec.config
    generator = torch.Generator().manual_seed(0)
    mean, std = (torch.from_numpy(np.asarray(value, np.float32)) for value in (stats.mean, stats.std))
    spectrogram = torch.randn(1, config.n_fft // 2 + 1, EXAMPLE_FRAMES, generator=generator) * 2 - 6
    latents = torch.randn(1, config.latent_dim, EXAMPLE_FRAMES, generator=generator)
    return {
        "encoder": export_graph(
            EncoderGraph(as_codec(codec), mean, std),
            {"spectrogram": spectrogram},
            ("latents",),
            {"spectrogram": {2: "frames"}, "latents": {2: "frames"}},
            folder / "encoder.onnx",
        ),
        "decoder": export_graph(
            WaveformGraph(codec, mean, std),
            {"latents": latents},
            ("audio",),
            {"latents": {2: "frames"}, "audio": {1: "samples"}},
            folder / "decoder.onnx",
            tolerance=0.1,  # two entries that are equally near: rounding chooses
        ),
    }
