"""Takes: pitch and timbre are drawn apart; what is kept under which key; what an edit leaves alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.codec.harmonic_codec import HarmonicCodec
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import KNOBS, Curve, NoteId, Phrase, Score, split_phrases
from engine.singing.cache import PhraseCache
from engine.singing.clip import SungClip, sing_score
from engine.singing.pipeline import plan_phrase, render_phrase
from engine.singing.settings import SingSettings
from engine.singing.takes import Take, chance
from tests.songs import song

FAST = SingSettings(num_steps=1)
LONG = "shine:60:4"
THREE = "shine:60:2 on:62:2 .:6 me:64:2 now:65:2 .:6 star:62:4"


def sing(
    score: Score, voice: HiddenSinger, cache: PhraseCache | None = None, takes: dict[str, Take] | None = None
) -> SungClip:
    chosen = {NoteId(name): take for name, take in (takes or {}).items()}
    return sing_score(score, voice, FAST, "en", JobContext(), cache, chosen)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[np.ndarray, np.ndarray, int]]:
    """What the codec was asked for: latents, f0, seed."""
    asked: list[tuple[np.ndarray, np.ndarray, int]] = []
    real = HarmonicCodec.decode

    def told(self: HarmonicCodec, latents: np.ndarray, f0: np.ndarray, seed: int, *more: object) -> np.ndarray:
        asked.append((latents, f0, seed))
        return real(self, latents, f0, seed, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(HarmonicCodec, "decode", told)
    return asked


def test_the_pitch_seed_leaves_the_timbres_chance(
    tiny_singer: HiddenSinger, decoded: list[tuple[np.ndarray, np.ndarray, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    noises: list[np.ndarray] = []
    monkeypatch.setattr(
        "engine.singing.pipeline.sample_latents", lambda h_cond, mu, noise, *more: noises.append(noise) or mu
    )
    sing(song(LONG), tiny_singer, takes={"n0": Take(1, 2)})
    sing(song(LONG), tiny_singer, takes={"n0": Take(3, 2)})
    assert np.array_equal(*noises)
    assert decoded[0][2] == decoded[1][2]
    assert not np.array_equal(decoded[0][1], decoded[1][1])


def test_the_timbre_seed_leaves_the_pitch(
    tiny_singer: HiddenSinger, decoded: list[tuple[np.ndarray, np.ndarray, int]]
) -> None:
    one = sing(song(LONG), tiny_singer, takes={"n0": Take(1, 2)})
    other = sing(song(LONG), tiny_singer, takes={"n0": Take(1, 5)})
    assert np.array_equal(decoded[0][1], decoded[1][1])
    assert not np.array_equal(decoded[0][0], decoded[1][0])
    assert np.array_equal(one.timing.f0, other.timing.f0)
    assert not np.array_equal(one.audio.samples, other.audio.samples)


def test_without_a_take_the_settings_seeds_count(tiny_singer: HiddenSinger) -> None:
    plain = sing(song(LONG), tiny_singer).audio.samples
    assert np.array_equal(plain, sing(song(LONG), tiny_singer, takes={"n0": Take(0, 0), "x": Take(9, 9)}).audio.samples)
    pitch = sing_score(song(LONG), tiny_singer, replace(FAST, pitch_seed=4), "en", JobContext())
    assert np.array_equal(pitch.audio.samples, sing(song(LONG), tiny_singer, takes={"n0": Take(4, 0)}).audio.samples)


def test_a_retake_renders_its_own_phrase_and_is_found_again(tiny_singer: HiddenSinger, tmp_path: Path) -> None:
    score, cache = song(THREE), PhraseCache(tmp_path)
    assert sing(score, tiny_singer, cache).cached_phrases == 0
    second = split_phrases(score)[1].notes[0].id
    retaken = sing(score, tiny_singer, cache, {second: Take(7, 0)})
    assert (retaken.phrases, retaken.cached_phrases) == (3, 2)
    assert sing(score, tiny_singer, cache, {second: Take(7, 0)}).cached_phrases == 3
    assert sing(score, tiny_singer, cache).cached_phrases == 3


def test_a_knob_renders_its_own_phrase_and_no_other(tiny_singer: HiddenSinger, tmp_path: Path) -> None:
    score, cache = song(THREE), PhraseCache(tmp_path)
    sing(score, tiny_singer, cache)
    bump = {"tension": Curve(((10.0, 0.0), (11.0, 0.5), (12.0, 0.0)))}
    assert sing(replace(score, curves=bump), tiny_singer, cache).cached_phrases == 2
    drawn = replace(score, drawn=(Curve(((0.5, 60.0), (1.0, 61.0))),))
    assert sing(drawn, tiny_singer, cache).cached_phrases == 2


CURVED = sorted(name for name, knob in KNOBS.items() if knob.curve)


@given(st.sampled_from(CURVED), st.floats(0, 1), st.integers(0, 2), st.floats(0.1, 1.5))
@settings(deadline=None)
def test_an_edit_leaves_the_keys_of_other_phrases(name: str, share: float, which: int, width: float) -> None:
    score = song(THREE)
    phrases = split_phrases(score)
    knob = KNOBS[name]
    neutral = knob.neutral or 0.0
    value = knob.low + share * (knob.high - knob.low)
    middle = 0.5 * (phrases[which].notes[0].start + phrases[which].notes[-1].end)
    bump = Curve(((middle - width, neutral), (middle, value), (middle + width, neutral)))
    edited = split_phrases(replace(score, curves={name: bump}))
    same = [one.content_key() == other.content_key() for one, other in zip(phrases, edited, strict=True)]
    assert same == [index != which or value == neutral for index in range(3)]
    assert [chance(one, 5) for one in phrases] == [chance(other, 5) for other in edited]


@given(st.dictionaries(st.sampled_from(sorted(n for n, k in KNOBS.items() if k.note)), st.floats(0.3, 0.5), min_size=1))
@settings(deadline=None)
def test_a_notes_value_is_in_its_phrases_key_and_not_in_its_chance(values: dict[str, float]) -> None:
    score = song(THREE)
    notes = list(score.notes)
    notes[2] = replace(notes[2], expression=values)
    before, after = split_phrases(score), split_phrases(replace(score, notes=tuple(notes)))
    same = [one.content_key() == other.content_key() for one, other in zip(before, after, strict=True)]
    assert same == [True, False, True]
    assert chance(before[1], 0) == chance(after[1], 0)


@given(
    st.lists(st.tuples(st.floats(0, 40), st.floats(-20, 10)), min_size=1, max_size=12),
    st.floats(0, 20),
    st.floats(0, 20),
)
@settings(deadline=None)
def test_a_cut_curve_is_the_curve(points: list[tuple[float, float]], start: float, length: float) -> None:
    curve = Curve(tuple(sorted(points, key=lambda point: point[0])))
    cut = curve.within(start, start + length)
    at = np.linspace(start, start + length, 50)
    steps = [a for (a, _), (b, _) in zip(curve.points, curve.points[1:], strict=False) if b - a < 1e-6]
    smooth = np.array([all(abs(one - step) > 1e-5 for step in steps) for one in at])
    assert cut.at(at)[smooth] == pytest.approx(curve.at(at)[smooth], abs=1e-4)
    assert (cut.start, cut.end) == (start, start + length)


def test_the_same_phrase_elsewhere_is_the_same_to_the_bit(tiny_singer: HiddenSinger) -> None:
    """Also with curves: what is found in the cache must be what would have been sung."""
    score = song("shine:60:0.7 on:62:1.1 .:3.37 shine:60:0.7 on:62:1.1", bpm=97.3)
    first, second = split_phrases(score)
    away = second.notes[0].start - first.notes[0].start
    bump = [(0.3, 0.0), (0.9, -6.1), (1.3, 0.0)]
    curve = Curve((*bump, *((at + away, value) for at, value in bump)))
    line = [(0.5, 60.0), (1.0, 61.3)]
    drawn = (Curve(tuple(line)), Curve(tuple((at + away, key) for at, key in line)))
    phrases = split_phrases(replace(score, curves={"dynamics": curve}, drawn=drawn))
    heard = [rendered(phrase, tiny_singer) for phrase in phrases]
    assert np.array_equal(heard[0], heard[1])


def rendered(phrase: Phrase, voice: HiddenSinger) -> np.ndarray:
    plan = plan_phrase(phrase, voice, FAST, "en")
    assert plan is not None
    return render_phrase(phrase, plan, voice, FAST, JobContext()).samples
