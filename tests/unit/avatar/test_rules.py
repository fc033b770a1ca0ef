"""Lips by rule meet on M, spread on EE, round on OO; heads nod on beats and differ from take to take."""

from __future__ import annotations

import numpy as np
import pytest

from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine, loudness_curve
from engine.avatar.params import FaceTrack
from engine.avatar.rules import track_by_rule
from engine.avatar.visemes import MOUTHS
from engine.phonemize.phones import SPEECH

FPS = 50.0


def line(*phones: tuple[str, float], hz: float = 220.0, level: float = 0.9, beats: tuple[float, ...] = ()) -> SungLine:
    """Phones one after another with their lengths in seconds; silent and unvoiced in rests."""
    spoken, at = [], 0.0
    for label, length_s in phones:
        spoken.append(SpokenPhone(label, at, at + length_s))
        at += length_s
    times = (np.arange(round(at * RATE_HZ)) + 0.5) / RATE_HZ
    sounding = np.zeros(len(times), bool)
    for phone in spoken:
        sounding |= (times >= phone.start_s) & (times < phone.end_s) & (phone.label not in ("SP", "AP"))
    curve = np.where(sounding, 1.0, 0.0).astype(np.float32)
    return SungLine(tuple(spoken), hz * curve, level * curve, beats)


def track_of(sung: SungLine, seed: int = 0, expressive: float = 0.6) -> FaceTrack:
    return track_by_rule(sung, FPS, round(sung.duration_s * FPS), seed, expressive)


def during(track: FaceTrack, name: str, start_s: float, end_s: float) -> np.ndarray:
    return track.at(name)[round(start_s * FPS) : round(end_s * FPS)]


def test_every_phone_of_the_language_has_a_mouth():
    assert {phone for phone in SPEECH if phone not in MOUTHS} == {"AW", "AY", "EY", "OW", "OY"}


@pytest.mark.parametrize("closure", ["M", "B", "P"])
def test_lips_meet_and_only_there(closure):
    track = track_of(line(("SP", 0.3), ("AA", 0.6), (closure, 0.09), ("AA", 0.6)))
    assert during(track, "open", 0.9, 0.99).max() < 0.05
    assert during(track, "open", 0.5, 0.75).min() > 0.5
    assert during(track, "open", 1.15, 1.4).min() > 0.5


def test_vowels_have_their_shapes():
    vowels = {v: track_of(line(("SP", 0.2), (v, 1.0), ("SP", 0.2))) for v in ("AA", "IY", "UW")}
    mid = {v: {n: float(during(t, n, 0.5, 0.9).mean()) for n in ("open", "wide", "round")} for v, t in vowels.items()}
    assert mid["AA"]["open"] > 2 * mid["IY"]["open"]
    assert mid["IY"]["wide"] > 0.5
    assert mid["UW"]["wide"] < 0
    assert mid["UW"]["round"] > 0.8
    assert max(mid["AA"]["round"], mid["IY"]["round"]) < 0.1


def test_teeth_and_tongue_show_where_they_sound():
    track = track_of(line(("AA", 0.5), ("F", 0.12), ("AA", 0.5), ("L", 0.12), ("AA", 0.5)))
    assert during(track, "tuck", 0.5, 0.62).max() > 0.6
    assert during(track, "tongue", 1.12, 1.24).max() > 0.35
    assert during(track, "tuck", 0.1, 0.3).max() < 0.05


def test_nothing_sung_is_a_closed_mouth():
    track = track_of(line(("AA", 0.5), ("SP", 2.0), ("AA", 0.5)))
    assert during(track, "open", 1.0, 1.8).max() < 0.02
    assert not track_of(line(("SP", 2.0), level=0.0)).values[:, :5].any()


def test_louder_and_higher_is_wider():
    sung = {"quiet": line(("AA", 1.0), level=0.3), "loud": line(("AA", 1.0), level=1.0)}
    heights = {name: float(track_of(one).at("open").max()) for name, one in sung.items()}
    assert heights["loud"] > 1.3 * heights["quiet"]
    leap = line(("AA", 1.0), ("AA", 1.0))
    leap.f0[100:] *= 2
    open_by = track_of(leap, expressive=0.3).at("open")
    assert open_by[70:90].mean() > 1.05 * open_by[20:40].mean()


def test_a_breath_comes_before_the_phrase():
    breath = track_of(line(("SP", 1.0), ("AA", 2.0))).at("breath")
    assert breath[: round(0.4 * FPS)].max() < 0.1
    assert breath[round(0.95 * FPS)] > 0.7
    assert breath[-5] < 0.4


def test_the_head_nods_on_the_beat():
    beats = tuple(np.arange(0.5, 7.5, 0.8))
    with_beats, without = (
        np.mean([track_of(line(("AA", 8.0), beats=b), seed).at("pitch") for seed in range(6)], axis=0)
        for b in (beats, ())
    )
    nods = without - with_beats
    on = np.mean([nods[round(b * FPS)] for b in beats[1:-1]])
    off = np.mean([nods[round((b + 0.5) * FPS)] for b in beats[1:-1]])
    assert on > off + 0.02


def test_takes_differ_in_the_head_and_not_in_the_lips():
    sung = line(("SP", 0.3), ("AA", 3.0), ("SP", 1.0))
    one, two, again = track_of(sung, 1), track_of(sung, 2), track_of(sung, 1)
    assert np.array_equal(one.values, again.values)
    assert np.array_equal(during(one, "open", 0.5, 4.0), during(two, "open", 0.5, 4.0))
    assert np.abs(one.at("yaw") - two.at("yaw")).max() > 0.02


def test_expressive_singers_move_more():
    sung = line(("AA", 6.0), beats=tuple(np.arange(0, 6, 0.5)))
    moved = [np.mean([track_of(sung, seed, e).at("yaw").std() for seed in range(5)]) for e in (0.0, 0.5, 1.0)]
    assert moved[0] < moved[1] < moved[2]


def test_no_sound_no_line():
    assert len(track_by_rule(SungLine((), np.zeros(0, np.float32), np.zeros(0, np.float32)), 25, 3)) == 3
    with pytest.raises(ValueError):
        SungLine((SpokenPhone("AA", 1, 2), SpokenPhone("M", 0, 1)), np.zeros(1), np.zeros(1))


def test_loudness_follows_the_sound_and_silence_is_none():
    rate = 16_000
    samples = np.concatenate([np.zeros(rate), 0.3 * np.sin(np.arange(rate)), 0.03 * np.sin(np.arange(rate))])
    level = loudness_curve(samples.astype(np.float32), rate)
    assert len(level) == 300
    assert level[:95].max() == 0.0
    assert level[110:190].min() > 0.95
    assert np.allclose(level[210:290], 0.5, atol=0.05)
    assert not loudness_curve(np.full(rate, 1e-6, np.float32), rate).any()
