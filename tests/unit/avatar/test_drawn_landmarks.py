"""The points of a drawn face lie where the drawing has them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.avatar.drawn import (
    Character,
    character_face,
    character_landmarks,
    mouth_box,
    random_character,
)
from engine.avatar.params import NUM_PARAMS, index_of

SIZE = 256
CHARACTER = Character(
    hair="bald",
    lip_colour="#00ff00",
    eye_colour="#0000ff",
    clothing_colour="#808080",
    lip_fullness=1.0,
    shading=0.0,
    blush=0.0,
    lashes=0.0,
)
POSES = [{}, {"yaw": 0.8}, {"yaw": -0.6, "pitch": 0.5}, {"roll": 0.8}, {"pitch": -0.7, "roll": -0.5, "yaw": 0.3}]


def row(**values: float) -> np.ndarray:
    out = np.zeros(NUM_PARAMS, np.float32)
    for name, value in values.items():
        out[index_of(name)] = value
    return out


def greenness(picture: np.ndarray, point: np.ndarray) -> int:
    x, y = np.round(point).astype(int)
    r, g, b = picture[y, x, :3].astype(int)
    return int(g - max(r, b))


@pytest.mark.parametrize("pose", POSES, ids=str)
@pytest.mark.parametrize("mouth", [{"open": 1.0}, {"open": 0.6, "wide": 0.8}, {"open": 0.7, "round": 0.8}], ids=str)
def test_inner_lip_points_lie_where_lips_end(pose: dict[str, float], mouth: dict[str, float]) -> None:
    values = row(**pose, **mouth)
    picture = character_face(CHARACTER, SIZE).draw(values)
    points = character_landmarks(CHARACTER, SIZE, values)
    for inner, outer, across in ((62, 51, 66), (66, 57, 62)):
        inwards = (points[across] - points[inner]) / np.linalg.norm(points[across] - points[inner])
        assert greenness(picture, points[inner] + 2.5 * inwards) < 20
        assert greenness(picture, 0.5 * (points[inner] + points[outer])) > 60
        assert greenness(picture, points[outer] - 3.0 * inwards) < 20


@pytest.mark.parametrize("pose", POSES, ids=str)
def test_irises_lie_between_the_points_of_their_eyes(pose: dict[str, float]) -> None:
    values = row(**pose)
    picture = character_face(CHARACTER, SIZE).draw(values).astype(int)
    points = character_landmarks(CHARACTER, SIZE, values)
    y, x = np.nonzero(picture[..., 2] > 40 + picture[..., :2].max(axis=-1))
    blue = np.stack([x, y], axis=-1)
    near = points[36:48].reshape(2, 6, 2).mean(axis=1)
    side = np.argmin(np.linalg.norm(blue[:, None] - near, axis=-1), axis=1)
    for eye in range(2):
        width = np.linalg.norm(points[36 + 6 * eye] - points[39 + 6 * eye])
        assert np.linalg.norm(blue[side == eye].mean(axis=0) - near[eye]) < 0.15 * width


def test_points_are_ordered_as_ibug_says() -> None:
    points = character_landmarks(CHARACTER, SIZE, row(open=0.5))
    assert points.shape == (68, 2)
    assert points.dtype == np.float32
    x, y = points.T
    for run in (slice(0, 17), slice(17, 27), slice(31, 36), slice(48, 55), slice(60, 65)):
        assert (np.diff(x[run]) > 0).all()
    assert np.argmax(y) == 8
    assert (np.diff(y[27:31]) > 0).all()
    assert (np.diff(x[54:60]) < 0).all()
    assert (np.diff(x[64:68]) < 0).all()
    assert (y[[37, 38, 43, 44]] < y[[41, 40, 47, 46]]).all()
    assert (y[17:27] < y[37]).all()
    assert y[61:64].mean() < y[65:68].mean()


def test_a_closed_mouth_and_closed_eyes_have_points_that_meet() -> None:
    points = character_landmarks(CHARACTER, SIZE, row(lids=1))
    np.testing.assert_allclose(points[[61, 62, 63]], points[[67, 66, 65]], atol=0.01)
    np.testing.assert_allclose(points[[37, 38, 43, 44]], points[[41, 40, 47, 46]], atol=0.01)


def test_a_face_at_rest_is_even() -> None:
    points = character_landmarks(CHARACTER, SIZE, row())
    mirrored = np.array([SIZE - 1, 0]) + points[[16, 36, 54]] * (-1, 1)
    np.testing.assert_allclose(mirrored, points[[0, 45, 48]], atol=0.01)


def test_points_grow_with_the_picture() -> None:
    values = row(open=0.5, yaw=0.5, roll=-0.4)
    small, large = (character_landmarks(CHARACTER, size, values) for size in (128, 512))
    np.testing.assert_allclose((small + 0.5) * 4, large + 0.5, atol=0.01)


def test_a_face_gives_the_same_points_as_its_description() -> None:
    values = row(open=0.5, yaw=0.5)
    face = character_face(CHARACTER, 128)
    np.testing.assert_array_equal(face.landmarks(values), character_landmarks(CHARACTER, 128, values))


@pytest.mark.parametrize("seed", range(12))
def test_all_points_and_any_vowel_lie_within_the_picture_and_the_mouth_box(seed: int) -> None:
    character = random_character(seed)
    for values in (row(), row(open=1, wide=1), row(open=1, round=1), row(smile=1)):
        points = character_landmarks(character, SIZE, values)
        assert ((points > 0) & (points < SIZE - 1)).all()
        left, top, right, bottom = mouth_box(character, SIZE)
        x, y = points[48:].T
        assert left < x.min() < x.max() < right
        assert top < y.min() < y.max() < bottom
