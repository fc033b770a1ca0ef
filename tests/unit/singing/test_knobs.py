"""From a score's curves and values to a plan: what adds, what multiplies, what stays in range, what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import KNOBS, Curve, Note, Score, TempoMap, split_phrases
from engine.singing.clip import sing_score, time_score
from engine.singing.knobs import check_expression, quarters_at
from engine.singing.pipeline import SungPlan, plan_phrase
from engine.singing.settings import SingSettings
from tests.songs import song

FAST = SingSettings(num_steps=1)
SHAPED = ("dynamics", "breathiness", "tension", "gender")


def planned(score: Score, voice: HiddenSinger, **more: Any) -> SungPlan:
    (phrase,) = split_phrases(score)
    plan = plan_phrase(phrase, voice, replace(FAST, **more), "en")
    assert plan is not None
    return plan


def on_note(score: Score, index: int, **values: float) -> Score:
    notes: list[Note] = list(score.notes)
    notes[index] = replace(notes[index], expression=values)
    return replace(score, notes=tuple(notes))


def seconds(plan: SungPlan) -> np.ndarray:
    return plan.start_s + (np.arange(len(plan.f0)) + 0.5) * 256 / 48_000


def test_nothing_asked_is_no_shaping(tiny_singer: HiddenSinger) -> None:
    assert planned(song("shine:60 on:62"), tiny_singer).shaping is None
    neutral = {name: Curve(((0.0, 0.0), (9.0, 0.0))) for name in SHAPED}
    assert planned(replace(song("shine:60 on:62"), curves=neutral), tiny_singer).shaping is None


def test_curve_and_value_add_up_within_the_range(tiny_singer: HiddenSinger) -> None:
    score = on_note(on_note(song("la:60:2 la:62:2 la:64:2"), 1, dynamics=-6.0), 2, dynamics=12.0)
    score = replace(score, curves={"dynamics": Curve(((0.0, -2.0), (2.0, -2.0), (4.0, 6.0)))})
    plan = planned(score, tiny_singer)
    assert plan.shaping is not None
    row, at = plan.shaping.dynamics, seconds(plan)
    assert row[np.searchsorted(at, 0.5)] == pytest.approx(-2)
    assert row[np.searchsorted(at, 1.5)] == pytest.approx(-6 + 2, abs=0.05)
    assert row[np.searchsorted(at, 2.7)] == 12  # not 18
    assert np.abs(np.diff(row)).max() < 5  # from note to note there is no step


def test_a_notes_value_begins_with_its_consonants(tiny_singer: HiddenSinger) -> None:
    plan = planned(on_note(song("la:60:2 star:62:2"), 1, tension=1.0), tiny_singer)
    assert plan.shaping is not None
    opens = next(p.start_s for p in plan.phones if p.note == 1)
    row, at = plan.shaping.tension, seconds(plan)
    assert row[at < opens - 0.03].max() == 0
    assert row[at > opens + 0.03].min() == 1


@given(st.sampled_from(SHAPED), st.floats(0.5, 3.5), st.floats(-1, 1))
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_expression_of_the_sound_leaves_times_and_pitch(
    tiny_singer: HiddenSinger, name: str, at: float, value: float
) -> None:
    score = song("shine:60:2 on:62:2")
    plain, bent = (
        planned(one, tiny_singer)
        for one in (score, replace(score, curves={name: Curve(((at, 0.0), (at + 0.5, value)))}))
    )
    assert plain.phones == bent.phones
    assert np.array_equal(plain.f0, bent.f0)
    if bent.shaping is not None:
        assert np.array_equal(bent.shaping.moved[seconds(bent) <= at / 2], np.zeros((seconds(bent) <= at / 2).sum()))


def test_drawn_pitch_replaces_what_lies_under_it(tiny_singer: HiddenSinger) -> None:
    score = song("shine:60:4")
    plain = planned(score, tiny_singer)
    drawn = planned(replace(score, drawn=(Curve(((1.0, 60.0), (2.0, 63.0))),)), tiny_singer)
    at = seconds(plain)
    outside = (at < 0.5) | (at > 1.0)
    assert np.array_equal(drawn.f0[outside], plain.f0[outside])
    inside = (at > 0.52) & (at < 0.98)
    assert 69 + 12 * np.log2(drawn.f0[inside] / 440) == pytest.approx(60 + 3 * (2 * at[inside] - 1), abs=1e-3)
    higher = planned(replace(score, drawn=(Curve(((1.0, 60.0), (2.0, 63.0))),)), tiny_singer, transpose=12)
    assert higher.f0 == pytest.approx(2 * drawn.f0, rel=1e-5)


def test_the_consonants_curve_is_asked_where_the_note_is(tiny_singer: HiddenSinger) -> None:
    score = song("la:60:2 star:62:2 star:64:2")
    longer = planned(replace(score, curves={"consonants": Curve(((2.9, 1.0), (3.1, 2.0)))}), tiny_singer)
    plain = planned(score, tiny_singer)

    def opening(plan: SungPlan, note: int) -> float:
        return next(p.duration_s for p in plan.phones if p.note == note and p.label == "S")

    assert opening(longer, 1) == opening(plain, 1)
    assert opening(longer, 2) == pytest.approx(2 * opening(plain, 2))
    both = planned(on_note(replace(score, curves={"consonants": Curve(((0.0, 2.0),))}), 2, consonants=0.5), tiny_singer)
    assert opening(both, 2) == pytest.approx(opening(plain, 2))


def test_the_clip_and_its_timing_agree_with_expression(tiny_singer: HiddenSinger) -> None:
    score = on_note(song("star:60:2 .:4 on:62:2"), 0, timing=-0.15, consonants=2.0, vibrato_depth=80.0)
    score = replace(score, drawn=(Curve(((6.0, 61.0), (7.0, 63.0))),))
    sung = sing_score(score, tiny_singer, FAST, "en", JobContext())
    timing = time_score(score, tiny_singer, FAST, "en", JobContext())
    assert timing.phones == sung.timing.phones
    assert np.array_equal(timing.f0, sung.timing.f0)
    assert timing.duration_s == sung.audio.duration_s
    vowel = next(phone for phone in timing.phones if phone.label == "AA")
    assert vowel.start_s + timing.offset_s == pytest.approx(-0.15, abs=0.02)


@pytest.mark.parametrize("name", sorted(KNOBS))
def test_out_of_range_is_one_sentence_with_its_place(name: str) -> None:
    knob = KNOBS[name]
    if knob.note:
        with pytest.raises(InputError, match=f"Bar 1, beat 2: {name} cannot be") as caught:
            check_expression(on_note(song("la:60 la:62"), 1, **{name: knob.high + 1}))
        assert "Keep it within" in caught.value.hint
        check_expression(on_note(song("la:60 la:62"), 1, **{name: knob.high}))
    else:
        with pytest.raises(InputError, match="cannot be set on a note"):
            check_expression(on_note(song("la:60 la:62"), 1, **{name: knob.high}))
    curve = {name: Curve(((0.0, knob.low - 1), (1.0, knob.low)))}
    with pytest.raises(InputError, match=f"{name} cannot"):
        check_expression(replace(song("la:60"), curves=curve))


def test_other_faults_of_expression() -> None:
    with pytest.raises(InputError, match="There is no knob “growl”"):
        check_expression(on_note(song("la:60"), 0, growl=1.0))
    with pytest.raises(InputError, match="Bar 1, beat 3: drawn pitch cannot be 300"):
        check_expression(replace(song("la:60:4"), drawn=(Curve(((1.0, 60.0), (2.0, 300.0))),)))


def test_quarters_go_with_the_tempo() -> None:
    tempo = TempoMap(((0.0, 60.0), (2.0, 120.0)))
    score = replace(song("la:60:2 la:62:4"), tempo_map=tempo)
    (phrase,) = split_phrases(score)
    assert quarters_at(phrase, np.array([-0.5, 0, 1, 2, 2.5, 4])) == pytest.approx([-0.5, 0, 1, 2, 3, 6])


@pytest.mark.parametrize("transpose", [-48, 48])
@pytest.mark.parametrize("end", ["low", "high"])
def test_everything_at_its_end_is_still_sound(tiny_singer: HiddenSinger, transpose: int, end: str) -> None:
    names = [name for name, knob in KNOBS.items() if knob.curve]
    score = replace(
        song("shine:60 on:62"),
        curves={name: Curve(((0.0, getattr(KNOBS[name], end)),)) for name in names},
        drawn=(Curve(((0.2, 0.0), (1.8, 127.0))),),
    )
    values = {name: getattr(knob, end) for name, knob in KNOBS.items() if knob.note}
    score = on_note(on_note(score, 0, **values), 1, **values)
    sung = sing_score(score, tiny_singer, replace(FAST, transpose=transpose), "en", JobContext())
    assert np.isfinite(sung.audio.samples).all()
    assert all(phone.duration_s > 0 for phone in sung.timing.phones)
