"""Three clicks make 68 landmarks; their file comes back; portraits are found where they are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.avatar.portrait import find_face, landmarks_from_points, read_landmarks, read_picture, write_landmarks
from engine.avatar.portrait.shape import (
    CHIN,
    INNER_LIPS,
    MEAN,
    NUM_POINTS,
    OUTER_LIPS,
    eye_middles,
    face_unit,
    mouth_middle,
)
from engine.errors import InputError

PORTRAITS = Path(__file__).resolve().parents[4] / "shared" / "data" / "faces" / "portraits"
LEFT, RIGHT, MOUTH = (200.0, 210.0), (300.0, 200.0), (262.0, 312.0)

needs_portraits = pytest.mark.skipif(
    not (PORTRAITS / "035.jpg").is_file(), reason="the folder of free portraits is not beside the project"
)


def test_the_mean_face_is_a_face():
    assert MEAN.shape == (NUM_POINTS, 2)
    mirrored = MEAN * (-1, 1)
    away = np.linalg.norm(MEAN[:, None] - mirrored[None], axis=-1).min(1)
    assert away.max() < 1e-6  # as far left as right
    left, right = eye_middles(MEAN)
    assert right[0] - left[0] == pytest.approx(1, abs=0.02)
    assert MEAN[CHIN, 1] == MEAN[:, 1].max()
    # The inner lips lie within the outer ones, the upper above the lower.
    assert np.abs(MEAN[INNER_LIPS, 0]).max() < np.abs(MEAN[OUTER_LIPS, 0]).max()
    assert (MEAN[[61, 62, 63], 1] < MEAN[[67, 66, 65], 1]).all()
    assert (np.diff(MEAN[:17, 0]) > 0).all()


def test_clicked_points_are_kept():
    landmarks = landmarks_from_points(LEFT, RIGHT, MOUTH)
    left, right = eye_middles(landmarks)
    assert np.hypot(*(left - LEFT)) < 2
    assert np.hypot(*(right - RIGHT)) < 2
    assert np.hypot(*(mouth_middle(landmarks) - MOUTH)) < 2
    assert 95 < face_unit(landmarks) < 110


def test_the_order_of_the_eyes_does_not_matter_nor_does_a_tilt():
    assert np.allclose(landmarks_from_points(LEFT, RIGHT, MOUTH), landmarks_from_points(RIGHT, LEFT, MOUTH), atol=1e-3)
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    upright = landmarks_from_points(LEFT, RIGHT, MOUTH)
    turned = landmarks_from_points(*(tuple(turn @ p) for p in (LEFT, RIGHT, MOUTH)))
    assert np.allclose(turned, upright @ turn.T, atol=1e-2)


@pytest.mark.parametrize(
    "points",
    [
        ((10.0, 10.0), (10.0, 10.0), (10.0, 60.0)),
        ((10.0, 10.0), (90.0, 10.0), (50.0, 11.0)),
        ((10.0, 10.0), (90.0, float("nan")), (50.0, 90.0)),
    ],
)
def test_points_that_span_no_face_are_refused(points):
    with pytest.raises(InputError, match="no face"):
        landmarks_from_points(*points)


def test_a_file_comes_back_and_follows_the_pictures_size(tmp_path: Path):
    landmarks = landmarks_from_points(LEFT, RIGHT, MOUTH)
    path = tmp_path / "me.landmarks.json"
    write_landmarks(path, landmarks, 500, 400)
    assert np.abs(read_landmarks(path, 500, 400) - landmarks).max() <= 0.006
    assert np.abs(read_landmarks(path, 1000, 800) - 2 * landmarks).max() <= 0.02
    with pytest.raises(InputError, match="500 x 400"):
        read_landmarks(path, 400, 500)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 9},
        {"format": "other"},
        {"width": 0},
        {"height": "400"},
        {"width": True},
        {"points": [[1, 2]] * 67},
        {"points": [[1, 2, 3]] * 68},
        {"points": [["a", "b"]] * 68},
        {"points": [[1e9, 0]] * 68},
        {"points": None},
    ],
)
def test_files_that_are_not_right_are_refused(tmp_path: Path, change: dict):
    path = tmp_path / "me.landmarks.json"
    write_landmarks(path, landmarks_from_points(LEFT, RIGHT, MOUTH), 500, 400)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InputError):
        read_landmarks(path, 500, 400)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "7"])
def test_files_of_something_else_are_refused(tmp_path: Path, text: str):
    path = tmp_path / "me.landmarks.json"
    path.write_text(text)
    with pytest.raises(InputError):
        read_landmarks(path, 500, 400)
    with pytest.raises(InputError):
        read_landmarks(tmp_path / "none.json", 500, 400)


@pytest.mark.parametrize("what", ["flat", "noise", "stripes"])
def test_no_face_offers_points_by_hand(what: str):
    rng = np.random.default_rng(3)
    picture = np.full((240, 200, 4), 255, np.uint8)
    if what == "noise":
        picture[..., :3] = rng.integers(0, 256, (240, 200, 3))
    elif what == "stripes":
        picture[::9, :, :3] = (180, 120, 90)
    with pytest.raises(InputError) as refused:
        find_face(picture)
    assert "eyes" in refused.value.hint
    assert "mouth" in refused.value.hint


# Eyes (of the picture's left and right) and mouth, on pictures of 500 pixels; from two detectors and checked by eye.
BY_HAND = {
    "016": ((186, 238), (288, 222), (252, 349)),
    "035": ((193, 224), (293, 226), (245, 316)),
    "014": ((168, 238), (268, 252), (208, 346)),
    "001": ((209, 197), (292, 199), (252, 287)),
}


@needs_portraits
@pytest.mark.parametrize("name", BY_HAND)
def test_portraits_are_found_where_they_are(name: str):
    landmarks = find_face(read_picture(PORTRAITS / f"{name}.jpg"))
    left, right, mouth = (np.array(p) for p in BY_HAND[name])
    across = np.hypot(*(right - left))
    found_left, found_right = eye_middles(landmarks)
    assert np.hypot(*(found_left - left)) < 0.15 * across
    assert np.hypot(*(found_right - right)) < 0.15 * across
    assert np.hypot(*(mouth_middle(landmarks) - mouth)) < 0.15 * across


@needs_portraits
def test_a_face_is_found_alike_when_the_picture_is_larger():
    picture = read_picture(PORTRAITS / "035.jpg")
    small = find_face(picture)
    large = find_face(np.repeat(np.repeat(picture, 2, 0), 2, 1))
    assert np.linalg.norm(large / 2 - small, axis=1).mean() < 0.06 * face_unit(small)
