"""What is opened while it is measured: a clip of ten thousand notes, one of a single phrase, a mix of half a minute."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.audio import Audio, read_audio, write_audio
from engine.folders import presets_folder
from tests.midi import PPQ, midi

NOTES = 10_000
NOTES_A_PHRASE = 4
_WORDS = ("sing ", "o-", "ver ", "the ", "moon-", "light ", "la ")
_ROUND_WORDS = ("shine ", "on ", "me ")


def long_clip(path: Path) -> Path:
    """Ten thousand notes in 2,500 phrases: 104 minutes at 120 quarters a minute."""
    rng = np.random.default_rng(1)
    keys = 60 + np.clip(np.cumsum(rng.integers(-2, 3, NOTES)) % 24 - 8, -10, 14)
    notes = []
    for number in range(NOTES):
        start = PPQ * (number + number // NOTES_A_PHRASE)
        notes.append((start, start + PPQ, int(keys[number])))
    path.write_bytes(midi(notes, _WORDS))
    return path


def one_phrase(path: Path, number: int) -> Path:
    """Three notes; each `number` sounds otherwise, so that nothing comes from the cache."""
    keys = [57 + (number + step) % 12 for step in (0, 4, 7)]
    ticks = PPQ // 2 + number  # what is as long and as high as an earlier one is not sung again
    notes = [(place * ticks, (place + 1) * ticks, key) for place, key in enumerate(keys)]
    path.write_bytes(midi(notes, _ROUND_WORDS))
    return path


def mix(path: Path, seconds: float = 30.0, sample_rate: int = 44_100) -> Path:
    """A voice over chords, in stereo."""
    sung = read_audio(presets_folder() / "probe" / "singing.ogg")
    count = round(seconds * sample_rate)
    times = np.arange(count) / sample_rate
    voice = np.resize(sung.samples[0], count)
    chord = sum(np.sin(2 * np.pi * pitch * times) for pitch in (110.0, 138.6, 164.8))
    beat = 0.5 + 0.5 * np.abs(np.sin(np.pi * times))
    sides = np.stack([0.4 * voice + 0.1 * beat * chord, 0.4 * voice + 0.1 * chord])
    write_audio(Audio(sides.astype(np.float32), sample_rate), path)
    return path
