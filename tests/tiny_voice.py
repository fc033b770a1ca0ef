"""A whole voice of a few hundred kilobytes with random weights: the real path, in tests, within seconds.

It sings noise with a pitch, not words; whatever does not depend on trained weights can be tested with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engine.export.voice import VoiceFacts, export_voice
from engine.phonemize.phones import PHONES
from engine.singing.timing import ConsonantTable
from engine.train.config import CodecConfig, GeneratorConfig, VoiceConfig
from engine.train.generator import Generator
from engine.train.networks.codec import Codec

VOICE_ID = "tiny"
KEY_RANGE = (55, 76)
PHONE_IDS = {phone: number for number, phone in enumerate(sorted(PHONES), start=1)}
CONSONANTS = ConsonantTable(
    onset={"S": 0.11, "T": 0.06, "L": 0.07, "M": 0.07},
    cluster={"S": 0.09, "T": 0.04},
    coda={"S": 0.1, "T": 0.05, "N": 0.07},
)
CONFIG = VoiceConfig(
    codec=CodecConfig(
        encoder_channels=16,
        encoder_layers=2,
        latent_dim=8,
        num_codebooks=2,
        cardinality=16,
        decoder_channels=16,
        decoder_layers=2,
        bands=24,
    ),
    generator=GeneratorConfig(
        num_phones=len(PHONE_IDS) + 1,
        num_speakers=2,
        hidden=16,
        filter=32,
        kernel=3,
        token_layers=1,
        frame_layers=1,
        dropout=0.0,
        denoiser_channels=16,
        denoiser_layers=2,
    ),
)


@dataclass(frozen=True)
class TinyNetworks:
    """What `make` exports, for comparison."""

    codec: Codec
    generator: Generator
    mean: np.ndarray
    std: np.ndarray


def networks(seed: int = 7) -> TinyNetworks:
    """The same random networks for the same seed.  Layers that start at zero are made to say something."""
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    codec = Codec(CONFIG.codec).eval()
    generator = Generator(CONFIG.generator, CONFIG.codec.latent_dim).eval()
    with torch.no_grad():
        for number, book in enumerate(codec.quantizer.codebooks):
            book.entries.normal_(std=1.0 / (1 + number))
        nn.init.normal_(generator.denoiser.output.weight, std=0.2)
        nn.init.normal_(codec.decoder.output.weight, std=0.1)
        nn.init.constant_(codec.decoder.output.bias, -3.0)
        _, noise = codec.decoder.output.bias.view(CONFIG.codec.subframes, 2, -1).unbind(1)
        noise.fill_(-7.0)  # a voice, not a hiss
    rng = np.random.default_rng(seed)
    dim = CONFIG.codec.latent_dim
    mean, std = rng.normal(0, 0.1, dim).astype(np.float32), rng.uniform(0.7, 1.3, dim).astype(np.float32)
    torch.set_rng_state(state)
    return TinyNetworks(codec, generator, mean, std)


def make(folder: Path, voice_id: str = VOICE_ID, seed: int = 7) -> dict[str, float]:
    """Write the voice to `folder`; the parity of each graph."""
    made = networks(seed)
    facts = VoiceFacts(voice_id, "Tiny", "1", ("en", "ja", "la"), KEY_RANGE, "CC0-1.0", "# Tiny\n\nRandom weights.\n")
    sampling: dict[str, float | int | str] = {"num_steps": 2, "temperature": 0.5}
    stats = (made.mean, made.std)
    return export_voice(facts, CONFIG, made.codec, made.generator, stats, PHONE_IDS, CONSONANTS, folder, sampling)
