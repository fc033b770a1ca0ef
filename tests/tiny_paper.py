"""A voice in the shape of the paper's, small enough for tests, and a made-up corpus to train it on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.codec.harmonic import pulse_train
from engine.singing.pitch import PitchStyle, f0_curve
from engine.singing.timing import ConsonantTable, SungNote, time_phones
from engine.train.config import CodecConfig, GeneratorConfig
from engine.train.corpus.shards import PCM_PEAK, make_shard, write_shard
from engine.train.corpus.singing import SungPhrase, write_phrase
from engine.train.paper.config import DecoderConfig, JudgeConfig, PaperConfig

RATE, UNIT_HOP, FRAMES_PER_UNIT = 48_000, 256, 2
TABLE = ConsonantTable({"S": 0.1, "L": 0.06}, {}, {"N": 0.07})
CONFIG = PaperConfig(
    codec=CodecConfig(
        sample_rate=24_000,
        hop_length=256,
        encoder_channels=16,
        encoder_layers=2,
        latent_dim=8,
        num_codebooks=3,
        cardinality=16,
        subframes=1,
    ),
    decoder=DecoderConfig(channels=32),
    judge=JudgeConfig(filters=4, windows=(512, 128)),
    generator=GeneratorConfig(
        num_phones=96,
        num_speakers=4,
        num_languages=8,
        hidden=16,
        filter=32,
        kernel=3,
        token_layers=1,
        frame_layers=1,
        dropout=0.1,
        denoiser_channels=16,
        denoiser_layers=2,
    ),
    predictor_channels=16,
    window_frames=32,
    slice_frames=8,
)


def phrase(seed: int, quarters: float = 0.5) -> SungPhrase:
    """Two notes on made-up words, as the corpus keeps them: 48 kHz, f0 every 256 samples."""
    notes = (
        SungNote(0, quarters, 57 + seed, ("S", "AA")),
        SungNote(quarters, 2 * quarters, 60 + seed, ("L", "IY", "N")),
    )
    phones = time_phones(notes, TABLE)
    units = FRAMES_PER_UNIT * int(np.ceil((phones[-1].end_s - phones[0].start_s) * RATE / UNIT_HOP / FRAMES_PER_UNIT))
    middles = phones[0].start_s + (np.arange(units) + 0.5) * UNIT_HOP / RATE
    f0 = f0_curve(notes, middles, PitchStyle(), seed)
    audio = np.round(np.clip(0.05 * pulse_train(f0, RATE, UNIT_HOP), -1, 1) * PCM_PEAK).astype(np.int16)
    gains = np.zeros((units, 2, 4), np.float16)
    return SungPhrase(f"p{seed}", seed % 3, 100.0, audio, f0, gains, phones, notes)


def write_corpus(work: Path) -> None:
    """Songs to train on, one to judge by, and a recording without words."""
    for folder, seeds in (("sung", range(3)), ("sung_held", range(3, 4))):
        (work / folder / "kathleen").mkdir(parents=True)
        for seed in seeds:
            write_phrase(phrase(seed), work / folder / "kathleen" / f"p{seed}.npz")
    rng = np.random.default_rng(0)
    f0 = np.full(200, 200.0)
    gains = np.zeros((200, 2, 4), np.float16)
    shard = make_shard("plain", 0.1 * rng.standard_normal(200 * UNIT_HOP), f0, gains, UNIT_HOP)
    write_shard(shard, work / "real" / "plain")
