"""A trained SINGER becomes a folder: two graphs, a manifest with their hashes, a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.avatar.features import FPS, SAMPLE_RATE
from engine.export.folder import replacing
from engine.models import MANIFEST_NAME, ModelId, dump_manifest, file_sha256
from engine.models.manifest import AnimatorManifest
from engine.models.singer_motion import KIND, MOTION_GRAPH, REFERENCE_GRAPH
from engine.train.avatar.networks.graphs import export_singer
from engine.train.avatar.networks.singer import Singer

GRAPHS = (REFERENCE_GRAPH, MOTION_GRAPH)


@dataclass(frozen=True, slots=True)
class AnimatorFacts:
    """What people see of an animator; `card` is Markdown."""

    id: str
    name: str
    version: str
    licence: str
    card: str


def export_animator(
    facts: AnimatorFacts, singer: Singer, num_steps: int, folder: Path, gains: Mapping[str, float] | None = None
) -> float:
    """Write the animator to `folder`, in place of one that is there; the larger of its graphs' differences.

    `num_steps`: of the sampler, where nobody asks for another number.  `gains`: as `read_out_gains`; 1 if not given.
    """
    config = singer.config
    with replacing(folder) as beside:
        parity = export_singer(singer, beside)
        (beside / "CARD.md").write_text(facts.card, encoding="utf-8")
        manifest = AnimatorManifest(
            id=ModelId(facts.id),
            name=facts.name,
            kind=KIND,
            version=facts.version,
            fps=int(FPS),
            sample_rate=SAMPLE_RATE,
            licence=facts.licence,
            files={name: file_sha256(beside / name) for name in (*GRAPHS, "CARD.md")},
            settings={
                "frames": config.frames,
                "margin": config.margin,
                "reference_side": config.reference_side,
                "latents": [config.latent_channels, config.side, config.side],
                "num_steps": num_steps,
                "gains": dict(gains or {}),
            },
        )
        dump_manifest(manifest, beside / MANIFEST_NAME)
    return parity
