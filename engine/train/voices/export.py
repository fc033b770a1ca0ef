"""The three voices become a package: `python -m engine.train.voices.export --work DIR --out FOLDER`.

The generator's averaged weights with the codec that was frozen for it, or with a decoder that was polished since.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from engine.errors import InputError
from engine.export.listening import LISTENING
from engine.export.voice import VoiceFacts, export_voice
from engine.singing.timing import ConsonantTable
from engine.train import checkpoint
from engine.train.config import voices
from engine.train.generator import Generator
from engine.train.networks.codec import Codec
from engine.train.unlabelled.runs import export as export_listening
from engine.train.unlabelled.runs import has_encoders
from engine.train.voices.card import trio_card
from engine.train.voices.cast import CAST, LANGUAGE_IDS, phone_ids
from engine.train.voices.sing import table_of

VERSION = "1.0.0"
KEY_RANGE = (53, 81)
LANGUAGES = ("en", "de", "ja", "ko", "zh", "la")
TRAINED_LANGUAGES = ("en", "de", "ja")
"""The others are told as the one whose sounds come nearest: their numbers were never heard."""
TOLD_AS = {"la": "de", "ko": "ja", "zh": "ja"}


def export(work: Path, out: Path, sampling: dict[str, float | int | str]) -> dict[str, float]:
    """Write the package to `out`; the parity of each graph."""
    config = voices()
    generator = Generator(config.generator, config.codec.latent_dim)
    generator.load_state_dict(checkpoint.load(work / "generator" / "generator.pt")["average"])
    codec = Codec(config.codec)
    codec.load_state_dict(checkpoint.load(_codec_path(work))["codec"])
    with np.load(work / "generator" / "stats.npz", allow_pickle=False) as kept:
        stats = kept["mean"], kept["std"]
    facts = VoiceFacts(
        id="trio",
        name="Trio",
        version=VERSION,
        languages=LANGUAGES,
        key_range=KEY_RANGE,
        licence="CC0-1.0 AND CC-BY-4.0",
        card=trio_card(),
    )
    numbers = {name: LANGUAGE_IDS[TOLD_AS.get(name, name)] for name in LANGUAGES}
    several = {
        "num_speakers": config.generator.num_speakers,
        "languages": numbers,
        "speakers": {voice.name: voice.speaker for voice in CAST},
        "native": {voice.language: voice.name for voice in CAST},
    }
    return export_voice(
        facts,
        config,
        codec.eval(),
        generator.eval(),
        stats,
        phone_ids(),
        tables(work),
        out,
        sampling,
        {"voices": several},
        lambda beside: _listening(work, beside),
    )


def _listening(work: Path, folder: Path) -> list[str]:
    """listening.onnx, once there are encoders that listen (`engine.train.unlabelled`, onto)."""
    if not has_encoders(work):
        return []
    export_listening(work, folder)
    return [LISTENING]


def tables(work: Path) -> dict[str, ConsonantTable]:
    """Lengths of each speaker's consonants.  Raises `InputError` without the recordings that they are measured in."""
    first = table_of(work, CAST[0])
    if not first.onset:
        raise InputError(f"{work} holds no aligned recordings.", "Make them: python -m engine.train.voices.prepare.")
    return {voice.name: first if voice is CAST[0] else table_of(work, voice, first) for voice in CAST}


def _codec_path(work: Path) -> Path:
    polished = work / "polish" / "codec.pt"
    return polished if polished.exists() else work / "generator" / "codec.pt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--temperature", type=float, default=0.3)
    parser.add_argument("--sampler", default="third-order")
    options = parser.parse_args()
    torch.set_num_threads(1)
    sampling: dict[str, float | int | str] = {
        "num_steps": options.steps,
        "temperature": options.temperature,
        "sampler": options.sampler,
        "start": 1.0,
    }
    for name, difference in export(options.work, options.out, sampling).items():
        print(f"{name}: {difference:.1e} of its spread from PyTorch")


if __name__ == "__main__":
    main()
