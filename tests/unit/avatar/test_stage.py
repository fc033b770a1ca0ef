"""Figures on canvases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from engine.avatar.params import NUM_PARAMS
from engine.avatar.renderer import Picture
from engine.avatar.stage import TRANSPARENT, Background, figure_size, read_background, staged
from engine.errors import InputError

REST = np.zeros(NUM_PARAMS, np.float32)
WHITE = Background(colour=(255, 255, 255))


class Figure:
    """Draws the same picture always."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.height, self.width = picture.shape[:2]

    def draw(self, values: NDArray[np.float32]) -> Picture:
        return self.picture.copy()


def bust(size: int = 100, head: float = 0.5) -> Figure:
    """A red head of a share of the width, on green shoulders from edge to edge."""
    picture = np.zeros((size, size, 4), np.uint8)
    a = round(size * (1 - head) / 2)
    picture[size // 10 : size * 7 // 10, a : size - a] = (255, 0, 0, 255)
    picture[size * 7 // 10 :] = (0, 255, 0, 255)
    return Figure(picture)


def photo(width: int, height: int) -> Figure:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 255, (height, width, 4), np.uint8)
    picture[..., 3] = 255
    return Figure(picture)


def columns(picture: Picture, colour: tuple[int, int, int]) -> NDArray[np.intp]:
    return np.flatnonzero((np.abs(picture[..., :3].astype(int) - colour).max(axis=2) < 60).any(axis=0))


@pytest.mark.parametrize(("width", "height"), [(192, 108), (108, 192), (100, 100), (37, 51)])
def test_a_bust_stands_on_the_bottom_in_the_middle(width: int, height: int) -> None:
    picture = staged(bust(), width, height, WHITE).draw(REST)
    assert picture.shape == (height, width, 4)
    assert (picture[..., 3] == 255).all()
    np.testing.assert_allclose(picture[-1, width // 2], (0, 255, 0, 255), atol=2)
    for colour in ((255, 0, 0), (0, 255, 0)):
        seen = columns(picture, colour)
        assert abs((seen[0] + seen[-1]) / 2 - (width - 1) / 2) <= 1
    head = columns(picture, (255, 0, 0))
    assert head[0] > 0, "the head is not cut"
    assert head[-1] < width - 1
    np.testing.assert_array_equal(picture[0, 0], 255)


def test_on_a_phone_the_shoulders_are_cut_to_make_the_head_larger() -> None:
    assert figure_size(bust(head=0.5), 90, 160)[0] == pytest.approx(90 * 0.72 / 0.5, abs=1)
    assert figure_size(bust(head=0.95), 90, 160) == (90, 90)
    assert figure_size(bust(head=0.5), 160, 90) == (90, 90)


@pytest.mark.parametrize(("width", "height"), [(192, 108), (108, 192), (50, 50)])
def test_a_photo_is_seen_whole_and_hangs_in_the_middle(width: int, height: int) -> None:
    figure = photo(100, 80)
    shown_w, shown_h = figure_size(figure, width, height)
    assert shown_w / shown_h == pytest.approx(100 / 80, rel=0.03)
    assert shown_w == width or shown_h == height
    picture = staged(figure, width, height, TRANSPARENT).draw(REST)
    rows, cols = np.nonzero(picture[..., 3])
    assert (cols.max() - cols.min() + 1, rows.max() - rows.min() + 1) == (shown_w, shown_h)
    assert abs(rows.min() - (height - 1 - rows.max())) <= 1
    assert abs(cols.min() - (width - 1 - cols.max())) <= 1


def test_nothing_to_do_is_not_done() -> None:
    figure = bust()
    assert staged(figure, 100, 100, TRANSPARENT) is figure
    same = photo(60, 40)
    np.testing.assert_array_equal(staged(same, 60, 40, WHITE).draw(REST), same.picture)


@given(st.integers(0, 2**32 - 1))
def test_straight_alpha_is_laid_over_as_it_should(seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, (16, 16, 4), np.uint8)
    picture[rng.random((16, 16)) < 0.3, 3] = 0
    picture[rng.random((16, 16)) < 0.3, 3] = 255
    colour = tuple(int(v) for v in rng.integers(0, 256, 3))
    laid = staged(Figure(picture), 16, 16, Background(colour=(colour[0], colour[1], colour[2]))).draw(REST)
    share = picture[..., 3:] / 255.0
    exact = picture[..., :3] * share + np.array(colour) * (1 - share)
    if (picture[..., 3].max(axis=0) > 127).all():  # the head spans the width: nothing was scaled
        np.testing.assert_allclose(laid[..., :3], exact, atol=0.51)
        assert (laid[..., 3] == 255).all()


def test_scaling_lets_no_colour_of_clear_pixels_in() -> None:
    figure = bust(120)
    figure.picture[figure.picture[..., 3] == 0] = (0, 0, 255, 0)  # blue where nothing is
    for size in (50, 80, 300):
        picture = staged(figure, size, size, TRANSPARENT).draw(REST)
        assert picture[picture[..., 3] > 8][:, 2].max() < 12
        assert (picture[..., 3] == 0).any()


def test_every_picture_is_a_new_one() -> None:
    stage = staged(bust(), 80, 45, WHITE)
    first = stage.draw(REST)
    kept = first.copy()
    first[:] = 7
    np.testing.assert_array_equal(stage.draw(REST), kept)


def test_colours_by_name_and_number() -> None:
    assert read_background("navy").colour == (0, 0, 128)
    assert read_background("#203040").colour == (0x20, 0x30, 0x40)
    assert read_background("#fff").colour == (255, 255, 255)
    assert read_background(" Transparent ").transparent
    assert not read_background("black").transparent


def test_a_picture_covers_the_canvas(tmp_path: Path) -> None:
    stripes = np.zeros((40, 100, 3), np.uint8)
    stripes[:, :25], stripes[:, 75:], stripes[:, 25:75] = (255, 0, 0), (0, 0, 255), (0, 255, 0)
    Image.fromarray(stripes).save(tmp_path / "a.png")
    canvas = read_background(str(tmp_path / "a.png")).filled(60, 60)
    assert (canvas[..., 3] == 255).all()
    assert canvas[30, 30, 1] == 255  # its middle
    assert not (canvas[..., 0] > 128).any()  # its sides are cut, not squeezed in


def test_a_photo_taken_on_its_side_is_turned(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 30), (255, 0, 0))
    image.paste((0, 0, 255), (0, 0, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise: the left becomes the top
    image.save(tmp_path / "a.jpg", exif=exif)
    canvas = read_background(str(tmp_path / "a.jpg")).filled(30, 60)
    assert canvas[5, 15, 2] > 200
    assert canvas[55, 15, 0] > 200


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "LA", "I;16", "1"])
def test_any_colour_model(tmp_path: Path, mode: str) -> None:
    image = Image.new("L", (30, 20), 128).convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.fromarray(np.full((20, 30), 128 * 257, np.uint16))
    path = tmp_path / ("a.tif" if mode in ("CMYK", "I;16") else "a.png")
    image.save(path)
    light = read_background(str(path)).filled(30, 20)[..., :3].mean()
    assert mode == "1" or abs(light - 128) < 4


def test_what_is_no_background(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    for text in ("bluish", "#12", str(tmp_path / "missing.png"), str(tmp_path / "a.png"), str(tmp_path), ""):
        with pytest.raises(InputError) as caught:
            read_background(text)
        assert caught.value.hint
