"""Pictures as people have them: turned, in other colours and depths, animated, transparent, tiny, huge, broken."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.avatar.portrait.reading import LARGEST_SIDE, WORKING_SIDE, read_picture
from engine.errors import InputError


@pytest.fixture
def quarters() -> Image.Image:
    """160 x 120: red, green, blue and white quarters, so that any turn shows."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[:60, :80], pixels[:60, 80:], pixels[60:, :80], pixels[60:, 80:] = (
        (220, 30, 30),
        (30, 200, 40),
        (30, 40, 210),
        250,
    )
    return Image.fromarray(pixels)


def _corners(picture: np.ndarray) -> list[tuple[int, ...]]:
    height, width = picture.shape[:2]
    return [
        tuple(picture[y, x, :3]) for y in (height // 6, height - height // 6) for x in (width // 6, width - width // 6)
    ]


def _alike(got: np.ndarray, image: Image.Image, within: int) -> bool:
    wanted = _corners(np.asarray(image.convert("RGB")))
    return all(np.abs(np.subtract(a, b, dtype=int)).max() <= within for a, b in zip(_corners(got), wanted, strict=True))


def test_a_plain_picture_is_read_as_it_is(tmp_path: Path, quarters: Image.Image):
    quarters.save(tmp_path / "p.png")
    picture = read_picture(tmp_path / "p.png")
    assert picture.dtype == np.uint8
    assert np.array_equal(picture[..., :3], np.asarray(quarters))
    assert (picture[..., 3] == 255).all()


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_270),
        (8, Image.Transpose.ROTATE_90),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
    ],
)
def test_exif_turns_it(tmp_path: Path, quarters: Image.Image, orientation: int, turn: Image.Transpose):
    exif = quarters.getexif()
    exif[0x0112] = orientation
    quarters.save(tmp_path / "p.jpg", exif=exif, quality=95)
    picture = read_picture(tmp_path / "p.jpg")
    turned = quarters.transpose(turn)
    assert picture.shape[:2] == (turned.height, turned.width)
    assert _alike(picture, turned, 12)


@pytest.mark.parametrize(("mode", "name"), [("CMYK", "p.jpg"), ("P", "p.png"), ("P", "p.gif"), ("YCbCr", "p.jpg")])
def test_colour_models_come_out_alike(tmp_path: Path, quarters: Image.Image, mode: str, name: str):
    quarters.convert(mode).save(tmp_path / name)
    assert _alike(read_picture(tmp_path / name), quarters, 45)


def test_grey_of_8_and_16_bits_are_alike(tmp_path: Path):
    ramp = np.tile(np.linspace(0, 255, 200), (100, 1))
    Image.fromarray(ramp.astype(np.uint8)).save(tmp_path / "8.png")
    Image.fromarray((ramp * 257).astype(np.uint16)).save(tmp_path / "16.png")
    shallow, deep = read_picture(tmp_path / "8.png"), read_picture(tmp_path / "16.png")
    assert np.abs(shallow.astype(int) - deep).max() <= 1
    assert (deep[..., 0] == deep[..., 2]).all()


def test_alpha_is_kept_and_colours_beneath_do_not_bleed(tmp_path: Path):
    pixels = np.zeros((2000, 1700, 4), np.uint8)
    pixels[:, :850] = (200, 120, 60, 255)
    pixels[:, 850:] = (0, 255, 0, 0)
    Image.fromarray(pixels).save(tmp_path / "p.png")
    picture = read_picture(tmp_path / "p.png")
    visible = picture[..., 3] > 20
    assert 0.45 < visible.mean() < 0.55
    assert picture[visible][:, 1].max() <= 130


@pytest.mark.parametrize("name", ["p.gif", "p.webp", "p.png"])
def test_an_animation_gives_its_first_frame(tmp_path: Path, quarters: Image.Image, name: str):
    quarters.save(
        tmp_path / name, save_all=True, append_images=[Image.new("RGB", quarters.size, (9, 9, 9))], duration=90
    )
    assert _alike(read_picture(tmp_path / name), quarters, 45)


@pytest.mark.parametrize("size", [(3000, 2000), (1600, 2400)])
def test_large_pictures_come_down_in_their_shape(tmp_path: Path, size: tuple[int, int]):
    Image.new("RGB", size, (90, 120, 150)).save(tmp_path / "p.jpg")
    picture = read_picture(tmp_path / "p.jpg")
    assert max(picture.shape[:2]) == WORKING_SIDE
    assert picture.shape[1] / picture.shape[0] == pytest.approx(size[0] / size[1], rel=0.01)


@pytest.mark.parametrize("size", [(95, 400), (1, 1), (LARGEST_SIDE + 1, 200), (11_000, 11_000)])
def test_sizes_that_cannot_be_used_are_refused_in_one_sentence(tmp_path: Path, size: tuple[int, int]):
    Image.new("1", size).save(tmp_path / "p.png")
    with pytest.raises(InputError) as refused:
        read_picture(tmp_path / "p.png")
    assert refused.value.hint
    assert refused.value.message.count(". ") == 0


def test_a_bomb_is_not_decoded(tmp_path: Path):
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    (tmp_path / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    with pytest.raises(InputError, match="too large"):
        read_picture(tmp_path / "p.png")


@pytest.mark.parametrize("damage", ["text", "empty", "cut", "header"])
def test_what_is_no_picture_is_refused(tmp_path: Path, quarters: Image.Image, damage: str):
    path = tmp_path / "p.png"
    quarters.resize((400, 400)).effect_spread(9).save(path)
    whole = path.read_bytes()
    path.write_bytes(
        {"text": b"not a picture", "empty": b"", "cut": whole[: len(whole) // 2], "header": whole[:40]}[damage]
    )
    with pytest.raises(InputError, match="damaged"):
        read_picture(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.png"):
        with pytest.raises(InputError, match="not a file"):
            read_picture(path)
