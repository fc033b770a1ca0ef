"""A choir's members differ by as much as was asked, and together are as loud as one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.audio import integrated_loudness
from engine.errors import Cancelled, InputError
from engine.jobs import CancelToken, JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import NoteId, split_phrases
from engine.singing import choir as choir_module
from engine.singing.cache import PhraseCache
from engine.singing.choir import Choir, sing_choir
from engine.singing.choir_members import DRIFT_S, members
from engine.singing.clip import SungClip, sing_score
from engine.singing.pipeline import plan_phrase
from engine.singing.settings import SingSettings
from engine.singing.takes import Take
from tests.songs import song

SONG = song("la:60:2 la:64:2 la:62:2 . . la:65:2 la:60:2", language="en")
SHORT = song("la:60:1 la:64:1.5", language="en")
SETTINGS = SingSettings(num_steps=1, temperature=0.5)
LONG = np.arange(0, 600, 0.5)
"""Ten minutes: many periods of the drift."""


def sung(singer: HiddenSinger, choir: Choir, **more: object) -> SungClip:
    return sing_choir(SONG, singer, SETTINGS, "en", JobContext(), choir=choir, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("voices", [2, 3, 5, 16])
@pytest.mark.parametrize(("spread_ms", "detune_cents"), [(15.0, 8.0), (40.0, 20.0)])
def test_times_and_pitches_spread_as_asked(voices: int, spread_ms: float, detune_cents: float) -> None:
    company = members(Choir(voices, spread_ms, detune_cents, seed=voices))
    late = np.stack([member.late_s(LONG) for member in company])
    sharp = np.stack([member.sharp_cents(LONG) for member in company])
    # Around the lead, over members and time.
    assert np.sqrt(np.mean(late**2)) * 1e3 == pytest.approx(spread_ms, rel=0.15)
    assert np.sqrt(np.mean(sharp**2)) == pytest.approx(detune_cents, rel=0.15)
    assert (late[0] == 0).all()
    assert (sharp[0] == 0).all()


def test_every_member_has_a_habit_and_drifts_slowly() -> None:
    company = members(Choir(8, 30.0, 10.0))
    late = np.stack([member.late_s(LONG) for member in company[1:]])
    habits = late.mean(axis=1)
    assert len(np.unique(habits.round(4))) == 7
    assert (np.ptp(late, axis=1) > 0.005).all()
    fastest = np.abs(np.diff(late, axis=1)).max() / 0.5
    assert fastest < 0.15  # a tenth of a second and more for each second would be heard as a gliding tempo
    assert min(DRIFT_S) > 2


def test_nothing_asked_is_nothing_done() -> None:
    for member in members(Choir(5, 0.0, 0.0, 0.0)):
        assert (member.late_s(LONG) == 0).all()
        assert (member.sharp_cents(LONG) == 0).all()
        assert member.pan == 0


@pytest.mark.parametrize("voices", range(2, 17))
def test_places_are_balanced_and_as_loud_as_one(voices: int) -> None:
    company = members(Choir(voices, width=0.8))
    pans = [member.pan for member in company]
    assert sum(pans) == pytest.approx(0, abs=1e-9)
    assert max(pans) == -min(pans) == pytest.approx(0.8)
    assert len(set(pans)) >= voices - 1
    assert pans[0] == (0.0 if voices > 2 else -0.8)
    gains = np.array([member.gains(voices) for member in company])
    assert (gains**2).sum() == pytest.approx(1.0)


def test_another_seed_is_another_choir() -> None:
    def placed(seed: int) -> list[tuple[float, float]]:
        return [(float(m.late_s(LONG)[9]), float(m.sharp_cents(LONG)[9])) for m in members(Choir(4, seed=seed))]

    assert placed(1) == placed(1)
    assert placed(1) != placed(2)


def test_a_choir_of_one_is_the_lead_in_the_middle() -> None:
    (lead,) = members(Choir(1, 30.0, 20.0, 1.0))
    assert (lead.number, lead.pan) == (0, 0.0)
    assert not lead.late_s(LONG).any()
    assert not lead.sharp_cents(LONG).any()


@pytest.mark.parametrize(
    "wrong",
    [
        {"voices": 0},
        {"voices": 17},
        {"voices": 4, "spread_ms": -1},
        {"voices": 4, "spread_ms": float("nan")},
        {"voices": 4, "detune_cents": 101},
        {"voices": 4, "width": 1.01},
        {"voices": 4, "seed": -1},
    ],
)
def test_values_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="of a choir cannot be"):
        Choir(**wrong)  # type: ignore[arg-type]


def parts(singer: HiddenSinger, choir: Choir) -> list[choir_module._Part]:
    found, _ = choir_module._parts(SONG, singer, SETTINGS, "en", JobContext(), None, choir)
    return found


def test_what_is_planned_is_late_and_sharp_as_the_member(tiny_singer: HiddenSinger) -> None:
    """Of the plan that the networks get: onsets of vowels, and f0 against the same take in tune."""
    choir = Choir(6, 25.0, 12.0, seed=3)
    onsets, cents = [], []
    for phrase in split_phrases(SONG):
        own = [part for part in parts(tiny_singer, choir) if part.phrase.index == phrase.index]
        assert len(own) == 6
        for part in own:
            start_s = part.start / tiny_singer.codec.sample_rate - part.plan.start_s
            vowels = [start_s + phone.start_s for phone in part.plan.phones if phone.label == "AA"]
            onsets.append(vowels[0] - own[0].phrase.start_s)
            straight = plan_phrase(part.phrase, tiny_singer, SETTINGS, "en", part.take)
            assert straight is not None
            cents.append(np.mean(1200 * np.log2(part.plan.f0 / straight.f0)))
    assert np.sqrt(np.mean(np.square(onsets))) * 1e3 == pytest.approx(25.0, rel=0.3)
    assert np.sqrt(np.mean(np.square(cents))) == pytest.approx(12.0, rel=0.3)
    assert len({part.take for part in parts(tiny_singer, choir)}) == 6


def test_the_lead_is_the_single_voice(tiny_singer: HiddenSinger) -> None:
    one = sing_score(SONG, tiny_singer, SETTINGS, "en", JobContext())
    company = sung(tiny_singer, Choir(2, 0.0, 0.0, 0.0))
    assert company.audio.channels == 2
    assert (company.audio.samples[0] == company.audio.samples[1]).all()
    assert company.phrases == 2 * one.phrases
    assert [phone.label for phone in company.timing.phones] == [phone.label for phone in one.timing.phones]
    first = company.timing.phones[0].start_s + company.offset_s
    assert first == pytest.approx(one.timing.phones[0].start_s + one.offset_s, abs=1e-6)


def test_left_and_right_part_with_the_width(tiny_singer: HiddenSinger, tmp_path: Path) -> None:
    """A place changes nothing of what a member sings: the second width finds all in the cache."""
    found = []

    def correlation(width: float) -> float:
        company = sung(tiny_singer, Choir(4, width=width), cache=PhraseCache(tmp_path))
        found.append(company.cached_phrases)
        left, right = company.audio.samples
        return float(np.corrcoef(left, right)[0, 1])

    none, half, full = (correlation(width) for width in (0.0, 0.5, 1.0))
    assert none == pytest.approx(1.0, abs=1e-5)
    assert none > half + 0.05 > full + 0.1
    assert found == [0, 8, 8]


@pytest.mark.parametrize("voices", [2, 4])
def test_as_loud_as_a_single_voice(tiny_singer: HiddenSinger, voices: int) -> None:
    one = integrated_loudness(sing_score(SONG, tiny_singer, SETTINGS, "en", JobContext()).audio)
    together = integrated_loudness(sung(tiny_singer, Choir(voices)).audio)
    assert together == pytest.approx(one, abs=1.0)


def test_the_same_choir_again_is_the_same_to_the_sample(tiny_singer: HiddenSinger) -> None:
    first, again, other = (
        sing_choir(SHORT, tiny_singer, SETTINGS, "en", JobContext(), choir=Choir(2, seed=seed)).audio.samples
        for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert first.shape != other.shape or (first != other).any()


def test_a_retake_is_of_the_whole_choir(tiny_singer: HiddenSinger) -> None:
    takes = {NoteId("n0"): Take(5, 5)}
    before, after = (
        choir_module._parts(SONG, tiny_singer, SETTINGS, "en", JobContext(), chosen, Choir(3))[0]
        for chosen in (None, takes)
    )
    changed = [part.phrase.index for part, other in zip(before, after, strict=True) if part.take != other.take]
    assert changed == [0, 0, 0]


def test_other_speakers_take_turns() -> None:
    choir = replace(Choir(5), speakers=("yuki", "kerstin"))
    names = [choir_module._settings(SETTINGS, choir, member).speaker for member in members(choir)]
    assert names == [0, "yuki", "kerstin", "yuki", "kerstin"]


def test_a_choir_can_be_stopped(tiny_singer: HiddenSinger) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        sing_choir(SONG, tiny_singer, SETTINGS, "en", JobContext(token=token), choir=Choir(2))
