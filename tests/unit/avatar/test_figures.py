"""Bundled characters and portraits come as figures: seen by the network, drawn as large as they stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.avatar.figures import avatar_files, drawn_figure, portrait_figure
from engine.avatar.params import NUM_PARAMS
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


def test_an_unknown_avatar_is_told() -> None:
    with pytest.raises(InputError, match="no avatar called nobody"):
        drawn_figure("nobody")
