"""A trained voice becomes a folder: four graphs, a manifest with their hashes, a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.export.folder import replacing
from engine.export.graphs import export_codec, export_condition, export_denoiser
from engine.models import ModelId, VoiceManifest, dump_manifest, file_sha256
from engine.models.hidden_singer import KIND
from engine.singing.timing import ConsonantTable
from engine.train.config import VoiceConfig
from engine.train.generator import Generator
from engine.train.networks.codec import Codec

Consonants = ConsonantTable | Mapping[str, ConsonantTable]
"""One table for all speakers, or one for each, by name."""
GRAPHS = ("condition.onnx", "denoiser.onnx", "encoder.onnx", "decoder.onnx")


@dataclass(frozen=True, slots=True)
class VoiceFacts:
    """What people see of a voice."""

    id: str
    name: str
    version: str
    languages: tuple[str, ...]
    key_range: tuple[int, int]
    licence: str
    card: str
    """Markdown."""


def export_voice(
    facts: VoiceFacts,
    config: VoiceConfig,
    codec: Codec,
    generator: Generator,
    stats: tuple[np.ndarray, np.ndarray],
    phone_ids: dict[str, int],
    consonants: Consonants,
    folder: Path,
    sampling: dict[str, float | int | str],
    settings: Mapping[str, Any] | None = None,
    more_files: Callable[[Path], Sequence[str]] | None = None,
) -> dict[str, float]:
    """Write the voice to `folder` (made new beside it, then swapped in); the parity of each graph.

    `settings`: more for the manifest, such as `voices` (numbers of languages and speakers).  `more_files`: writes
    further files into the folder that it is given, and says their names.
    """
    with replacing(folder) as beside:
        parity = {
            "condition": export_condition(generator.condition, config.generator.num_phones, beside / "condition.onnx"),
            "denoiser": export_denoiser(
                generator.denoiser, config.generator.hidden, config.codec.latent_dim, beside / "denoiser.onnx"
            ),
            "codec": export_codec(codec, *stats, beside),
        }
        (beside / "CARD.md").write_text(facts.card, encoding="utf-8")
        files = (*GRAPHS, "CARD.md", *(more_files(beside) if more_files else ()))
        manifest = _manifest(facts, config, phone_ids, consonants, sampling, settings or {}, beside, files)
        dump_manifest(manifest, beside / "manifest.json")
    return parity


def _manifest(
    facts: VoiceFacts,
    config: VoiceConfig,
    phone_ids: dict[str, int],
    consonants: Consonants,
    sampling: dict[str, float | int | str],
    settings: Mapping[str, Any],
    folder: Path,
    files: Sequence[str],
) -> VoiceManifest:
    codec, generator = config.codec, config.generator
    return VoiceManifest(
        id=ModelId(facts.id),
        name=facts.name,
        kind=KIND,
        version=facts.version,
        languages=facts.languages,
        sample_rate=codec.sample_rate,
        hop_length=codec.hop_length,
        key_range=facts.key_range,
        licence=facts.licence,
        files={name: file_sha256(folder / name) for name in files},
        settings={
            "phones": phone_ids,
            "consonants": _tables(consonants),
            "codec": {
                "n_fft": codec.n_fft,
                "latent_dim": codec.latent_dim,
                "bands": codec.bands,
                "subframes": codec.subframes,
                "log_floor": codec.log_floor,
            },
            "schedule": {"beta_0": generator.beta_0, "beta_1": generator.beta_1},
            "sampling": sampling,
            **settings,
        },
    )


def _tables(consonants: Consonants) -> dict[str, Any]:
    if isinstance(consonants, ConsonantTable):
        return consonants.to_dict()
    return {speaker: table.to_dict() for speaker, table in consonants.items()}
