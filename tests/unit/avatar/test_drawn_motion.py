"""Every face parameter does what it is named after, more of it the further it goes.

Lips, irises and brows get colours that nothing else has, so that they can be found in the pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from engine.avatar.drawn import Character, DrawnFace, character_face, mouth_box
from engine.avatar.params import LOW, PARAMS, index_of

SIZE = 160
GREEN, BLUE = "#00ff00", "#0000ff"
PLAIN = {"clothing_colour": "#808080", "hair": "bald", "blush": 0.0, "lashes": 0.0, "shading": 0.0}


def row(**values: float) -> np.ndarray:
    out = np.zeros(len(PARAMS), np.float32)
    for name, value in values.items():
        out[index_of(name)] = value
    return out


@pytest.fixture(scope="module")
def natural() -> DrawnFace:
    return character_face(Character(hair="bald", lip_colour="#c9776a"), SIZE)


@pytest.fixture(scope="module")
def lips() -> DrawnFace:
    return character_face(Character(lip_colour=GREEN, **PLAIN), SIZE)


@pytest.fixture(scope="module")
def eyes() -> DrawnFace:
    return character_face(Character(eye_colour=GREEN, brow_colour=BLUE, **PLAIN), SIZE)


def green(picture: np.ndarray) -> np.ndarray:
    r, g, b = (picture[..., at].astype(int) for at in range(3))
    return g > 30 + np.maximum(r, b)


def blue(picture: np.ndarray) -> np.ndarray:
    r, g, b = (picture[..., at].astype(int) for at in range(3))
    return b > 30 + np.maximum(r, g)


def iris(picture: np.ndarray) -> tuple[float, float]:
    """The middle of what is green, each pixel as much as it is."""
    weight = np.clip(picture[..., 1].astype(float) - np.maximum(picture[..., 0], picture[..., 2]), 0, None)
    y, x = np.indices(weight.shape)
    return float((weight * x).sum() / weight.sum()), float((weight * y).sum() / weight.sum())


def at_mouth(face: DrawnFace, picture: np.ndarray) -> np.ndarray:
    """The mouth and around it, on grey."""
    left, top, right, bottom = mouth_box(face.character, SIZE)
    crop = picture[top:bottom, left:right]
    return np.where(crop[..., 3:] < 255, np.uint8(120), crop)


def dark(face: DrawnFace, **values: float) -> int:
    crop = at_mouth(face, face.draw(row(**values)))
    return int((crop[..., :3].astype(int) @ [299, 587, 114] < 50_000).sum())


def series(name: str, measure: Callable[[np.ndarray], float], face: DrawnFace, **others: float) -> np.ndarray:
    low = float(LOW[index_of(name)])
    return np.array([measure(face.draw(row(**{name: at}, **others))) for at in np.linspace(low, 1, 6)])


def grows(curve: np.ndarray, by: float) -> None:
    """Never back, and `by` more in all."""
    assert (np.diff(curve) >= 0).all(), curve
    assert curve[-1] - curve[0] >= by, curve


def test_open_shows_more_and_more_of_the_dark_inside(natural: DrawnFace) -> None:
    areas = np.array([dark(natural, open=at) for at in np.linspace(0, 1, 8)])
    assert areas[0] == 0
    grows(areas, 80)


@pytest.mark.parametrize("other", [{}, {"smile": 1}, {"wide": 1}, {"round": 1}, {"yaw": 1}, {"tongue": 1}])
def test_closed_lips_show_nothing_of_the_inside(natural: DrawnFace, other: dict[str, float]) -> None:
    assert dark(natural, **other) == 0


def test_the_jaw_goes_down_with_open(natural: DrawnFace) -> None:
    chins = [natural.landmarks(row(open=at))[8, 1] for at in np.linspace(0, 1, 6)]
    grows(np.array(chins), 0.03 * SIZE)


def test_wide_and_round_change_the_width_of_the_lips(lips: DrawnFace) -> None:
    def width(picture: np.ndarray) -> float:
        return float(np.ptp(np.nonzero(green(picture))[1]))

    grows(series("wide", width, lips), 6)
    grows(-series("round", width, lips), 5)


def test_round_lips_are_fuller(lips: DrawnFace) -> None:
    grows(series("round", lambda picture: float(np.ptp(np.nonzero(green(picture))[0])), lips), 1)


def test_tuck_hides_the_lower_lip_behind_teeth(lips: DrawnFace) -> None:
    grows(-series("tuck", lambda picture: float(green(picture).sum()), lips, open=0.12), 10)

    def teeth(picture: np.ndarray) -> float:
        return float((at_mouth(lips, picture)[..., :3].min(axis=-1) > 165).sum())

    grows(series("tuck", teeth, lips), 8)


def test_the_tongue_is_seen(natural: DrawnFace) -> None:
    def red(picture: np.ndarray) -> float:
        r, g, b = (at_mouth(natural, picture)[..., at].astype(int) for at in range(3))
        return float(((r > 130) & (r - g > 75) & (b > g - 4)).sum())

    grows(series("tongue", red, natural, open=0.6), 10)


def test_smile_lifts_the_corners(lips: DrawnFace) -> None:
    def corners(picture: np.ndarray) -> float:
        y, x = np.nonzero(green(picture))
        outer = (x <= x.min() + 1) | (x >= x.max() - 1)
        return -float(y[outer].mean())

    grows(series("smile", corners, lips), 3)


def test_brows_rise(eyes: DrawnFace) -> None:
    grows(-series("brows", lambda picture: float(np.nonzero(blue(picture))[0].mean()), eyes), 4)


def test_lids_hide_the_eyes(eyes: DrawnFace) -> None:
    seen = series("lids", lambda picture: float(green(picture).sum()), eyes)
    grows(-seen, 20)
    assert seen[-1] == 0


def test_the_eyes_follow_the_gaze(eyes: DrawnFace) -> None:
    grows(series("gaze_x", lambda picture: iris(picture)[0], eyes), 3)
    grows(-series("gaze_y", lambda picture: iris(picture)[1], eyes), 1)


def test_the_head_turns_nods_and_tilts(eyes: DrawnFace) -> None:
    def slope(picture: np.ndarray) -> float:
        x, y = np.nonzero(green(picture))[::-1]
        left = x < x.mean()
        return float(y[~left].mean() - y[left].mean())

    grows(series("yaw", lambda picture: iris(picture)[0], eyes), 0.08 * SIZE)
    grows(-series("pitch", lambda picture: iris(picture)[1], eyes), 0.1 * SIZE)
    grows(series("roll", slope, eyes), 0.1 * SIZE)


def test_turning_moves_the_nose_further_than_the_ears(natural: DrawnFace) -> None:
    moved = natural.landmarks(row(yaw=0.7))[:, 0] - natural.landmarks(row())[:, 0]
    assert moved[30] > moved[[27, 36, 45]].max() > moved[[0, 16]].max() > 0


def test_breath_lifts_the_shoulders(natural: DrawnFace) -> None:
    column = round(0.22 * SIZE)
    grows(series("breath", lambda picture: float(picture[:, column, 3].sum()) / 255, natural), 1)


@pytest.mark.parametrize("name", PARAMS)
def test_nothing_jumps(natural: DrawnFace, name: str) -> None:
    steps = np.linspace(float(LOW[index_of(name)]), 1, 21)
    others = {"open": 0.4} if name in {"tuck", "tongue"} else {}
    pictures = [natural.draw(row(**{**others, name: float(at)})).astype(int) for at in steps]
    changes = np.array([np.abs(b - a).mean() for a, b in pairwise(pictures)])
    assert changes.min() > 0
    assert changes.max() < 5 * np.median(changes), changes
    fine = natural.draw(row(**{**others, name: 0.51})).astype(int) - natural.draw(row(**{**others, name: 0.5}))
    assert np.abs(fine).mean() < 0.5 * np.median(changes)
