"""Where the pitch of a voice goes to the next note: sounds are made here, so the moment is known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.score import Note, NoteId
from plugin_host.headless.glides import Glide, glide_errors_s, glides_into

_RATE = 48000
_AT_S = 0.5


def _voice(before: float, after: float, moved_s: float, glide_s: float = 0.09, gap_s: float = 0.0) -> np.ndarray:
    """One second on two keys; half way between them at `moved_s`, silent around it for `gap_s`."""
    seconds = np.arange(_RATE) / _RATE
    share = np.clip((seconds - moved_s) / glide_s + 0.5, 0, 1)
    keys = before + (after - before) * (0.5 - 0.5 * np.cos(np.pi * share))
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((keys - 69) / 12)) / _RATE
    sound = sum(np.sin(number * phase) / number for number in range(1, 9))
    noise = 0.01 * np.random.default_rng(1).standard_normal(_RATE)
    return np.where(np.abs(seconds - moved_s) < gap_s / 2, 0, 0.1 * sound) + noise


@pytest.mark.parametrize(("before", "after"), [(60, 62), (62, 61), (48, 60), (76, 67), (40, 41)])
@pytest.mark.parametrize("late_s", [-0.06, -0.018, 0.0, 0.05])
def test_the_moment_of_a_glide_is_found(before: int, after: int, late_s: float) -> None:
    sound = _voice(before, after, _AT_S + late_s)
    (found,) = glide_errors_s(sound, _RATE, [Glide(_AT_S, before, after)])
    assert found == pytest.approx(late_s, abs=0.006)


def test_a_pitch_that_does_not_move_is_far_off_and_a_stop_of_the_voice_is_no_measure() -> None:
    still, stopped = _voice(60, 60, _AT_S), _voice(60, 64, _AT_S, gap_s=0.08)
    (never,) = glide_errors_s(still, _RATE, [Glide(_AT_S, 60, 64)])
    assert never == pytest.approx(0.12, abs=0.002)
    assert glide_errors_s(stopped, _RATE, [Glide(_AT_S, 60, 64), Glide(0.01, 60, 64)]) == [None, None]
    assert glide_errors_s(np.zeros(_RATE), _RATE, [Glide(_AT_S, 60, 64)]) == [None]


def test_notes_after_another_key_without_a_rest() -> None:
    places = ((0, 1, 60), (1, 1, 62), (2, 1, 62), (3.5, 1, 64), (4.5, 1, 60))
    notes = [Note(NoteId(str(i)), start, duration, key, "la") for i, (start, duration, key) in enumerate(places)]
    assert glides_into(notes) == {1: 60, 4: 64}
