"""What all systems share: sizes, steps, material.  Kept in the work folder: every call goes on with the same."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.train.config import CodecConfig, GeneratorConfig, voices

PLAN = "plan.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """`corpus`: a work folder of engine.train.voices.  `held_seconds` of unseen song are judged."""

    corpus: str
    voice: str = "kathleen"
    language: int = 0
    """The number of the songs' language (engine.train.voices.cast)."""
    seeds: int = 2
    codec_steps: int = 400
    generator_steps: int = 600
    batch: int = 8
    codec_frames: int = 64
    window_frames: int = 128
    held_seconds: float = 60.0
    latent_dim: int = 32
    cardinality: int = 256
    num_codebooks: int = 8
    hidden: int = 96
    denoiser_layers: int = 6

    def codec(self) -> CodecConfig:
        """The voices' codec with a narrower neck."""
        return replace(
            voices().codec,
            latent_dim=self.latent_dim,
            num_codebooks=self.num_codebooks,
            cardinality=self.cardinality,
        )

    @property
    def generated(self) -> int:
        """Channels that a generator makes: the latents, and the pitch."""
        return self.latent_dim + 1

    def generator(self, enhanced: bool = True) -> GeneratorConfig:
        """A small generator; without the enhanced encoder the sum goes straight to prior and denoiser."""
        return GeneratorConfig(
            num_phones=96,
            num_speakers=4,
            hidden=self.hidden,
            filter=3 * self.hidden,
            frame_layers=3 if enhanced else 0,
            denoiser_channels=self.hidden,
            denoiser_layers=self.denoiser_layers,
        )


def plan_of(work: Path, wanted: Plan | None) -> Plan:
    """The plan that `work` was begun with; `wanted` begins one.

    Raises `InputError` where there is neither, or where both are there and differ.
    """
    path = work / PLAN
    if not path.exists():
        if wanted is None:
            raise InputError(f"{work} holds no plan yet.", "Name the corpus with --corpus to begin.")
        write_bytes_whole(path, (json.dumps(asdict(wanted), indent=1) + "\n").encode())
        return wanted
    kept = _read(path)
    if wanted is not None and wanted != kept:
        raise InputError(
            f"{work} was begun with another plan.", "Leave the plan's options out, or choose another --work."
        )
    return kept


def _read(path: Path) -> Plan:
    try:
        return Plan(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise InputError(f"{path} is no plan.", "Remove it, or choose another --work.") from error
