"""From a file to a found face, whatever the file is like; what is no face is refused, and points by hand offered."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

from engine.avatar.portrait import find_face, portrait_face, read_picture
from engine.avatar.portrait.shape import LEFT_EYE, RIGHT_EYE, eye_middles, face_unit, mouth_middle
from engine.errors import InputError
from tests.unit.avatar.test_portrait_face import PORTRAITS, drawn_face, row

TOP, LEFT, SIDE = 0, 60, 320  # of what is cut out of scikit-image's astronaut
EYES, MOUTH = ((143, 102), (186, 104)), (163, 142)  # there, by hand
UNIT = 43.0

needs_portraits = pytest.mark.skipif(
    not PORTRAITS.is_dir(), reason="the folder of free portraits is not beside the project"
)


@pytest.fixture(scope="module")
def astronaut() -> Image.Image:
    return Image.fromarray(data.astronaut()[TOP : TOP + SIDE, LEFT : LEFT + SIDE])


def opaque(colours: np.ndarray) -> np.ndarray:
    return np.dstack([colours, np.full(colours.shape[:2], 255, np.uint8)])


def off(picture: np.ndarray, shift: tuple[float, float] = (0, 0), scale: float = 1.0) -> float:
    """How far eyes and mouth are found from where they are, at most; in distances of the eyes."""
    landmarks = find_face(picture)
    places = [*eye_middles(landmarks), mouth_middle(landmarks)]
    true = [np.array(place) * scale + shift for place in (*EYES, MOUTH)]
    return max(float(np.hypot(*(a - b))) for a, b in zip(places, true, strict=True)) / (UNIT * scale)


def test_a_photograph_that_nothing_was_tuned_on_is_found(astronaut: Image.Image):
    assert off(opaque(np.asarray(astronaut))) < 0.16


@pytest.mark.parametrize(
    "kind", ["cmyk.jpg", "palette.png", "grey.png", "grey16.png", "animated.gif", "turned.jpg", "alpha.png"]
)
def test_a_face_is_found_in_files_of_all_kinds(tmp_path: Path, astronaut: Image.Image, kind: str):
    path = tmp_path / kind
    grey = np.asarray(astronaut.convert("L"))
    exif = Image.Exif()
    exif[0x0112] = 6
    cut = astronaut.copy()
    cut.putalpha(
        Image.fromarray(cv2.ellipse(np.zeros((SIDE, SIDE), np.uint8), (164, 120), (120, 120), 0, 0, 360, 255, -1))
    )
    {
        "cmyk.jpg": lambda: astronaut.convert("CMYK").save(path, quality=95),
        "palette.png": lambda: astronaut.quantize(128).save(path),
        "grey.png": lambda: astronaut.convert("L").save(path),
        "grey16.png": lambda: Image.fromarray(grey.astype(np.uint16) * 257).save(path),
        "animated.gif": lambda: astronaut.save(path, save_all=True, append_images=[Image.new("RGB", (SIDE, SIDE))]),
        "turned.jpg": lambda: astronaut.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95),
        "alpha.png": lambda: cut.save(path),
    }[kind]()
    picture = read_picture(path)
    assert off(picture) < 0.25
    assert portrait_face(picture, find_face(picture)).draw(row(open=0.7, yaw=0.3)).shape == (SIDE, SIDE, 4)


def test_of_two_faces_one_is_taken_whole(astronaut: Image.Image):
    head = np.asarray(astronaut)[:280]
    pair = opaque(np.hstack([head, cv2.resize(head, None, fx=0.7, fy=0.7)[np.r_[0:196, np.full(84, 195)]]]))
    assert off(pair) < 0.25  # the larger one


@pytest.mark.parametrize("cut", [(0, SIDE, 140, SIDE), (0, SIDE, 0, 166), (110, SIDE, 0, SIDE)])
def test_a_face_cut_in_half_is_refused_or_found_where_it_is(astronaut: Image.Image, cut: tuple[int, int, int, int]):
    top, bottom, left, right = cut
    part = opaque(np.ascontiguousarray(np.asarray(astronaut)[top:bottom, left:right]))
    try:
        landmarks = find_face(part)
    except InputError:
        return
    assert face_unit(landmarks) > 0.5 * UNIT
    assert portrait_face(part, landmarks).draw(row(open=1, lids=1, yaw=1)).shape == part.shape


@pytest.mark.parametrize("name", ["chelsea", "coffee", "stereo_motorcycle", "coins"])
def test_what_is_no_face_is_refused_with_a_way_on(name: str):
    colours = data.chelsea() if name == "chelsea" else getattr(data, name)()
    colours = np.asarray(colours[0] if isinstance(colours, tuple) else colours)
    colours = np.dstack([colours] * 3) if colours.ndim == 2 else colours
    scale = 512 / max(colours.shape)
    with pytest.raises(InputError) as refused:
        find_face(opaque(cv2.resize(colours, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)))
    assert refused.value.message == "No face was found in the picture."
    assert "two eyes and a mouth by hand" in refused.value.hint


@needs_portraits
@pytest.mark.parametrize(("name", "top"), [("008", 320), ("023", 330)])
def test_cups_ties_and_hair_are_no_faces(name: str, top: int):
    picture = read_picture(PORTRAITS / f"{name}.jpg")
    with pytest.raises(InputError, match="No face"):
        find_face(np.ascontiguousarray(picture[top:]))


@pytest.mark.parametrize("side", [16, 60])
def test_a_tiny_picture_says_how_large_it_must_be(tmp_path: Path, astronaut: Image.Image, side: int):
    astronaut.resize((side, side)).save(tmp_path / "p.png")
    with pytest.raises(InputError, match="too small") as refused:
        read_picture(tmp_path / "p.png")
    assert "96 pixels" in refused.value.hint


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "I;16"])
def test_a_huge_picture_is_never_copied_whole_more_than_it_must(tmp_path: Path, monkeypatch, mode: str):
    side = 3600
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[:, side // 2 :, :3] = 200
    image = (
        Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
        if mode == "I;16"
        else Image.fromarray(pixels).convert(mode)
    )
    image.save(tmp_path / "p.png", compress_level=1)
    scaled: list[tuple[int, int]] = []
    resize = Image.Image.resize

    def watched(self, size, *rest, **more):
        scaled.append(self.size)
        return resize(self, size, *rest, **more)

    monkeypatch.setattr(Image.Image, "resize", watched)
    picture = read_picture(tmp_path / "p.png", working_side=600)
    assert picture.shape == (600, 600, 4)
    assert max(max(size) for size in scaled) <= 1200 + 3
    assert abs(int(picture[300, 500, 0]) - 200) <= 1
    assert picture[300, 100, 0] <= 1


def test_a_text_file_called_jpg_is_refused(tmp_path: Path):
    (tmp_path / "p.jpg").write_text("hello")
    with pytest.raises(InputError, match="not a picture") as refused:
        read_picture(tmp_path / "p.jpg")
    assert "save it as" in refused.value.hint


def test_a_frame_of_glasses_stays_when_lids_close():
    picture, landmarks = drawn_face(480, 540)
    unit = face_unit(landmarks)
    colours = np.ascontiguousarray(picture[..., :3])
    eyes = [landmarks[part].mean(0) for part in (LEFT_EYE, RIGHT_EYE)]
    frame = np.zeros(picture.shape[:2], np.uint8)
    for x, y in eyes:
        half = np.array([0.4 * unit, 0.2 * unit])
        low, high = (np.array([x, y]) + half * way for way in (-1, 1))
        cv2.rectangle(frame, tuple(low.astype(int)), tuple(high.astype(int)), 1, 4)
    bridge = [(int(eyes[0][0] + 0.4 * unit), int(eyes[0][1])), (int(eyes[1][0] - 0.4 * unit), int(eyes[1][1]))]
    cv2.line(frame, *bridge, 1, 5)
    colours[frame > 0] = (25, 22, 20)
    picture[..., :3] = colours
    out = portrait_face(picture, landmarks).draw(row(lids=1.0))
    inner = cv2.erode(frame, np.ones((3, 3), np.uint8)) > 0
    assert out[inner][:, :3].max() < 70
    middle = np.s_[int(eyes[0][1]) - 2 : int(eyes[0][1]) + 3, int(eyes[0][0]) - 2 : int(eyes[0][0]) + 3]
    assert out[middle][..., :3].mean() > picture[middle][..., :3].mean() + 40  # and yet the lid is shut


def test_a_face_too_small_to_move_says_so(astronaut: Image.Image):
    small = astronaut.resize((120, 120), Image.Resampling.LANCZOS)
    wall = Image.new("RGB", (120, 120), (120, 130, 140))
    wall.paste(small, (0, 0))
    with pytest.raises(InputError, match=r"No face|too small") as refused:
        find_face(opaque(np.asarray(wall)))
    assert "by hand" in refused.value.hint
