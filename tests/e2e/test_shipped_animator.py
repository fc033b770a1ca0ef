"""The animator that comes along moves lips as the words are sung, from the sound alone, and by its own chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.api.avatar_vocals import Performance, sung
from engine.api.sing import SingRequest
from engine.audio import Audio
from engine.avatar.features import FPS
from engine.avatar.figures import drawn_figure
from engine.avatar.lips import NUM_LIPS
from engine.avatar.motion import Manner, move
from engine.avatar.params import FaceTrack
from engine.avatar.rules import track_by_rule
from engine.avatar.visemes import CLOSURES
from engine.jobs import JobContext
from engine.models.registry import open_model, verify
from engine.models.singer_motion import SingerMotion, build_singer_motion
from tests.conftest import ROOT

FOLDER = ROOT / "presets" / "models" / "mime"


@pytest.fixture(scope="module")
def animator() -> SingerMotion:
    return build_singer_motion(open_model(FOLDER, role="animator"), "cpu")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    """A clip that no training had, sung by the voice that comes along."""
    clip = ROOT / "presets" / "clips" / "amazing-grace.mid"
    request = SingRequest(clip, Path("unused.wav"), device="cpu", use_cache=False)
    return sung(request, tmp_path_factory.mktemp("sung"), JobContext())


def moved(animator: SingerMotion, song: Performance, seed: int = 7) -> FaceTrack:
    assert song.vocals is not None
    return move(animator, song.vocals.audio, drawn_figure("mira").reference, Manner(seed), JobContext())


@pytest.fixture(scope="module")
def heard(animator: SingerMotion, song: Performance) -> FaceTrack:
    return moved(animator, song)


@pytest.fixture(scope="module")
def truth(song: Performance, heard: FaceTrack) -> FaceTrack:
    assert song.line is not None
    return track_by_rule(song.line, FPS, len(heard), 7)


def test_its_files_are_whole_and_small() -> None:
    model = open_model(FOLDER, role="animator")
    assert {check.state for check in verify(model)} == {"ok"}
    assert sum(path.stat().st_size for path in FOLDER.glob("*.onnx")) <= 20_000_000


def test_the_mouth_follows_the_words_without_lag(heard: FaceTrack, truth: FaceTrack) -> None:
    opened, wanted = heard.at("open"), truth.at("open")
    by_lag = {lag: np.corrcoef(np.roll(opened, -lag)[8:-8], wanted[8:-8])[0, 1] for lag in range(-4, 5)}
    assert by_lag[0] > 0.8  # it learned from another voice than the one that sings here: 0.82 to 0.84
    assert abs(max(by_lag, key=lambda lag: by_lag[lag])) <= 1


def test_vowels_have_their_shapes(heard: FaceTrack, truth: FaceTrack) -> None:
    for name in ("wide", "round"):
        assert np.corrcoef(heard.at(name), truth.at(name))[0, 1] > 0.75


def test_lips_meet_where_they_should(song: Performance, heard: FaceTrack) -> None:
    assert song.line is not None
    opened = heard.at("open")
    gaps = [
        opened[int(p.start_s * FPS) : int(np.ceil(p.end_s * FPS)) + 1].min()
        for p in song.line.phones
        if p.label in CLOSURES
    ]
    assert len(gaps) >= 5
    assert np.mean(np.array(gaps) < 0.15) >= 0.8


def test_silence_leaves_the_mouth_still(animator: SingerMotion, song: Performance) -> None:
    assert song.vocals is not None
    rate, samples = song.vocals.audio.sample_rate, song.vocals.audio.samples
    paused = np.concatenate([samples[:, : 6 * rate], np.zeros((1, 3 * rate), np.float32), samples[:, 6 * rate :]], 1)
    track = move(animator, Audio(paused, rate), drawn_figure("mira").reference, Manner(7), JobContext())
    silent = track.values[round(6.3 * FPS) : round(8.8 * FPS), :NUM_LIPS]
    assert np.abs(silent).max() < 0.02
    assert track.at("open")[: round(6 * FPS)].max() > 0.4


def test_seeds_move_heads_and_leave_lips(animator: SingerMotion, song: Performance, heard: FaceTrack) -> None:
    other = moved(animator, song, seed=8)
    assert np.abs(other.at("yaw") - heard.at("yaw")).mean() > 0.02
    assert np.corrcoef(other.at("open"), heard.at("open"))[0, 1] > 0.97
    assert np.array_equal(moved(animator, song).values, heard.values)


def test_it_blinks(heard: FaceTrack) -> None:
    blinks = np.flatnonzero(np.diff((heard.at("lids") > 0.5).astype(int)) == 1)
    assert 2 <= len(blinks) <= 0.6 * heard.duration_s
