"""What notes ask for: consonants, vibrato, portamento; and that the rest stays as it was."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.singing.articulation import Articulation
from engine.singing.pitch import PitchStyle, f0_curve
from engine.singing.timing import SILENCE, SungNote, TimedPhone, time_phones
from tests.tiny_voice import CONSONANTS as TABLE

STRAIGHT = PitchStyle(vibrato_semitones=0, scoop_semitones=0, drift_semitones=0)
TIMES = np.arange(-0.3, 3.0, 256 / 48_000)


def note(start: float, end: float, key: int, *phones: str, **asked: Any) -> SungNote:
    return SungNote(start, end, key, phones, Articulation(**asked))


def keys(notes: list[SungNote], style: PitchStyle = STRAIGHT, seed: int = 0, **more: Any) -> np.ndarray:
    return 69 + 12 * np.log2(f0_curve(notes, TIMES, style, seed, **more).astype(np.float64) / 440)


class TestConsonants:
    @given(st.floats(0.25, 4), st.floats(0.25, 4), st.floats(0.03, 1.5), st.floats(0.03, 1.5))
    @settings(deadline=None)
    def test_any_length_leaves_every_sound_its_time(
        self, one: float, other: float, first: float, second: float
    ) -> None:
        notes = [
            note(0, first, 60, "S", "T", "AA", "N", "T", consonants=one),
            note(first, first + second, 62, "S", "T", "AA", "S", consonants=other),
        ]
        phones = time_phones(notes, TABLE)
        assert [p.label for p in phones if p.label != SILENCE] == [*notes[0].phones, *notes[1].phones]
        assert all(p.duration_s > 0 for p in phones)
        assert all(after.start_s == pytest.approx(before.end_s, abs=1e-6) for before, after in pairwise(phones))
        vowels = [p for p in phones if p.label == "AA"]
        assert [p.start_s for p in vowels] == pytest.approx([0, first], abs=1e-3)

    def test_longer_when_asked(self) -> None:
        def lengths(factor: float) -> tuple[float, float]:
            phones: tuple[TimedPhone, ...] = time_phones(
                [note(0, 1, 60, "AA"), note(1, 2, 60, "S", "AA", "N", consonants=factor)], TABLE
            )
            return tuple(next(p.duration_s for p in phones if p.label == label) for label in ("S", "N"))

        plain = lengths(1)
        for factor in (0.25, 0.5, 2.0, 4.0):
            assert lengths(factor) == pytest.approx([factor * length for length in plain])

    def test_wishes_go_beyond_habit_where_a_note_is_short(self) -> None:
        onset = [
            next(p.duration_s for p in phones if p.label == "S")
            for phones in (
                time_phones([note(0, 0.2, 60, "AA"), note(0.2, 1, 60, "S", "AA", consonants=f)], TABLE)
                for f in (1, 2, 4)
            )
        ]
        assert onset[0] < onset[1] < onset[2] < 0.2


class TestVibrato:
    @pytest.mark.parametrize(("depth", "rate"), [(0, 5), (30, 4), (150, 8)])
    def test_depth_and_rate(self, depth: float, rate: float) -> None:
        sway = keys([note(0, 3, 60, "AA", vibrato_depth=depth, vibrato_rate=rate, vibrato_onset=0)]) - 60
        middle = sway[(TIMES > 0.6) & (TIMES < 2.7)]
        assert np.abs(middle).max() == pytest.approx(depth / 100, rel=0.02, abs=1e-4)
        if depth:
            crossings = TIMES[(TIMES > 0.6) & (TIMES < 2.7)][1:][np.diff(np.sign(middle)) > 0]
            assert 1 / np.diff(crossings).mean() == pytest.approx(rate, rel=0.02)

    def test_it_begins_at_its_onset_and_on_short_notes_by_wish(self) -> None:
        sway = np.abs(keys([note(0, 3, 60, "AA", vibrato_depth=100, vibrato_onset=1.5)]) - 60)
        assert sway[TIMES < 1.49].max() < 1e-4
        assert sway[(TIMES > 1.5) & (TIMES < 2)].max() > 0.5
        style = PitchStyle(scoop_semitones=0, drift_semitones=0)
        habit, wish = (keys([note(0, 0.4, 60, "AA", **asked)], style) for asked in ({}, {"vibrato_depth": 80.0}))
        assert np.abs(habit - 60).max() < 1e-4
        assert np.abs(wish - 60).max() > 0.2

    @given(st.integers(0, 2**32), st.floats(0, 200), st.floats(3, 9), st.floats(0, 4))
    @settings(deadline=None, max_examples=25)
    def test_one_notes_wish_is_no_other_notes_chance(self, seed: int, depth: float, rate: float, onset: float) -> None:
        plain = [note(0, 1, 60, "AA"), note(1, 2, 62, "AA"), note(2, 3, 64, "AA")]
        asked = Articulation(vibrato_depth=depth, vibrato_rate=rate, vibrato_onset=onset)
        wished = [plain[0], replace(plain[1], articulation=asked), plain[2]]
        before, after = keys(plain, PitchStyle(), seed), keys(wished, PitchStyle(), seed)
        others = (TIMES < 1) | (TIMES > 2)
        assert np.array_equal(before[others], after[others])

    def test_a_held_note_may_sway_otherwise(self) -> None:
        held = [note(0, 1.5, 60, "AA", vibrato_depth=0.0), note(1.5, 3, 60, vibrato_depth=100.0, vibrato_onset=0.0)]
        sway = np.abs(keys(held) - 60)
        assert sway[TIMES < 1.5].max() < 1e-4
        assert sway[TIMES > 2].max() == pytest.approx(1, rel=0.05)

    def test_a_factor_over_time(self) -> None:
        asked = [note(0, 3, 60, "AA", vibrato_depth=50, vibrato_onset=0.0)]
        plain, doubled = keys(asked) - 60, keys(asked, vibrato_factor=np.where(TIMES < 1.5, 2.0, 0.0)) - 60
        assert doubled[TIMES < 1.5] == pytest.approx(2 * plain[TIMES < 1.5], abs=1e-4)
        assert np.abs(doubled[TIMES >= 1.5]).max() < 1e-4


class TestPortamento:
    @given(st.floats(0, 0.5), st.integers(50, 70), st.integers(50, 70))
    @settings(deadline=None)
    def test_a_way_from_one_to_the_other(self, asked: float, before: int, after: int) -> None:
        way = keys([note(0, 1.2, before, "AA"), note(1.2, 3, after, portamento=asked)])
        assert (np.diff(way) * np.sign(after - before) > -1e-4).all()
        before_s, after_s = 1.2 - 0.7 * asked - 0.01, 1.2 + 0.3 * asked + 0.01
        assert way[before_s > TIMES] == pytest.approx(before, abs=1e-3)
        assert way[after_s < TIMES] == pytest.approx(after, abs=1e-3)

    def test_into_the_first_note_it_is_the_scoop(self) -> None:
        style = PitchStyle(vibrato_semitones=0, drift_semitones=0)
        none, long = (keys([note(0, 2, 60, "AA", portamento=asked)], style) for asked in (0.0, 0.4))
        assert none[TIMES > 0.01] == pytest.approx(60, abs=1e-3)
        assert long[np.searchsorted(TIMES, 0.1)] < 59.9

    def test_across_a_rest_it_is_heard_on_the_note(self) -> None:
        way = keys([note(0, 1, 60, "AA"), note(1.8, 3, 67, "AA", portamento=0.3)])
        assert way[np.searchsorted(TIMES, 1.55)] == pytest.approx(60, abs=1e-3)
        assert 62 < way[np.searchsorted(TIMES, 1.75)] < 66
