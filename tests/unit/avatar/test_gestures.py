"""What is chance in a rule's gestures is what the network's noise says, so one seed is one take."""

from __future__ import annotations

import numpy as np
import pytest

from engine.avatar.features import FPS
from engine.avatar.gestures import NAMES, NUM_GESTURES, chance_of, gestures_by_rule
from engine.avatar.latents import basis, gesture_directions
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine
from engine.avatar.lips import NUM_LIPS
from engine.avatar.params import NUM_PARAMS, PARAMS
from engine.diffusion.rectified_flow import KNOT_FRAMES, window_noise

LATENTS = (6, 16, 16)
SLOW = ("smile", "brows", "gaze_x", "gaze_y", "yaw", "pitch", "roll")


def held(seconds: float = 40.0) -> SungLine:
    """One note: nothing but chance moves the head then."""
    count = round(seconds * RATE_HZ)
    phones = (SpokenPhone("AA", 0.0, seconds),)
    return SungLine(phones, np.full(count, 220, np.float32), np.ones(count, np.float32))


def test_gestures_are_all_of_a_track_after_the_lips() -> None:
    assert PARAMS[NUM_LIPS:] == NAMES


def test_directions_are_orthonormal_and_those_of_the_gestures() -> None:
    directions = gesture_directions()
    assert directions.shape == (NUM_GESTURES, np.prod(LATENTS))
    np.testing.assert_allclose(directions @ directions.T, np.eye(NUM_GESTURES), atol=1e-5)
    rows = basis().reshape(NUM_PARAMS, -1)[NUM_LIPS:]
    np.testing.assert_allclose((rows @ directions.T) @ directions, rows, atol=1e-4)  # they span the same
    assert (np.einsum("dn,dn->d", rows, directions) > 1).all()  # and more of a gesture is more along its own


@pytest.mark.parametrize("seed", [0, 3, 2**64 - 1])
def test_the_rules_chance_is_the_noise(seed: int) -> None:
    noise = window_noise(seed, 0, 60, LATENTS, gesture_directions())
    along = noise.reshape(60, -1) @ gesture_directions().T
    np.testing.assert_allclose(along, chance_of(seed, 60, FPS), atol=1e-4)


def test_chance_is_the_same_at_any_rate() -> None:
    by_picture, by_step = chance_of(5, 100, FPS), chance_of(5, 400, RATE_HZ)
    np.testing.assert_allclose(by_step[::4], by_picture, atol=1e-5)
    assert np.abs(np.diff(by_step, axis=0)).max() < 3 * np.pi / 2 / KNOT_FRAMES  # slow, between pictures too


def test_chance_is_what_moves_the_head() -> None:
    """Where nothing else does, every slow gesture follows its own column."""
    for seed in range(3):
        gestures = gestures_by_rule(held(), seed)
        chance = chance_of(seed, len(gestures), RATE_HZ)
        for name in SLOW:
            column = NAMES.index(name)
            told = chance[:, column]
            assert np.corrcoef(gestures[:, column], told)[0, 1] > 0.8, name
            others = [np.corrcoef(gestures[:, c], told)[0, 1] for c in range(NUM_GESTURES) if c != column]
            assert np.nanmax(np.abs(others)) < 0.8, name


def test_takes_differ_in_chance() -> None:
    yaw = [gestures_by_rule(held(), seed)[:, NAMES.index("yaw")] for seed in range(4)]
    likeness = np.abs(np.corrcoef(yaw)[np.triu_indices(4, 1)])
    assert likeness.max() < 0.7


def test_eyes_blink_as_often_as_people_do() -> None:
    lids = np.stack([gestures_by_rule(held(60), seed)[:, NAMES.index("lids")] for seed in range(6)])
    blinks = ((lids[:, 1:] > 0.5) & (lids[:, :-1] <= 0.5)).sum(axis=1)
    assert 3 <= blinks.mean() <= 30  # a minute
    assert lids.min() == 0
    assert lids.max() > 0.9
