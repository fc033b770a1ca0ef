"""A portrait that shows its teeth shuts its lips, opens them like others, and keeps its own teeth where they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.avatar.portrait import portrait_face
from engine.avatar.portrait.crops import UNIT, Crop
from engine.avatar.portrait.geometry import frame_between
from engine.avatar.portrait.light import has_own_teeth
from engine.avatar.portrait.lipline import lip_line
from engine.avatar.portrait.mouthpath import followed_line
from engine.avatar.portrait.mouths import MouthLine
from engine.avatar.portrait.parted import cut_out
from engine.avatar.portrait.shape import INNER_LIPS, OUTER_LIPS, Landmarks, face_unit, mouth_middle
from tests.unit.avatar.test_portrait_face import LIPS, drawn_face, row

TEETH = (238, 234, 225)
MARK = (40, 90, 200)


def smiling_face() -> tuple[np.ndarray, Landmarks]:
    """The drawn face with parted lips, a row of teeth between them, and a blue mark on one tooth."""
    picture, landmarks = drawn_face(480, 540)
    unit = face_unit(landmarks)
    landmarks[[61, 62, 63], 1] -= 0.06 * unit
    landmarks[[49, 50, 51, 52, 53], 1] -= 0.06 * unit
    landmarks[[65, 66, 67], 1] += 0.1 * unit
    landmarks[[55, 56, 57, 58, 59], 1] += 0.1 * unit
    colours = np.ascontiguousarray(picture[..., :3])
    for part, colour in ((OUTER_LIPS, LIPS), (INNER_LIPS, TEETH)):
        cv2.fillPoly(colours, [landmarks[part].round().astype(np.int32)], colour, cv2.LINE_AA)
    x, y = mark_of(landmarks)
    cv2.circle(colours, (round(x), round(y)), 3, MARK, -1)
    picture[..., :3] = colours
    return picture, landmarks


def mark_of(landmarks: Landmarks) -> tuple[float, float]:
    x, y = mouth_middle(landmarks)
    return float(x + 0.1 * face_unit(landmarks)), float(y + 0.01 * face_unit(landmarks))


@pytest.fixture(scope="module")
def smiling() -> tuple[np.ndarray, Landmarks]:
    return smiling_face()


def pale(picture: np.ndarray, landmarks: Landmarks) -> int:
    """How many pixels around the mouth are as pale as the teeth."""
    x, y = mouth_middle(landmarks)
    reach = round(0.5 * face_unit(landmarks))
    part = picture[round(y) - reach : round(y) + reach, round(x) - reach : round(x) + reach, :3]
    return int((part.min(-1) > 190).sum())


def test_at_rest_its_lips_are_shut(smiling):
    picture, landmarks = smiling
    assert has_own_teeth(landmarks)
    face = portrait_face(picture, landmarks)
    shut = face.draw(row())
    assert pale(picture, landmarks) > 200
    assert pale(shut, landmarks) < 0.03 * pale(picture, landmarks)
    # Lips fill the gap: between what was the upper and the lower lip all is of their colour.
    x, y = mouth_middle(landmarks)
    column = shut[round(y) - 8 : round(y) + 8, round(x) - 6, :3].astype(int)
    assert np.median(np.abs(column - LIPS).max(-1)) < 30


def test_some_way_open_it_is_as_in_the_portrait(smiling):
    picture, landmarks = smiling
    face = portrait_face(picture, landmarks)
    x, y = mouth_middle(landmarks)
    reach = round(0.35 * face_unit(landmarks))
    mouth = np.s_[round(y) - reach : round(y) + reach, round(x) - reach : round(x) + reach, :3]
    away = [np.abs(face.draw(row(open=v))[mouth].astype(int) - picture[mouth]).mean() for v in np.linspace(0, 1, 21)]
    best = int(np.argmin(away))
    assert 1 < best < 14
    assert away[best] < 0.35 * away[0]
    assert away[best] < 0.35 * away[-1]


def test_its_teeth_do_not_move_with_the_lips(smiling):
    picture, landmarks = smiling
    face = portrait_face(picture, landmarks)
    x, y = mark_of(landmarks)
    for values in ({"open": 0.6}, {"open": 0.5, "round": 0.4}, {"open": 0.5, "wide": 1.0}):
        out = face.draw(row(**values)).astype(int)
        blue = np.argwhere((out[..., 2] - out[..., 0] > 60) & (out[..., 2] - out[..., 1] > 50))
        near = blue[np.hypot(blue[:, 1] - x, blue[:, 0] - y) < 12]
        assert len(near) > 8, values
        assert np.hypot(*(near.mean(0) - (y, x))) < 1.5, values


def test_the_gap_grows_from_shut_to_wide(smiling):
    picture, landmarks = smiling
    face = portrait_face(picture, landmarks)
    x = round(float(mouth_middle(landmarks)[0])) - 6
    y = round(float(mouth_middle(landmarks)[1]))
    gaps = []
    for value in (0.0, 0.1, 0.25, 0.5, 1.0):
        column = face.draw(row(open=value))[y - 60 : y + 120, x, :3].astype(int)
        lips = np.flatnonzero(np.abs(column - LIPS).max(-1) < 26)
        gaps.append(int(np.diff(lips).max()))
    assert gaps == sorted(gaps)
    assert gaps[0] <= 4
    assert gaps[-1] > gaps[1] + 20


def test_what_is_between_lips_is_cut_out_where_landmarks_are_a_little_off(smiling):
    picture, landmarks = smiling
    off = landmarks.copy()
    unit = face_unit(landmarks)
    off[[61, 62, 63], 1] += 0.03 * unit
    off[[65, 66, 67], 1] -= 0.04 * unit
    cut = cut_out(np.ascontiguousarray(picture[..., :3]), off, 0.3)
    assert cut is not None
    middle = int(np.argmin(np.abs(cut.x)))
    edges = cut.frame.pixels(np.array([[0, cut.upper[middle]], [0, cut.lower[middle]]], np.float32))[:, 1]
    assert abs(edges[0] - landmarks[62, 1]) < 2
    assert abs(edges[1] - landmarks[66, 1]) < 2
    again = cut_out(np.ascontiguousarray(picture[..., :3]), off, 0.3)
    assert again is not None
    assert np.array_equal(cut.lower, again.lower)


def test_shut_lips_have_no_gap_in_their_line():
    _, landmarks = drawn_face()
    places = frame_between(landmarks[60], landmarks[64]).of(landmarks)
    line = lip_line(places, own_teeth=False)
    assert line.parted == 0
    x = np.linspace(-2, 2, 41, dtype=np.float32)
    assert not np.any(line.parted_at(x))
    smile = smiling_face()[1]
    parted = lip_line(frame_between(smile[60], smile[64]).of(smile), own_teeth=True)
    upper, lower = parted.parted_at(x)
    assert parted.parted > 0.1
    assert (upper[np.abs(x) >= 1] == 0).all()
    assert (lower >= 0).all()


@pytest.mark.parametrize(("left", "right", "bend"), [(-0.45, 0.4, 0.0), (-0.3, 0.35, 0.06), (-0.5, 0.52, -0.04)])
def test_the_line_between_lips_is_followed_to_its_ends(left: float, right: float, bend: float):
    picture = np.full((216, 216, 3), (200, 160, 140), np.uint8)
    crop = Crop(picture, np.array([[1.0, 0, 0], [0, 1.0, 0]]))
    x = np.linspace(left, right, 40)
    middle = (left + right) / 2
    y = 1.09 - bend * ((x - middle) / ((right - left) / 2)) ** 2
    points = (crop.pixels(np.stack([x, y], -1)) * 16).round().astype(np.int32)
    cv2.polylines(picture, [points], False, (110, 70, 60), 2, cv2.LINE_AA, 4)
    rng = np.random.default_rng(0)
    noisy = np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
    found = followed_line(Crop(noisy, crop.from_whole), MouthLine(0.03, 1.12, 0.38, 0.0, 0.0))
    ends, heights = found.at(np.array([-1.0, 1.0]))
    assert abs(ends[0] - left) < 4 / UNIT
    assert abs(ends[1] - right) < 4 / UNIT
    assert abs(found.y - 1.09) < 2 / UNIT
    assert np.abs(heights - (1.09 - bend)).max() < 3 / UNIT
