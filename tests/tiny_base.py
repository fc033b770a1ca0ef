"""A tiny package of two speakers that can listen, and recordings of a third: what `melisma train voice` begins with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor, nn

from engine.export.graphs import export_graph
from engine.export.voice import VoiceFacts, export_voice
from engine.models import InstalledModel, load_manifest
from engine.train.config import CodecConfig, GeneratorConfig, VoiceConfig
from engine.train.generator import Generator
from engine.train.networks.codec import Codec
from engine.train.networks.condition import ConditionEncoder
from engine.train.voices.cast import phone_ids
from tests.tiny_voice import CONSONANTS

BASE_ID = "tinybase"
CONFIG = VoiceConfig(
    CodecConfig(
        encoder_channels=16,
        encoder_layers=2,
        latent_dim=8,
        num_codebooks=2,
        cardinality=16,
        decoder_channels=16,
        decoder_layers=2,
    ),
    GeneratorConfig(
        num_phones=len(phone_ids()),
        num_speakers=4,
        num_languages=3,
        hidden=16,
        filter=32,
        kernel=3,
        token_layers=1,
        frame_layers=2,
        denoiser_channels=16,
        denoiser_layers=2,
    ),
)
SPEAKERS = {"ann": 0, "bob": 2}


class TinyListening(nn.Module):
    """mel [1, 80, T], f0 [1, T], speaker [1, T, S] -> h_cond, mu, as decision 0007 asks of `listening.onnx`."""

    def __init__(self, condition: ConditionEncoder, hidden: int) -> None:
        super().__init__()
        self.condition = condition
        self.lyrics = nn.Conv1d(80, hidden, 3, padding=1)
        self.melody = nn.Conv1d(1, hidden, 1)

    def forward(self, mel: Tensor, f0: Tensor, speaker: Tensor) -> tuple[Tensor, Tensor]:
        h_cond, mu = self.condition.from_frames(self.told(mel, f0), speaker)
        return h_cond, mu

    def told(self, mel: Tensor, f0: Tensor) -> Tensor:
        """[1, H, T]: what the enhanced encoder is told."""
        told: Tensor = self.lyrics(mel * 0.1) + self.melody(f0[:, None] * 0.005)
        return told


def networks(seed: int = 3) -> tuple[Codec, Generator, TinyListening]:
    """The same random networks for the same seed."""
    state = torch.get_rng_state()
    torch.manual_seed(seed)
    codec = Codec(CONFIG.codec).eval()
    generator = Generator(CONFIG.generator, CONFIG.codec.latent_dim).eval()
    listening = TinyListening(generator.condition, CONFIG.generator.hidden).eval()
    with torch.no_grad():
        for number, book in enumerate(codec.quantizer.codebooks):
            book.entries.normal_(std=1.0 / (1 + number))
        nn.init.normal_(generator.denoiser.output.weight, std=0.2)
        nn.init.constant_(codec.decoder.output.bias, -3.0)
    torch.set_rng_state(state)
    return codec, generator, listening


def make(folder: Path) -> InstalledModel:
    """Write the package to `folder`."""
    codec, generator, listening = networks()
    several = {"num_speakers": 4, "languages": {"en": 0, "de": 1, "ja": 2}, "speakers": SPEAKERS}
    settings = {"voices": {**several, "native": {"en": "ann", "de": "bob"}}}
    export_voice(
        VoiceFacts(BASE_ID, "Tiny base", "1", ("en", "de", "ja"), (50, 80), "CC-BY-4.0", "# Tiny base\n"),
        CONFIG,
        codec,
        generator,
        (np.zeros(8, np.float32), np.ones(8, np.float32)),
        phone_ids(),
        dict.fromkeys(SPEAKERS, CONSONANTS),
        folder,
        {"num_steps": 2, "temperature": 0.5},
        settings,
        lambda beside: [export_listening(listening, beside)],
    )
    return InstalledModel(load_manifest(folder / "manifest.json"), folder)


def export_listening(listening: TinyListening, folder: Path) -> str:
    """listening.onnx"""
    random = torch.Generator().manual_seed(0)
    inputs = {
        "mel": torch.randn(1, 80, 90, generator=random),
        "f0": torch.full((1, 90), 200.0),
        "speaker": torch.full((1, 90, CONFIG.generator.num_speakers), 0.25),
    }
    dynamic = {"mel": {2: "t"}, "f0": {1: "t"}, "speaker": {1: "t"}, "h_cond": {2: "t"}, "mu": {2: "t"}}
    export_graph(listening, inputs, ("h_cond", "mu"), dynamic, folder / "listening.onnx")
    return "listening.onnx"


def voice(seconds: float, hz: float = 180.0, rate: int = 48_000, seed: int = 0) -> np.ndarray:
    """Something like a voice, float [N]: gliding harmonics under two formants, a rest every two seconds."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * rate)) / rate
    f0 = hz * 2 ** (0.25 * np.sin(2 * np.pi * 0.3 * times + seed))
    phase = 2 * np.pi * np.cumsum(f0) / rate
    sound = np.zeros(len(times))
    for k in range(1, 40):
        weight = np.exp(-((k * hz / 700 - 1) ** 2)) + 0.3 * np.exp(-((k * hz / 1800 - 1) ** 2) * 4) + 0.01
        sound += weight * np.sin(k * phase) * (k * f0 < rate / 2 - 1000)
    sung = np.clip(8 * (np.mod(times, 2.0) - 0.25), 0, 1) * np.clip(8 * (2.0 - np.mod(times, 2.0) - 0.1), 0, 1)
    return 0.05 * sound * sung + 0.0003 * rng.standard_normal(len(times))


def record(folder: Path) -> Path:
    """A folder of two recordings, one of them with its phones beside it, at different rates."""
    (folder / "second day").mkdir(parents=True)
    soundfile.write(folder / "one.wav", voice(4.4), 48_000)
    labels = "0.0 0.28 pau\n0.28 0.5 l\n0.5 1.9 aa\n1.9 2.3 pau\n2.3 2.5 m\n2.5 3.9 iy\n3.9 4.4 pau\n"
    (folder / "one.lab").write_text(labels, encoding="utf-8")
    soundfile.write(folder / "second day" / "two.flac", voice(6.3, 200.0, 44_100, seed=1), 44_100)
    return folder
