"""What the bench of re-singing measures, on sounds whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pyworld")

from engine.train.measure.onsets import onset_errors
from engine.train.measure.resing import read_labels
from engine.train.measure.resing_table import markdown, rows

RATE = 48_000
TIMES = (0.3, 0.7, 1.1, 1.6)


def beats() -> np.ndarray:
    """Four harmonic attacks over a quiet room."""
    rng = np.random.default_rng(0)
    sound = 1e-4 * rng.standard_normal(2 * RATE)
    for number, at_s in enumerate(TIMES):
        time = np.arange(RATE // 4) / RATE
        tone = sum(np.sin(2 * np.pi * k * (200 + 30 * number) * time) / k for k in range(1, 12))
        sound[round(at_s * RATE) : round(at_s * RATE) + len(time)] += 0.1 * tone * np.minimum(1, time / 0.01)
    return sound.astype(np.float32)


@pytest.mark.parametrize("late_ms", [0.0, 12.0, 35.0])
def test_a_delay_is_measured(late_ms: float) -> None:
    sound, late = beats(), round(late_ms / 1000 * RATE)
    found = onset_errors(sound, np.concatenate([np.zeros(late, np.float32), sound])[: len(sound)], TIMES, RATE)
    assert len(found) == len(TIMES)
    np.testing.assert_allclose(1000 * found, late_ms, atol=1.5)


def test_level_and_colour_move_no_onset() -> None:
    sound = beats()
    duller = np.convolve(0.1 * sound, np.hanning(31) / 16, "same").astype(np.float32)
    assert np.abs(1000 * onset_errors(sound, duller, TIMES, RATE)).max() < 4


def test_songs_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="not the same song"):
        onset_errors(beats(), beats()[:-1], TIMES, RATE)


def test_labels_are_read() -> None:
    text = "0 10500000 p@xx^xx-pau+p=o_xx\n12050000 14650000 v@pau^p-o+cl=p_00%00\nnonsense\n"
    assert read_labels(text) == [(0.0, 1.05, "p", "pau"), (1.205, 1.465, "v", "o")]


def test_what_misses_its_target_is_said() -> None:
    song = {
        "name": "song", "median_cents": 25.0, "off_share": 0.1, "voicing_agrees": 0.9,
        "onset_ms": 10.0, "onset_90_ms": 40.0, "onsets": 60, "level_db": 0.5,
    }  # fmt: skip
    facts = {"voice": {"id": "a", "version": "1", "speaker": 0}, "steps": 4, "resing": [song], "words": {"resing": 0.7}}
    passed = {row.figure: row.passed for row in rows(facts)}
    assert passed["song, sung again: pitch, median"] is False
    assert passed["song, sung again: onsets, median"] is True
    assert "| song, sung again: pitch, median | <= 20 cents | 25.0 cents, 10.0 % off by 50 | no |" in markdown(facts)
