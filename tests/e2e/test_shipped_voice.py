"""The voice that comes along sings a demo clip: as long as the clip, audible, in tune."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.models import InstalledModel, load_manifest, verify
from engine.score import Score, read_score
from tests.conftest import ROOT
from tests.e2e.conftest import Command

SHIPPED = ROOT / "presets" / "models" / "trio"
CLIP = ROOT / "presets" / "clips" / "twinkle.mid"
needs_voice = pytest.mark.skipif(not SHIPPED.is_dir(), reason="presets/models/trio is not there yet")


def pitch_hz(samples: np.ndarray, rate: int, near_hz: float) -> float:
    """The strongest period within an octave of `near_hz`, by autocorrelation; 0 where nothing repeats."""
    samples = samples - samples.mean()
    size = len(samples)
    correlation = np.fft.irfft(np.abs(np.fft.rfft(samples, 2 * size)) ** 2)[:size]
    correlation /= np.maximum(size - np.arange(size), 1) / size * max(correlation[0], 1e-12)
    low, high = int(rate / near_hz / 1.6), int(rate / near_hz * 1.6)
    best = low + int(correlation[low:high].argmax())
    if correlation[best] < 0.5:
        return 0.0
    before, peak, after = correlation[best - 1 : best + 2]
    return rate / (best + 0.5 * (before - after) / (before - 2 * peak + after))


def cents_off(samples: np.ndarray, rate: int, offset_s: float, score: Score) -> np.ndarray:
    """For each note of at least 250 ms: how far its middle is from the written key (inf: no pitch)."""
    found = []
    for note in score.notes:
        start, end = score.tempo_map.seconds(note.start), score.tempo_map.seconds(note.end)
        if end - start < 0.25:
            continue
        middle = (start + end) / 2 - offset_s
        cut = samples[round((middle - 0.06) * rate) : round((middle + 0.06) * rate)]
        written = 440 * 2 ** ((note.key - 69) / 12)
        hz = pitch_hz(cut, rate, written)
        found.append(1200 * np.log2(hz / written) if hz else np.inf)
    return np.array(found)


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2)))


def test_the_tracker_knows_a_pitch() -> None:
    rate = 48_000
    times = np.arange(6000) / rate
    for hz in (98.0, 246.9, 700.0):
        tone = sum(np.sin(2 * np.pi * hz * k * times) / k for k in range(1, 8))
        assert pitch_hz(np.asarray(tone), rate, hz * 1.1) == pytest.approx(hz, rel=2e-3)
    assert pitch_hz(np.random.default_rng(0).standard_normal(6000), rate, 200) == 0


def sung(command: Command, work: Path, *options: object) -> tuple[np.ndarray, int, float, Score]:
    outcome = command("sing", CLIP, "--out", "song.wav", "--json", *options)
    assert outcome.code == 0, outcome
    samples, rate = soundfile.read(work / "song.wav", dtype="float32")
    return samples, rate, outcome.facts["offset_s"], read_score(CLIP)


def test_the_tiny_voice_is_in_tune(command: Command, work: Path) -> None:
    """Pitch comes from the notes, not from what a network learned: it holds for random weights too."""
    off = np.abs(cents_off(*sung(command, work)))
    assert len(off) > 20
    assert np.mean(off < 60) > 0.6  # random networks hiss over some of the notes


@needs_voice
def test_the_shipped_voice_is_whole_and_small() -> None:
    model = InstalledModel(load_manifest(SHIPPED / "manifest.json"), SHIPPED)
    assert {check.state for check in verify(model)} == {"ok"}
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 60e6
    assert {path.name for path in files} == {*model.manifest.files, "manifest.json"}
    assert {"en", "de", "ja"} <= set(model.manifest.languages)
    assert not any(path.suffix in (".pt", ".pth", ".pkl", ".ckpt") for path in files)


@needs_voice
def test_the_shipped_voice_sings_a_demo_clip(command: Command, work: Path) -> None:
    samples, rate, offset_s, score = sung(command, work, "--voice", "kathleen")
    assert score.duration_s < len(samples) / rate < score.duration_s + 1
    assert np.abs(samples).max() <= 1
    assert -40 < level_db(samples) < -10
    off = np.abs(cents_off(samples, rate, offset_s, score))
    assert np.median(off) < 25
    assert np.mean(off < 80) > 0.8
