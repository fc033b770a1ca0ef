"""Somebody's own picture sings: placed by hand, kept as it is, mended in its file of landmarks."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.avatar.drawn import character_face, character_landmarks, load_character
from engine.avatar.figures import avatar_files, portrait_figure
from engine.avatar.params import NUM_PARAMS
from engine.avatar.stage import read_background
from engine.avatar.video import count_frames
from tests.e2e.conftest import Command
from tests.e2e.test_avatar import Sing, pictures, sound
from tests.tiny_animator import install, usual_words

REST = np.zeros(NUM_PARAMS, np.float32)


@pytest.fixture
def avatar(command: Command, user_folder: Path) -> Sing:
    """`avatar(vocals, "--out", "a.mp4")`: small pictures, made by the tiny ones on the CPU."""
    install(user_folder)
    return lambda vocals, *words: command(*usual_words(vocals, *words))


@pytest.fixture
def vocals(tmp_path: Path) -> Path:
    return sound(tmp_path / "vocals.wav", 0.7)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A drawn character as a picture, wider than high, and where its landmarks are."""
    character = load_character(avatar_files()["inga"])
    drawn = character_face(character, 240).draw(REST)
    canvas = np.full((240, 320, 3), (120, 140, 160), np.uint8)
    alpha = drawn[..., 3:].astype(np.float32) / 255
    left = (320 - drawn.shape[1]) // 2
    part = canvas[:, left : left + drawn.shape[1]]
    part[:] = (drawn[..., :3] * alpha + part * (1 - alpha)).astype(np.uint8)
    path = tmp_path_factory.mktemp("portraits") / "me.png"
    Image.fromarray(canvas).save(path)
    return path, character_landmarks(character, 240, REST) + np.array((left, 0), np.float32)


def three(landmarks: np.ndarray) -> str:
    middles = (landmarks[36:42].mean(0), landmarks[42:48].mean(0), landmarks[60:68].mean(0))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in middles)


def test_a_portrait_placed_by_points_keeps_its_shape_and_its_rim(
    avatar: Sing, work: Path, portrait: tuple[Path, np.ndarray], vocals: Path
) -> None:
    picture, landmarks = portrait
    line = ("avatar", vocals, "--out", "a", "--format", "png", "--portrait", picture, "--points", three(landmarks))
    outcome = avatar(*line[1:], "--size", "320x240", "--json")
    assert outcome.code == 0, outcome
    assert outcome.facts["figure"] == "me"
    found, original = pictures(work / "a"), np.asarray(Image.open(picture))
    assert found.shape[1:] == original.shape
    assert len(found) == count_frames(0.7, Fraction(25))
    np.testing.assert_array_equal(found[:, :, :20], np.broadcast_to(original[:, :20], found[:, :, :20].shape))
    x, y = (int(v) for v in landmarks[60:68].mean(0))
    mouth = found[:, y - 12 : y + 12, x - 20 : x + 20].astype(int)
    assert np.abs(np.diff(mouth, axis=0)).max() > 20


def test_a_landscape_portrait_is_as_sharp_as_its_picture(portrait: tuple[Path, np.ndarray]) -> None:
    picture, landmarks = portrait
    points = tuple(tuple(map(float, pair.split(","))) for pair in three(landmarks).split())
    figure = portrait_figure(picture, points=points)  # type: ignore[arg-type]
    assert figure.usual_size[0] > figure.usual_size[1]
    drawn = figure.on_stage(320, 240, read_background("black")).draw(REST)
    np.testing.assert_array_equal(drawn[..., :3], np.asarray(Image.open(picture)))


def test_landmarks_are_written_mended_and_passed_back(
    avatar: Sing, command: Command, work: Path, portrait: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    picture, landmarks = portrait
    points = three(landmarks)
    outcome = command(
        "face", picture, "--out", "me.landmarks.json", "--points", points, "--show", "shown.png", "--json"
    )
    assert outcome.code == 0, outcome
    facts = outcome.facts
    assert (facts["landmarks"], facts["width"], facts["height"]) == ("me.landmarks.json", 320, 240)
    asked = [[float(part) for part in pair.split(",")] for pair in points.split()]
    np.testing.assert_allclose(facts["points"], asked, atol=6)  # the mean face has its mouth where it has it
    shown = Image.open(work / "shown.png")
    assert min(shown.size) >= 240
    assert shown.width / shown.height == pytest.approx(320 / 240, abs=0.01)
    vocals = sound(tmp_path / "v.wav", 0.2)
    face = ("--format", "png", "--size", 160, "--portrait", picture)
    assert avatar(vocals, "--out", "placed", *face, "--points", points).code == 0
    assert avatar(vocals, "--out", "passed", *face, "--landmarks", "me.landmarks.json").code == 0
    placed, passed = pictures(work / "placed"), pictures(work / "passed")
    rounded = np.abs(placed.astype(int) - passed).mean()  # to a hundredth of a pixel
    mended = json.loads((work / "me.landmarks.json").read_text())
    mended["points"] = [[x, y - 20 if number >= 48 else y] for number, (x, y) in enumerate(mended["points"])]
    (work / "me.landmarks.json").write_text(json.dumps(mended))
    assert avatar(vocals, "--out", "moved", *face, "--landmarks", "me.landmarks.json").code == 0
    mended_away = np.abs(pictures(work / "moved").astype(int) - placed).mean()
    assert rounded < 0.02
    assert mended_away > max(0.03, 5 * rounded)
