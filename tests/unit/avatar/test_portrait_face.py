"""A portrait moved by parameters: nothing at rest, the mouth by how far it is open, the background not at all."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.avatar.params import NUM_PARAMS, PARAMS, index_of
from engine.avatar.portrait import find_face, landmarks_from_points, portrait_face, read_picture
from engine.avatar.portrait.brows import eyes_hidden, wears_glasses
from engine.avatar.portrait.light import has_own_teeth
from engine.avatar.portrait.shape import CHIN, INNER_LIPS, LEFT_EYE, OUTER_LIPS, RIGHT_EYE, Landmarks, face_unit

PORTRAITS = Path(__file__).resolve().parents[4] / "shared" / "data" / "faces" / "portraits"
HEAD = ("yaw", "pitch", "roll", "breath")
SKIN, LIPS = (214, 170, 145), (176, 86, 84)


def row(**values: float) -> np.ndarray:
    out = np.zeros(NUM_PARAMS, np.float32)
    for name, value in values.items():
        out[index_of(name)] = value
    return out


def drawn_face(width: int = 320, height: int = 360) -> tuple[np.ndarray, Landmarks]:
    """An oval face before a wall of noise, with the landmarks it was drawn from."""
    rng = np.random.default_rng(1)
    unit = 0.22 * width
    x, y = 0.5 * width, 0.4 * height
    landmarks = landmarks_from_points((x - unit / 2, y), (x + unit / 2, y), (x, y + 1.09 * unit))
    picture = np.empty((height, width, 4), np.uint8)
    picture[..., :3] = cv2.GaussianBlur(rng.integers(0, 256, (height, width, 3), dtype=np.uint8), (0, 0), 1.2)
    picture[..., 3] = 255
    colours = np.ascontiguousarray(picture[..., :3])
    face = (int(x), int(y + 0.5 * unit))
    cv2.ellipse(colours, face, (int(1.2 * unit), int(1.45 * unit)), 0, 0, 360, SKIN, -1, cv2.LINE_AA)
    for part, colour in ((LEFT_EYE, (250, 250, 250)), (RIGHT_EYE, (250, 250, 250)), (OUTER_LIPS, LIPS)):
        cv2.fillPoly(colours, [landmarks[part].round().astype(np.int32)], colour, cv2.LINE_AA)
    for part in (LEFT_EYE, RIGHT_EYE):
        at = tuple(int(v) for v in landmarks[part].mean(0))
        cv2.circle(colours, at, int(0.07 * unit), (60, 40, 30), -1, cv2.LINE_AA)
    cv2.polylines(colours, [landmarks[60:65].round().astype(np.int32)], False, (90, 40, 40), 1, cv2.LINE_AA)
    picture[..., :3] = colours
    return picture, landmarks


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, Landmarks]:
    return drawn_face()


def _outside(picture: np.ndarray, landmarks: Landmarks) -> np.ndarray:
    """Pixels well away from the face: behind the hull of its landmarks, made larger by two thirds of the eyes' way."""
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(landmarks.round().astype(np.int32)), 1)
    reach = 2 * int(0.66 * face_unit(landmarks)) + 1
    return cv2.dilate(mask, np.ones((reach, reach), np.uint8)) == 0


def _psnr(a: np.ndarray, b: np.ndarray) -> float:
    error = float(((a.astype(float) - b) ** 2).mean())
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


def _changed(a: np.ndarray, b: np.ndarray, by: int = 12) -> np.ndarray:
    return np.abs(a.astype(int) - b).max(-1) > by


def test_rest_is_the_picture_itself_and_a_copy(drawn):
    picture, landmarks = drawn
    face = portrait_face(picture, landmarks)
    rest = face.draw(row())
    assert np.array_equal(rest, picture)
    rest[:] = 0
    assert np.array_equal(face.draw(row()), picture)


@pytest.mark.parametrize("name", PARAMS)
def test_every_parameter_moves_something_and_begins_gently(drawn, name: str):
    picture, landmarks = drawn
    face = portrait_face(picture, landmarks)
    assert _changed(face.draw(row(**{name: 1.0})), picture).any() or name == "tongue"
    slightly = face.draw(row(**{name: 0.004}))
    # No jump between rest and nearly rest: sharp noise moved by a hundredth of a pixel.
    assert np.abs(slightly.astype(int) - picture).mean() < 0.5
    assert _psnr(slightly, picture) > 40


@pytest.mark.parametrize(
    "values",
    [
        {"open": 1.0},
        {"round": 1.0, "open": 0.4},
        {"wide": 1.0},
        {"smile": 1.0},
        {"tuck": 1.0},
        {"brows": 1.0},
        {"lids": 1.0},
        {"gaze_x": 1.0},
    ],
)
def test_the_background_stays_while_the_head_is_still(drawn, values: dict[str, float]):
    picture, landmarks = drawn
    out = portrait_face(picture, landmarks).draw(row(**values))
    outside = _outside(picture, landmarks)
    assert outside.mean() > 0.2
    assert _psnr(out[outside], picture[outside]) >= 40


@pytest.mark.parametrize("name", HEAD)
def test_the_border_stays_whatever_the_head_does(drawn, name: str):
    picture, landmarks = drawn
    face = portrait_face(picture, landmarks)
    for value in (-1.0, 1.0):
        out = face.draw(row(**{name: value}))
        for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
            assert np.abs(out[edge].astype(int) - picture[edge]).max() <= 1


def test_the_gap_grows_with_open_and_the_jaw_goes_down(drawn):
    picture, landmarks = drawn
    face = portrait_face(picture, landmarks)
    x, top, bottom = (int(v) for v in (landmarks[51, 0], landmarks[51, 1], landmarks[57, 1]))
    lip = np.array(LIPS)
    gaps = []
    for value in np.linspace(0, 1, 9):
        column = face.draw(row(open=value))[:, x, :3].astype(int)
        is_lip = np.abs(column - lip).max(-1) < 25
        rows = np.flatnonzero(is_lip[top - 40 : bottom + 120]) + top - 40
        steps = np.diff(rows)
        gaps.append(int(steps.max()) if len(steps) else 0)
    assert all(after >= before for before, after in pairwise(gaps))
    assert gaps[-1] > 0.25 * face_unit(landmarks)
    assert gaps[0] <= 4


def test_inside_a_mouth_that_was_shut_are_teeth_and_dark(drawn):
    picture, landmarks = drawn
    out = portrait_face(picture, landmarks).draw(row(open=1.0))
    x, y = (landmarks[60] + landmarks[64]) / 2
    unit = face_unit(landmarks)
    inside = out[int(y - 0.05 * unit) : int(y + 0.3 * unit), int(x - 0.1 * unit) : int(x + 0.1 * unit), :3].mean(-1)
    assert np.percentile(inside, 10) < 70
    assert np.percentile(inside, 90) > 120


def test_a_mouth_that_shows_teeth_gets_no_second_row(drawn):
    picture, landmarks = drawn
    smiling = landmarks.copy()
    down = 0.14 * face_unit(landmarks)
    smiling[[65, 66, 67], 1] += down
    smiling[[56, 57, 58], 1] += down
    assert not has_own_teeth(landmarks)
    assert has_own_teeth(smiling)
    with_teeth = picture.copy()
    colours = np.ascontiguousarray(with_teeth[..., :3])
    cv2.fillPoly(colours, [smiling[INNER_LIPS].round().astype(np.int32)], (238, 234, 225), cv2.LINE_AA)
    with_teeth[..., :3] = colours
    out = portrait_face(with_teeth, smiling).draw(row(open=0.8))
    x = int(landmarks[51, 0])
    column = out[int(landmarks[51, 1]) : int(landmarks[CHIN, 1]), x, :3].min(-1) > 185
    assert np.count_nonzero(np.diff(column.astype(int)) == 1) == 1


def test_lids_cover_the_eyes_and_only_those(drawn):
    picture, landmarks = drawn
    out = portrait_face(picture, landmarks).draw(row(lids=1.0))
    unit = face_unit(landmarks)
    for part in (LEFT_EYE, RIGHT_EYE):
        x, y = landmarks[part].mean(0)
        eye = np.s_[int(y - 0.03 * unit) : int(y + 0.02 * unit), int(x - 0.12 * unit) : int(x + 0.12 * unit)]
        assert np.abs(out[eye][..., :3].astype(int) - SKIN).mean() < 60
        assert np.abs(picture[eye][..., :3].astype(int) - SKIN).mean() > 70
    below = np.s_[int(landmarks[33, 1]) :]
    assert np.array_equal(out[below], picture[below])


def test_dark_glasses_are_left_alone(drawn):
    picture, landmarks = drawn
    shaded = picture.copy()
    unit = face_unit(landmarks)
    for part in (LEFT_EYE, RIGHT_EYE):
        x, y = landmarks[part].mean(0)
        shaded[int(y - 0.3 * unit) : int(y + 0.35 * unit), int(x - 0.4 * unit) : int(x + 0.4 * unit), :3] = 20
    assert eyes_hidden(shaded, landmarks)
    assert not eyes_hidden(picture, landmarks)
    out = portrait_face(shaded, landmarks).draw(row(lids=1.0, gaze_x=1.0))
    assert np.array_equal(out, shaded)


def test_a_bridge_on_the_nose_means_glasses(drawn):
    picture, landmarks = drawn
    framed = picture.copy()
    x, y = landmarks[27]
    unit = face_unit(landmarks)
    framed[int(y - 0.03 * unit) : int(y + 0.04 * unit), int(x - 0.3 * unit) : int(x + 0.3 * unit), :3] = 30
    assert wears_glasses(framed, landmarks)
    assert not wears_glasses(picture, landmarks)


@pytest.mark.parametrize(("name", "axis", "sign"), [("yaw", 0, 1), ("pitch", 1, -1)])
def test_the_head_turns_where_it_says(drawn, name: str, axis: int, sign: int):
    picture, landmarks = drawn
    face = portrait_face(picture, landmarks)

    def iris(value: float) -> np.ndarray:
        out = face.draw(row(**{name: value}))[..., :3].astype(int)
        x, y = landmarks[LEFT_EYE].mean(0)
        r = int(0.3 * face_unit(landmarks))
        dark = out[int(y) - r : int(y) + r, int(x) - r : int(x) + r].sum(-1) < 200
        return np.argwhere(dark).mean(0)[::-1]

    moved = iris(0.5) - iris(-0.5)
    assert sign * moved[axis] > 3
    assert abs(moved[1 - axis]) < abs(moved[axis]) / 2


def test_roll_is_clockwise(drawn):
    picture, landmarks = drawn
    out = portrait_face(picture, landmarks).draw(row(roll=0.5))
    # The middle between the eyes goes to the picture's right, about the neck.
    brow = int(landmarks[27, 1])
    faces = [np.flatnonzero(np.abs(p[brow, :, :3].astype(int) - SKIN).max(-1) < 12).mean() for p in (out, picture)]
    assert faces[0] - faces[1] > 2


def test_the_same_row_gives_the_same_picture_and_rows_do_not_disturb_each_other(drawn):
    picture, landmarks = drawn
    face = portrait_face(picture, landmarks)
    rng = np.random.default_rng(5)
    rows = rng.uniform(-1, 1, (3, NUM_PARAMS)).astype(np.float32)
    first = [face.draw(r) for r in rows]
    again = [face.draw(r) for r in rows[::-1]][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert np.array_equal(face.draw(row(open=7.0)), face.draw(row(open=1.0)))


@pytest.mark.parametrize("size", [(96, 121), (333, 211), (401, 97)])
def test_odd_sizes_and_faces_at_the_edge_work(size: tuple[int, int]):
    width, height = size
    picture, _ = drawn_face(max(width, 120), max(height, 120))
    picture = np.ascontiguousarray(picture[:height, :width])
    rng = np.random.default_rng(2)
    for eyes in (0.02, 0.5, 0.9):
        left, right = (width * eyes, height * 0.1), (width * eyes + 25, height * 0.1)
        face = portrait_face(picture, landmarks_from_points(left, right, (width * eyes + 12, height * 0.1 + 28)))
        for values in rng.uniform(-1, 1, (4, NUM_PARAMS)):
            assert face.draw(values.astype(np.float32)).shape == (height, width, 4)


def test_size_sets_the_longer_side_and_never_enlarges(drawn):
    picture, landmarks = drawn
    small = portrait_face(picture, landmarks, 180)
    assert (small.width, small.height) == (160, 180)
    assert small.draw(row(open=0.5)).shape == (180, 160, 4)
    same = portrait_face(picture, landmarks, 4000)
    assert (same.width, same.height) == (320, 360)


def test_alpha_is_kept_and_moves_without_a_foreign_rim(drawn):
    picture, landmarks = drawn
    cut = picture.copy()
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(landmarks.round().astype(np.int32)), 255)
    cut[..., 3] = mask
    cut[mask == 0, :3] = (0, 255, 0)  # what some programs leave under full transparency
    face = portrait_face(cut, landmarks)
    assert np.array_equal(face.draw(row()), cut)
    assert np.array_equal(face.draw(row(lids=1.0))[..., 3], mask)
    turned = face.draw(row(yaw=0.6, roll=0.5, open=0.8))
    visible = turned[turned[..., 3] > 40][:, :3].astype(int)
    assert not ((visible[:, 1] - visible[:, [0, 2]].max(1)) > 100).any()


def test_landmarks_of_another_shape_are_a_programming_error(drawn):
    picture, landmarks = drawn
    with pytest.raises(ValueError, match="landmarks"):
        portrait_face(picture, landmarks[:10])


@pytest.mark.skipif(not PORTRAITS.is_dir(), reason="the folder of free portraits is not beside the project")
@pytest.mark.parametrize("name", ["006", "031", "036"])
def test_real_portraits_keep_their_background_and_open_their_mouths(name: str):
    picture = read_picture(PORTRAITS / f"{name}.jpg")
    landmarks = find_face(picture)
    face = portrait_face(picture, landmarks)
    outside = _outside(picture, landmarks)
    changed = []
    for value in (0.2, 0.5, 1.0):
        out = face.draw(row(open=value, lids=value, brows=value))
        assert _psnr(out[outside], picture[outside]) >= 40
        changed.append(np.count_nonzero(_changed(out, picture)))
    assert changed[0] < changed[1] < changed[2]
