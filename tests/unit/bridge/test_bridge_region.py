"""Of an audio clip exactly what it plays is isolated, and both stems lie where it lies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import read_audio, read_bext
from engine.jobs import JobState
from plugin_host.ports import Action
from tests.unit.bridge.stand_ins import Rig, placed

RATE = 44_100


def mix(rig: Rig, rate: int, seconds: float = 3.0, channels: int = 2) -> np.ndarray:
    time_s = np.arange(round(seconds * rate)) / rate
    tones = [0.4 * np.sin(2 * np.pi * tone * time_s + tone) for tone in (220.0, 331.0)[:channels]]
    samples = np.stack(tones).astype(np.float32)
    assert rig.daw.session.folder is not None
    soundfile.write(rig.daw.session.folder / "mix.wav", samples.T, rate, subtype="FLOAT")
    return samples


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("offset", "length"), [(0, 1000), (70_001, 33_333), (12_345, 1), (100_000, 40_000)])
def test_only_the_region_is_isolated(rig: Rig, offset: int, length: int, channels: int) -> None:
    samples = mix(rig, RATE, channels=channels)
    assert rig.daw.session.folder is not None
    rig.daw.add_sound("Mix", "Band", rig.daw.session.folder / "mix.wav", 98_765, offset, length)
    job = rig.do(Action.ISOLATE, "Mix")
    assert job.state is JobState.DONE, job.sentence
    vocals, rest = placed(rig, "Band vocals"), placed(rig, "Band instrumental")
    wanted = np.zeros((channels, length), np.float32)
    there = samples[:, offset : offset + length]
    wanted[:, : there.shape[1]] = there
    assert np.array_equal(read_audio(vocals.path).samples, wanted * np.float32(0.25))
    assert np.array_equal(read_audio(rest.path).samples, wanted * np.float32(0.75))
    for placement in (vocals, rest):
        stamp = read_bext(placement.path)
        assert stamp is not None
        assert stamp.time_reference_samples == placement.start_samples == 98_765
    assert "Mix_vocals_00m02.240s_44k1_" in vocals.path.name


@pytest.mark.parametrize("rate", [48_000, 96_000, 22_050])
def test_a_file_of_another_rate_is_cut_at_the_right_place(rig: Rig, rate: int) -> None:
    mix(rig, rate)
    assert rig.daw.session.folder is not None
    offset, length = 55_557, 20_000
    rig.daw.add_sound("Mix", "Band", rig.daw.session.folder / "mix.wav", 0, offset, length)
    rig.do(Action.ISOLATE, "Mix")
    got = read_audio(placed(rig, "Band vocals").path).samples * 4
    time_s = (np.arange(length) + offset) / RATE
    wanted = np.stack([0.4 * np.sin(2 * np.pi * tone * time_s + tone) for tone in (220.0, 331.0)])
    assert got.shape == wanted.shape
    assert np.abs(got - wanted).max() < 1e-4


def test_a_region_behind_the_end_of_its_file(rig: Rig) -> None:
    mix(rig, RATE)
    assert rig.daw.session.folder is not None
    rig.daw.add_sound("Mix", "Band", rig.daw.session.folder / "mix.wav", 0, 10 * RATE, 100)
    job = rig.do(Action.ISOLATE, "Mix")
    assert "ends before the clip Mix begins" in job.sentence


def test_a_missing_file_is_told(rig: Rig, tmp_path: Path) -> None:
    rig.daw.add_sound("Mix", "Band", tmp_path / "gone.wav", 0, 0, 100)
    assert "There is no file" in rig.do(Action.ISOLATE, "Mix").sentence
