"""Phones written by hand: from the sidecar text to the tongue, in every language; what is unknown is told."""

from __future__ import annotations

import pytest

from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import Score, apply_lyrics, split_phrases
from engine.singing.by_hand import written_phones
from engine.singing.clip import sing_score
from engine.singing.pipeline import SungPlan, plan_phrase
from engine.singing.settings import SingSettings
from tests.songs import song

FAST = SingSettings(num_steps=1)


def planned(score: Score, voice: HiddenSinger, language: str = "en") -> SungPlan:
    (phrase,) = split_phrases(score)
    plan = plan_phrase(phrase, voice, FAST, language)
    assert plan is not None
    return plan


def labels(plan: SungPlan) -> list[str]:
    return [phone.label for phone in plan.phones if phone.label != "SP"]


def test_case_and_stress_do_not_count() -> None:
    score = apply_lyrics(song("~:60"), "read[r eh1 d]")
    assert score.notes[0].phones == ("r", "eh1", "d")
    assert written_phones(score.notes, score.tempo_map).notes[0].phones == ("R", "EH", "D")


@pytest.mark.parametrize("language", ["en", "de", "ja", "la", "ko", "zh"])
def test_every_language_takes_them(tiny_singer: HiddenSinger, language: str) -> None:
    plan = planned(apply_lyrics(song("~:60 ~:62"), "sun[S IY] la"), tiny_singer, language)
    assert labels(plan)[:2] == ["S", "IY"]


def test_they_lie_on_the_words_notes(tiny_singer: HiddenSinger) -> None:
    plan = planned(apply_lyrics(song("~:60 ~:62"), "a-men[AA M EH N]"), tiny_singer)
    assert [(phone.label, phone.note) for phone in plan.phones if phone.label != "SP"] == [
        ("AA", 0),
        ("M", 1),
        ("EH", 1),
        ("N", 1),
    ]


def test_an_unknown_phone_is_told_and_the_others_are_sung(tiny_singer: HiddenSinger) -> None:
    sung = sing_score(apply_lyrics(song("~:60"), "read[R XX EH D]"), tiny_singer, FAST, "en", JobContext())
    (problem,) = [p for p in sung.problems if p.kind == "unknown_phone"]
    assert problem.sentence == (
        "Bar 1, beat 1: “read” is written with XX, which is no phone we know; the others are sung."
    )
    assert [p.label for p in sung.timing.phones if p.label != "SP"] == ["R", "EH", "D"]


def test_where_none_is_known_the_spelling_counts(tiny_singer: HiddenSinger) -> None:
    plan = planned(apply_lyrics(song("~:60"), "sun[XX ?!]"), tiny_singer)
    assert labels(plan) == ["S", "AH", "N"]
    assert [p.kind for p in plan.problems] == ["unknown_phone"]
    assert "XX, ?!, which are no phones we know; the word is sung as it is spelled" in plan.problems[0].message


def test_sounds_of_other_languages_are_sung_with_what_the_voice_has(tiny_singer: HiddenSinger) -> None:
    plan = planned(apply_lyrics(song("~:60"), "fühl[F UE L]"), tiny_singer)
    assert labels(plan) == ["F", "UW", "L"]
    assert not plan.problems
