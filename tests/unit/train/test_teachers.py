"""How the teachers come to their recordings: alignment, voicebanks, high notes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.singing.timing import TimedPhone
from engine.train.corpus.align import Segment
from engine.train.corpus.align_trained import Utterance, features, train_aligner, without_short_pauses
from engine.train.corpus.high_notes import _BIN_HZ, at_pitch, first_formant, tuned
from engine.train.corpus.teacher import Teacher
from engine.train.corpus.units import Inventory, Target
from engine.train.corpus.vcv import first_cut, phones_of_row
from engine.train.corpus.world import ENVELOPE_DIM, Analysis

FRAME_S = 256 / 48_000
CENTRES = {"SP": 0.0, "M": 3.0, "A": -3.0, "IY": 6.0}


def utterance(name: str, phones: tuple[str, ...], seed: int) -> tuple[Utterance, list[int]]:
    """Frames scattered around a centre for each phone, silence at both ends; and where phones begin."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(12, 40, len(phones) + 2)
    labels = ["SP", *phones, "SP"]
    rows = [CENTRES[p] + rng.standard_normal((n, 39)) for p, n in zip(labels, lengths, strict=True)]
    return Utterance(name, np.concatenate(rows), ((name, phones),)), list(np.cumsum(lengths)[:-1])


def test_an_aligner_trained_on_a_rough_cut_finds_the_boundaries() -> None:
    words = [("M", "A"), ("A", "M", "IY"), ("IY", "M", "A", "M"), ("M", "IY", "A")] * 4
    made = [utterance(f"u{k}", phones, k) for k, phones in enumerate(words)]
    first = {}
    for one, edges in made:
        total = len(one.features)
        even = np.linspace(edges[0] * 0.5, total - 8, len(edges) + 1) * FRAME_S
        labels = ["SP", *one.words[0][1], "SP"]
        spans = zip([0.0, *even[:-1]], even, strict=True)
        first[one.name] = [Segment(label, a, b) for label, (a, b) in zip(labels, spans, strict=True)]
    found, scores = train_aligner([one for one, _ in made], first, rounds=5)
    for one, edges in made:
        starts = [s.start_s / FRAME_S for s in found[one.name] if s.label != "SP"]
        assert np.abs(np.array(starts) - edges[:-1]).max() <= 2
        assert tuple(s.label for s in found[one.name] if s.label != "SP") == one.words[0][1]
    assert set(scores) == {one.name for one, _ in made}


def test_features_do_not_know_loudness() -> None:
    sound = np.random.default_rng(0).standard_normal(48_000) * np.linspace(0.01, 0.3, 48_000)
    assert features(sound).shape == (48_000 // 256 + 1, 39)
    assert np.abs(features(sound) - features(0.2 * sound)).max() < 0.2


def test_short_pauses_belong_to_what_follows() -> None:
    def row(*parts: tuple[str, float]) -> list[Segment]:
        found, at = [], 0.0
        for label, length in parts:
            found.append(Segment(label, at, at + length))
            at += length
        return found

    pauses = row(("SP", 0.2), ("A", 0.1), ("SP", 0.05), ("T", 0.02), ("A", 0.1), ("SP", 0.05), ("IY", 0.1), ("SP", 0.3))
    cured = without_short_pauses(pauses)
    assert [s.label for s in cured] == ["SP", "A", "T", "A", "Q", "IY", "SP"]
    assert cured[2].end_s - cured[2].start_s == pytest.approx(0.07)
    assert all(a.end_s == pytest.approx(b.start_s) for a, b in pairwise(cured))


def test_rows_of_moras() -> None:
    assert phones_of_row("_んげんごぐ") == [("NG",), ("G", "EH"), ("NG",), ("G", "AO"), ("G", "U")]
    assert phones_of_row("_りゃりぇりょ") == [("DX", "Y", "A"), ("DX", "Y", "EH"), ("DX", "Y", "AO")]
    assert phones_of_row("brlo4") == []


def test_a_first_cut_goes_through_the_known_onsets() -> None:
    rows = phones_of_row("_んあんいう")
    cut = first_cut(rows, [1.5, 2.7, 3.3], 4.0)
    assert [s.label for s in cut] == ["SP", "N", "A", "N", "IY", "U", "SP"]
    assert [round(s.start_s, 1) for s in cut[1:-1]] == [0.9, 1.5, 2.1, 2.7, 3.3]
    assert all(a.end_s == pytest.approx(b.start_s) for a, b in pairwise(cut))


def vowel(formant_hz: float, frames: int = 40) -> np.ndarray:
    """Power envelopes [frames, 1025] with one peak, and a second at 2.5 kHz."""
    hz = np.arange(1025) * _BIN_HZ
    logs = -9 - hz / 1500 + 4 * np.exp(-(((hz - formant_hz) / 90) ** 2)) + 3 * np.exp(-(((hz - 2500) / 150) ** 2))
    return np.repeat(np.exp(logs)[None], frames, 0)


def test_the_first_formant_is_carried_up_to_a_high_fundamental() -> None:
    power = vowel(330.0)
    assert first_formant(power)[0] == pytest.approx(330, abs=25)
    high = tuned(power, np.full(40, 600.0), np.ones(40))
    assert first_formant(high)[20] == pytest.approx(600, rel=0.08)
    assert high[20, round(2500 / _BIN_HZ)] == pytest.approx(power[20, round(2500 / _BIN_HZ)], rel=0.05)
    assert np.array_equal(tuned(power, np.full(40, 250.0), np.ones(40)), power)
    assert np.array_equal(tuned(power, np.full(40, 600.0), np.zeros(40)), power)


def test_a_closed_vowel_is_not_lost_on_a_high_note() -> None:
    import pyworld

    coded = pyworld.code_spectral_envelope(vowel(330.0, 400), 48_000, ENVELOPE_DIM)
    levels = {}
    for f0 in (220.0, 660.0):
        plain = Analysis(np.full(400, f0), coded, np.full((400, 5), -30.0))
        for name, analysis in (("plain", plain), ("sung", at_pitch(plain, np.ones(400)))):
            power = pyworld.decode_spectral_envelope(np.ascontiguousarray(analysis.envelope), 48_000, 2048)[200]
            bins = (f0 * np.arange(1, 12) / _BIN_HZ).astype(int)
            levels[name, f0] = 10 * np.log10(f0 * power[bins].sum())
    assert levels["plain", 220.0] - levels["plain", 660.0] > 1
    assert 0 < levels["sung", 660.0] - levels["sung", 220.0] < 8


def test_an_accent_keeps_the_time() -> None:
    target = Target(np.zeros(ENVELOPE_DIM), np.zeros(5), voiced=True)
    teacher = Teacher(Inventory(dict.fromkeys(("SP", "A", "IY", "T", "S", "HH"), target), {}))
    phones = (TimedPhone("SP", 0, 0.1, 0), TimedPhone("AY", 0.1, 1.1, 0), TimedPhone("TS", 1.1, 1.3, 0))
    said = teacher.in_own_sounds(phones)
    assert [p.label for p in said] == ["SP", "A", "IY", "T", "S"]
    assert [p.duration_s for p in said] == pytest.approx([0.1, 0.6, 0.4, 0.1, 0.1])
    assert said[-1].end_s == pytest.approx(1.3)
