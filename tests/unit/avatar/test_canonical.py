"""Faces turned, scaled and moved all land in one place."""

from __future__ import annotations

import numpy as np
import pytest

from engine.avatar.canonical import canonical_face, canonical_map, three_points
from engine.avatar.latents import EYES, MOUTH


def landmarks(eyes: list[tuple[float, float]], mouth: tuple[float, float]) -> np.ndarray:
    points = np.zeros((68, 2), np.float32)
    points[36:42], points[42:48], points[60:68] = eyes[0], eyes[1], mouth
    return points


def turned(points: np.ndarray, degrees: float, scale: float, move: tuple[float, float]) -> np.ndarray:
    angle = np.deg2rad(degrees)
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points @ matrix.T + move).astype(np.float32)


@pytest.mark.parametrize(("degrees", "scale", "move"), [(0, 50, (64, 64)), (30, 120, (300, 200)), (-90, 8, (20, 25))])
def test_a_face_lands_where_faces_are(degrees, scale, move):
    box = landmarks([*EYES], MOUTH)
    picture = turned(box, degrees, scale, move)
    matrix = canonical_map(picture, 64)
    found = three_points(picture) @ matrix[:, :2].T + matrix[:, 2]
    wanted = (np.array([*EYES, MOUTH]) + 1) * 32 - 0.5
    assert np.abs(found - wanted).max() < 1e-3


def test_a_long_face_is_not_sheared():
    matrix = canonical_map(landmarks([(40, 40), (60, 40)], (50, 90)), 64)
    assert matrix[0, 0] == pytest.approx(matrix[1, 1])
    assert matrix[0, 1] == pytest.approx(-matrix[1, 0])


def test_colours_are_kept_and_what_is_clear_is_grey():
    picture = np.zeros((200, 200, 4), np.uint8)
    picture[..., 0] = 255
    picture[:, :100, 3] = 255
    face = canonical_face(picture, landmarks([(70, 80), (130, 80)], (100, 150)), 32)
    assert face.shape == (3, 32, 32)
    assert np.allclose(face[:, 16, 4], [1, -1, -1], atol=0.02)
    assert np.allclose(face[:, 16, 28], 0, atol=0.02)
    assert -1 <= face.min() <= face.max() <= 1
