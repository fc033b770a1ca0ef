"""The pitch measure on tones whose error is known."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("pyworld")

from engine.singing.timing import SungNote, TimedPhone
from engine.train.corpus.singing import SungPhrase
from engine.train.measure.pitch import NO_PITCH_CENTS, cents_between, phrase_pitch, pitch_figures

RATE, HOP = 48_000, 256
SECONDS = 1.2
KEY = 69


def _phrase() -> SungPhrase:
    """A4 for a second on AA, after 0.1 s of silence and an M of 0.1 s; asked for at 440 Hz throughout."""
    count = int(SECONDS * RATE / HOP)
    phones = (
        TimedPhone("SP", -0.2, -0.1, 0),
        TimedPhone("M", -0.1, 0.0, 0),
        TimedPhone("AA", 0.0, 1.0, 0),
    )
    audio = np.zeros(count * HOP, np.int16)
    gains = np.zeros((count, 2, 1), np.float16)
    return SungPhrase("tone", 0, 120.0, audio, np.full(count, 440.0), gains, phones, (SungNote(0.0, 1.0, KEY),))


def _tone(cents: float) -> np.ndarray:
    """Harmonics of 440 Hz, moved by `cents`."""
    times = np.arange(len(_phrase().audio)) / RATE
    base = 440 * 2 ** (cents / 1200)
    return sum(np.sin(2 * np.pi * base * k * times) / k for k in range(1, 12)) * 0.1


@pytest.mark.parametrize("cents", [0.0, 7.0, -20.0])
def test_a_tone_is_as_wrong_as_it_was_made(cents):
    measured = phrase_pitch(_phrase(), _tone(cents), RATE)
    figures = pitch_figures([measured])

    assert np.nanmedian(measured.cents) == pytest.approx(cents, abs=1.0)
    assert figures.median_cents == pytest.approx(abs(cents), abs=1.0)
    assert figures.median_note_cents == pytest.approx(abs(cents), abs=1.0)
    assert figures.off_share == 0.0
    assert figures.voiced_share == 1.0
    assert figures.notes == 1


def test_only_the_middle_of_the_note_counts():
    measured = phrase_pitch(_phrase(), _tone(0.0), RATE)

    assert len(measured.cents) == pytest.approx(0.5 / 0.005, abs=2)


def test_a_semitone_off_is_off():
    assert pitch_figures([phrase_pitch(_phrase(), _tone(100.0), RATE)]).off_share == 1.0


def test_silence_has_no_pitch():
    figures = pitch_figures([phrase_pitch(_phrase(), np.zeros(len(_phrase().audio)), RATE)])

    assert figures.voiced_share == 0.0
    assert figures.off_share == 1.0
    assert figures.median_cents == NO_PITCH_CENTS


def test_unvoiced_frames_have_no_cents():
    found = cents_between(np.array([440.0, 0.0, 880.0]), np.array([440.0, 440.0, 440.0]))

    np.testing.assert_allclose(found, [0.0, np.nan, 1200.0])
