"""The sung pitch: what was written, made human, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.singing.pitch import PitchStyle, f0_curve, key_to_hz
from engine.singing.timing import SungNote

STRAIGHT = PitchStyle(vibrato_semitones=0, scoop_semitones=0, drift_semitones=0)


def cents(f0: np.ndarray, key: float) -> np.ndarray:
    return 1200 * np.log2(np.asarray(f0, np.float64) / key_to_hz(key))


def grid(end_s: float, start_s: float = -0.4) -> np.ndarray:
    return np.arange(start_s, end_s, 256 / 48000)


@st.composite
def melodies(draw: st.DrawFn) -> list[SungNote]:
    notes, at = [], draw(st.floats(0, 1))
    for number in range(draw(st.integers(1, 7))):
        end = at + draw(st.one_of(st.floats(0.005, 0.1), st.floats(0.1, 3)))
        held = number > 0 and draw(st.booleans())
        notes.append(SungNote(at, end, draw(st.integers(0, 127)), () if held else ("AA",)))
        at = end + draw(st.sampled_from([0.0, 0.0, 0.02, 0.3]))
    return notes


@given(melodies(), st.integers(0, 2**63))
@settings(deadline=None)
def test_always_a_frequency_near_the_notes(notes: list[SungNote], seed: int) -> None:
    f0 = f0_curve(notes, grid(notes[-1].end_s + 0.5), PitchStyle(), seed)
    assert f0.dtype == np.float32
    assert np.isfinite(f0).all()
    keys = [note.key for note in notes]
    assert (cents(f0, min(keys)) > -150).all()
    assert (cents(f0, max(keys)) < 100).all()


@given(st.integers(40, 80), st.integers(0, 2**32), st.floats(0.6, 6))
@settings(deadline=None)
def test_a_held_note_is_in_tune(key: int, seed: int, length_s: float) -> None:
    style = replace(PitchStyle(), drift_semitones=0)
    times = grid(length_s)
    # From where the vibrato is grown to before it fades, in whole periods as good as it goes: the median is the note.
    middle = (times > 0.15) & (times < length_s - 0.15)
    assert abs(np.median(cents(f0_curve([SungNote(0, length_s, key, ("AA",))], times, style, seed), key)[middle])) < 12
    straight = f0_curve([SungNote(0, length_s, key, ("AA",))], times, STRAIGHT, seed)
    assert np.abs(cents(straight, key)).max() < 0.01


@pytest.mark.parametrize("key", [45, 60, 72])
def test_the_median_of_long_notes_is_the_key(key: int) -> None:
    """Over many takes, with everything human switched on."""
    times = grid(3)
    middle = (times > 0.3) & (times < 2.8)
    takes = [
        np.median(cents(f0_curve([SungNote(0, 3, key, ("AA",))], times, PitchStyle(), s), key)[middle])
        for s in range(24)
    ]
    assert abs(np.median(takes)) < 3
    assert np.abs(takes).max() < 12


def test_a_seed_is_a_take() -> None:
    notes, times = [SungNote(0, 2, 60, ("AA",)), SungNote(2, 3, 64, ("AA",))], grid(3)
    one = f0_curve(notes, times, PitchStyle(), 1)
    assert np.array_equal(one, f0_curve(notes, times, PitchStyle(), 1))
    other = f0_curve(notes, times, PitchStyle(), 2)
    assert not np.array_equal(one, other)
    assert np.abs(1200 * np.log2(one / other)).max() < 130


@given(st.integers(45, 80), st.integers(45, 80), st.floats(0.02, 2), st.floats(0.02, 2), st.floats(0, 0.5))
@settings(deadline=None)
def test_a_transition_goes_one_way(before: int, after: int, first_s: float, second_s: float, gap_s: float) -> None:
    start = first_s + gap_s
    notes = [SungNote(0, first_s, before, ("AA",)), SungNote(start, start + second_s, after, ("AA",))]
    keys = cents(f0_curve(notes, grid(start + second_s + 0.2), STRAIGHT, 0), 0)
    steps = np.diff(keys) * np.sign(after - before)
    assert (steps > -0.01).all()
    assert keys[0] == pytest.approx(100 * before, abs=0.1)
    assert keys[-1] == pytest.approx(100 * after, abs=0.1)


def test_vibrato_is_for_long_notes_and_grows() -> None:
    style = replace(STRAIGHT, vibrato_semitones=0.3)
    assert np.abs(cents(f0_curve([SungNote(0, 0.4, 60, ("AA",))], grid(0.4), style, 0), 60)).max() < 0.01
    times = grid(2)
    sway = np.abs(cents(f0_curve([SungNote(0, 2, 60, ("AA",))], times, style, 0), 60))
    assert sway[times < 0.3].max() < 0.01
    assert 25 < sway[(times > 1.2) & (times < 1.8)].max() < 31


def test_held_notes_of_one_key_share_one_vibrato() -> None:
    style = replace(STRAIGHT, vibrato_semitones=0.3)
    whole = f0_curve([SungNote(0, 2, 60, ("AA",))], grid(2), style, 3)
    tied = f0_curve([SungNote(0, 1, 60, ("AA",)), SungNote(1, 2, 60)], grid(2), style, 3)
    assert np.array_equal(whole, tied)
