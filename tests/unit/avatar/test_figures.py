"""Bundled characters and portraits come as figures: seen by the network, drawn as large as they stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.avatar.drawn import random_character
from engine.avatar.figures import (
    USUAL_COLOUR,
    USUAL_SIDE,
    avatar_files,
    character_figure,
    drawn_figure,
    face_of_picture,
    portrait_figure,
)
from engine.avatar.params import NUM_PARAMS
from engine.avatar.portrait.landmarks import landmarks_from_points, write_landmarks
from engine.avatar.renderer import Face
from engine.avatar.stage import read_background
from engine.errors import InputError

REST = np.zeros(NUM_PARAMS, np.float32)


def test_at_least_six_avatars_come_along() -> None:
    assert len(avatar_files()) >= 6


def test_a_bundled_avatar_stands_on_a_stage() -> None:
    figure = drawn_figure(None)
    assert figure.name == next(iter(avatar_files()))
    assert figure.reference.shape == (3, 64, 64)
    face = figure.on_stage(160, 120, read_background("#102030"))
    picture = face.draw(REST)
    assert picture.shape == (120, 160, 4)
    assert tuple(picture[0, 0]) == (0x10, 0x20, 0x30, 255)
    assert (picture[110, 80, :3] != (0x10, 0x20, 0x30)).any()


def test_a_portrait_is_placed_by_three_points(tmp_path: Path) -> None:
    shades = np.random.default_rng(0).integers(60, 200, (300, 300, 3)).astype(np.uint8)
    Image.fromarray(shades).save(tmp_path / "p.png")
    figure = portrait_figure(tmp_path / "p.png", points=((110, 120), (190, 120), (150, 210)))
    assert figure.name == "p"
    picture = figure.on_stage(300, 300, read_background("black")).draw(REST)
    assert np.abs(picture[..., :3].astype(int) - shades).max() <= 1
    with pytest.raises(InputError, match="face"):
        portrait_figure(tmp_path / "p.png")


@pytest.mark.parametrize(
    ("size", "expected"),
    [((400, 300), (682, 512)), ((300, 400), (512, 682)), ((200, 200), (512, 512)), ((900, 150), (1024, 512))],
)
def test_a_portraits_video_has_its_shape(tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]) -> None:
    Image.new("RGB", size, "teal").save(tmp_path / "p.png")
    figure = portrait_figure(tmp_path / "p.png", points=((60, 50), (100, 50), (80, 90)))
    assert figure.usual_size == expected
    assert not any(side % 2 for side in figure.usual_size)


@pytest.mark.parametrize("canvas", [(640, 480), (480, 640), (400, 400)])
@pytest.mark.parametrize("size", [(640, 480), (480, 640)])
def test_a_portrait_is_drawn_as_large_as_it_hangs(
    tmp_path: Path, size: tuple[int, int], canvas: tuple[int, int]
) -> None:
    """Neither drawn small and blown up, nor larger than needed: wide ones too."""
    shades = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3)).astype(np.uint8)
    Image.fromarray(shades).save(tmp_path / "p.png")
    figure = portrait_figure(tmp_path / "p.png", points=((200, 200), (280, 200), (240, 290)))
    asked: list[int] = []
    real = figure.face_of

    def face_of(height: int) -> Face:
        asked.append(real(height).height)
        return real(height)

    figure = replace(figure, face_of=face_of)
    picture = figure.on_stage(*canvas, read_background("black")).draw(REST)
    scale = min(canvas[0] / size[0], canvas[1] / size[1])
    assert asked == [pytest.approx(size[1] * scale, abs=1)]
    if canvas == size:
        np.testing.assert_array_equal(picture[..., :3], shades)


def test_beside_a_portrait_lies_a_darker_copy_of_itself(tmp_path: Path) -> None:
    Image.new("RGB", (300, 300), (200, 100, 50)).save(tmp_path / "p.png")
    figure = portrait_figure(tmp_path / "p.png", points=((110, 120), (190, 120), (150, 210)))
    rim = figure.on_stage(200, 100, figure.usual_background).draw(REST)[50, 5]
    assert rim[3] == 255
    assert (rim[:3] < (200, 100, 50)).all()
    assert np.corrcoef(rim[:3], (200, 100, 50))[0, 1] > 0.99


def test_a_cut_out_portrait_stands_before_the_usual_colour(tmp_path: Path) -> None:
    picture = np.zeros((300, 300, 4), np.uint8)
    picture[50:, 50:250] = (200, 100, 50, 255)
    Image.fromarray(picture).save(tmp_path / "p.png")
    figure = portrait_figure(tmp_path / "p.png", points=((110, 120), (190, 120), (150, 210)))
    drawn = figure.on_stage(300, 300, figure.usual_background).draw(REST)
    assert tuple(drawn[5, 5]) == (*USUAL_COLOUR.colour, 255)  # type: ignore[misc]
    assert tuple(drawn[280, 150]) == (200, 100, 50, 255)


def test_landmarks_of_a_file_count_before_all(tmp_path: Path) -> None:
    landmarks = landmarks_from_points((60, 50), (100, 50), (80, 90))
    write_landmarks(tmp_path / "l.json", landmarks, 200, 150)
    picture = np.full((300, 400, 4), 255, np.uint8)  # twice as large: they are scaled
    np.testing.assert_allclose(face_of_picture(picture, tmp_path / "l.json"), 2 * landmarks, atol=0.02)
    np.testing.assert_allclose(face_of_picture(picture, None, ((60, 50), (100, 50), (80, 90))), landmarks, atol=1e-4)
    with pytest.raises(InputError, match="picture of 200 x 150"):
        face_of_picture(np.full((300, 300, 4), 255, np.uint8), tmp_path / "l.json")


def test_any_character_is_a_figure() -> None:
    one, other = (character_figure("x", random_character(seed)) for seed in (1, 2))
    assert one.reference.shape == (3, 64, 64)
    assert np.abs(one.reference - other.reference).mean() > 0.05
    assert one.usual_size == (USUAL_SIDE, USUAL_SIDE)


def test_a_characters_own_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(avatar_files()["inga"].read_bytes())
    assert drawn_figure(str(path)).name == "mine"
    with pytest.raises(InputError):
        drawn_figure(str(tmp_path / "gone.json"))


def test_an_unknown_avatar_is_told() -> None:
    with pytest.raises(InputError, match="no avatar called nobody"):
        drawn_figure("nobody")
