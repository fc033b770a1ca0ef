"""What the networks are told has the shapes and bounds that they were trained with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.singing.conditions import (
    DURATION_BINS,
    FRAME_FEATURES,
    TEMPO_BINS,
    UNKNOWN_PHONE,
    conditions,
    duration_bins,
    tempo_bin,
)
from engine.singing.timing import SungNote, time_phones
from tests.tiny_voice import CONSONANTS, PHONE_IDS

RATE = 93.75


@pytest.mark.parametrize("length_s", [0.005, 0.3, 20.0])
def test_shapes_and_bounds(length_s: float) -> None:
    notes = [SungNote(0, length_s, 60, ("S", "AA")), SungNote(length_s, 2 * length_s, 64, ("N", "IY", "T"))]
    phones = time_phones(notes, CONSONANTS)
    frames = int(np.ceil((phones[-1].end_s - phones[0].start_s) * RATE))
    told = conditions(phones, notes, 100.0, np.full(frames, 220, np.float32), PHONE_IDS, RATE)
    for name in ("phones", "keys", "durations", "tempi"):
        assert getattr(told, name).shape == (len(phones),)
        assert getattr(told, name).dtype == np.int64
    assert told.phone_of_frame.shape == told.f0.shape == (frames,)
    assert told.features.shape == (frames, FRAME_FEATURES)
    assert told.features.dtype == told.f0.dtype == np.float32
    assert np.isfinite(told.features).all()
    assert np.abs(told.features).max() < 12
    assert (np.diff(told.phone_of_frame) >= 0).all()
    assert told.phone_of_frame[0] == 0
    assert told.phone_of_frame[-1] == len(phones) - 1
    assert set(told.keys) == {60, 64}
    for frame in range(0, frames, max(1, frames // 50)):
        time = phones[0].start_s + (frame + 0.5) / RATE
        phone = phones[told.phone_of_frame[frame]]
        assert phone.start_s - 1e-6 <= time
        assert phone is phones[-1] or time <= phone.end_s + 1e-6


def test_a_phone_that_the_voice_never_learned_is_marked() -> None:
    notes = [SungNote(0, 1, 60, ("AA",))]
    told = conditions(time_phones(notes, CONSONANTS), notes, 120, np.full(130, 200, np.float32), {"SP": 5}, RATE)
    assert list(told.phones) == [5, UNKNOWN_PHONE, 5]


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=20), st.floats(0, 1e8))
def test_bins_stay_inside_the_tables(durations: list[float], bpm: float) -> None:
    bins = duration_bins(np.array(sorted(durations)))
    assert ((bins >= 0) & (bins < DURATION_BINS)).all()
    assert (np.diff(bins) >= 0).all()
    assert 0 <= tempo_bin(bpm) < TEMPO_BINS


def test_tempo_bins_cover_the_papers_range() -> None:
    assert tempo_bin(16) == 0
    assert tempo_bin(256) == TEMPO_BINS - 1
    assert tempo_bin(60) < tempo_bin(90) < tempo_bin(140)
