"""The separator that comes along, on a voice over chords: it must take the voice, and only the voice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import IsolateRequest, isolate_vocals, list_models, verify_model
from engine.folders import presets_folder
from engine.jobs import JobContext

RATE = 44_100
LOUD = 0.1


def chords(length: int) -> np.ndarray:
    """A plucked chord every half second, a drum between: [N, 2]."""
    rng = np.random.default_rng(0)
    time = np.arange(length) / RATE
    since = time % 0.5
    tones = sum(np.sin(2 * np.pi * 220 * ratio * k * time) / k for ratio in (1, 1.25, 1.5) for k in (1, 2, 3))
    drum = rng.standard_normal(length) * np.exp(-30 * ((time + 0.25) % 0.5))
    left = tones * np.exp(-4 * since) + 0.5 * drum
    right = np.roll(tones, 40) * np.exp(-4 * since) + 0.5 * drum
    both = np.stack([left, right], 1)
    return both * (LOUD / np.sqrt((both**2).mean()))


@pytest.fixture(scope="module")
def parts() -> tuple[np.ndarray, np.ndarray]:
    """(vocals, accompaniment), [N, 2] at 44.1 kHz, equally loud; five seconds of accompaniment alone at the end."""
    samples, rate = soundfile.read(presets_folder() / "probe" / "singing.ogg", always_2d=True)
    assert rate == RATE
    vocals = np.repeat(samples.mean(1, keepdims=True), 2, axis=1)[: 10 * RATE]
    vocals *= LOUD / np.sqrt((vocals**2).mean())
    vocals = np.concatenate([vocals, np.zeros((5 * RATE, 2))])
    return vocals, chords(len(vocals))


def isolate(folder: Path, mix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    soundfile.write(folder / "mix.wav", mix, RATE, subtype="FLOAT")
    isolate_vocals(IsolateRequest(mixes=(folder / "mix.wav",), out=folder), JobContext())
    vocals, instrumental = (soundfile.read(folder / f"mix_{stem}.wav")[0] for stem in ("vocals", "instrumental"))
    return vocals, instrumental


def sdr(truth: np.ndarray, found: np.ndarray) -> float:
    return float(10 * np.log10((truth**2).sum() / ((truth - found) ** 2).sum()))


def test_its_files_are_whole():
    shipped = list_models(role="separator")[0].manifest
    assert shipped.id == "lumen"
    assert {check.state for check in verify_model(shipped.id)} == {"ok"}
    assert sum(path.stat().st_size for path in (presets_folder() / "models" / "lumen").iterdir()) < 40e6


def test_a_voice_over_chords(parts, tmp_path):
    vocals, rest = parts
    mix = (vocals + rest).astype(np.float32)
    found, instrumental = isolate(tmp_path, mix)
    sung = slice(0, 10 * RATE)
    assert sdr(vocals[sung], mix[sung]) < 0.5
    assert sdr(vocals[sung], found[sung]) > 4.0
    assert np.abs(found + instrumental - mix).max() < 10 ** (-90 / 20)
    alone = found[12 * RATE :]
    assert 20 * np.log10(np.sqrt((alone**2).mean()) + 1e-9) < -40


def test_level_and_sides_follow_the_mix(parts, tmp_path):
    """Half as loud in, half as loud out; left and right changed in, left and right changed out."""
    mix = sum(parts)[: 8 * RATE].astype(np.float32)
    found, _ = isolate(tmp_path, mix)
    quiet, _ = isolate(tmp_path, 0.5 * mix)
    assert sdr(found, 2 * quiet) > 40


def test_silence_stays_silence(tmp_path):
    found, instrumental = isolate(tmp_path, np.zeros((3 * RATE, 2), np.float32))
    assert not found.any()
    assert not instrumental.any()
