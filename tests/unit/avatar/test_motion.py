"""A vocal becomes motion: windows join without a seam, come while it is sung, and keep still where nothing is sung."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Audio
from engine.avatar.features import hear, num_pictures
from engine.avatar.gestures import chance_of
from engine.avatar.latents import encode_motion, gesture_directions
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine, loudness_curve
from engine.avatar.lips import NUM_LIPS
from engine.avatar.motion import (
    HEAD_ROUNDS,
    OVERLAP,
    SHUT_AFTER,
    USUAL_EXPRESSIVE,
    Manner,
    _eased,
    _eased_blocks,
    _moving,
    move,
    moved_blocks,
)
from engine.avatar.params import HIGH, LOW, NUM_PARAMS, index_of
from engine.avatar.rules import track_by_rule
from engine.errors import Cancelled
from engine.jobs import CancelToken, JobContext, Progress
from tests.tiny_animator import FakeAnimator, FakeSettings, knowing, still

RATE = 16_000
REFERENCE = np.zeros((3, 64, 64), np.float32)
HEAD = ("brows", "yaw", "pitch", "roll")
LIPS = slice(0, NUM_LIPS)


def sounding(*seconds: float) -> Audio:
    """Noise and silence in turns, of these lengths."""
    rng = np.random.default_rng(0)
    parts = [
        rng.standard_normal((1, round(s * RATE))) * (0.2 if turn % 2 == 0 else 0.0) for turn, s in enumerate(seconds)
    ]
    return Audio(np.concatenate(parts, axis=1).astype(np.float32), RATE)


def waves(count: int, seed: int = 0) -> np.ndarray:
    """Smooth motion of every parameter, within its range."""
    rng = np.random.default_rng(seed)
    times = np.arange(count)[:, None] / 25
    waves = np.sin(2 * np.pi * (rng.uniform(0.05, 0.3, NUM_PARAMS) * times + rng.uniform(0, 1, NUM_PARAMS)))
    return (LOW + (HIGH - LOW) * (0.5 + 0.4 * waves)).astype(np.float32)


def echo() -> FakeAnimator:
    """Its motion is what the noise says."""
    return FakeAnimator(lambda window, first, z: z)


def moved(animator: FakeAnimator, audio: Audio, manner: Manner | None = None, line: SungLine | None = None):
    return move(animator, audio, REFERENCE, manner or Manner(), JobContext(), line)


def line_for(audio: Audio) -> SungLine:
    level = loudness_curve(audio.samples[0], RATE)
    labels = ("AA", "M", "IY", "UW", "F")
    phones = tuple(SpokenPhone(labels[i % 5], 0.2 * i, 0.2 * i + 0.2) for i in range(round(len(level) / RATE_HZ / 0.2)))
    return SungLine(phones, np.full(len(level), 220, np.float32), level)


@pytest.mark.parametrize("seconds", [0.04, 0.1, 0.36, 0.4, 0.44, 0.68, 1.0, 3.33])
def test_what_the_network_states_comes_back(seconds):
    """Wherever windows meet: straight lines and lids are not changed by what is smoothed."""
    audio = sounding(seconds)
    count = max(1, num_pictures(audio.samples.shape[1], RATE, 25))
    rng = np.random.default_rng(1)
    begin, end = (LOW + (HIGH - LOW) * rng.uniform(0.1, 0.9, (2, 1, NUM_PARAMS))).astype(np.float32)
    values = begin + (end - begin) * np.linspace(0, 1, count, dtype=np.float32)[:, None]
    lids = index_of("lids")
    values[:, lids] = rng.uniform(0, 1, count)
    track = moved(knowing(values), audio)
    assert (len(track), track.fps) == (count, 25)
    inner = slice(HEAD_ROUNDS, max(HEAD_ROUNDS, count - HEAD_ROUNDS))
    np.testing.assert_allclose(track.values[inner], values[inner], atol=2e-3)
    np.testing.assert_allclose(track.values[:, lids], values[:, lids], atol=1e-4)


def test_the_blocks_are_the_whole_motion_in_order():
    audio = sounding(4.1)
    values = waves(103)
    blocks = list(moved_blocks(knowing(values), audio, REFERENCE, Manner(), JobContext()))
    assert len(blocks) > 5
    assert all(len(block) for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks), moved(knowing(values), audio).values)


def test_the_first_pictures_are_there_after_one_window():
    animator = knowing(waves(1000))
    blocks = moved_blocks(animator, sounding(40.0), REFERENCE, Manner(), JobContext())
    assert animator.calls == 0
    first = next(blocks)
    assert len(first) >= 1
    assert animator.calls == animator.settings.num_steps
    asked = [animator.calls]
    for _ in range(3):
        next(blocks)
        asked.append(animator.calls)
    assert np.diff(asked).max() <= animator.settings.num_steps


@pytest.mark.parametrize("frames", [8, 16, 24, 40])
def test_the_length_of_windows_does_not_show(frames):
    """The noise belongs to pictures, not to windows."""
    audio = sounding(2.6)
    of_16 = moved(echo(), audio).values
    other = FakeAnimator(lambda window, first, z: z, FakeSettings(frames=frames))
    np.testing.assert_allclose(moved(other, audio).values, of_16, atol=1e-5)


def test_where_windows_disagree_one_fades_into_the_other():
    low, high = still(yaw=0.1), still(yaw=0.5)
    animator = FakeAnimator(lambda window, first, z: knowing((low, high)[window % 2][None]).answer(0, 0, z))
    yaw = moved(animator, sounding(3.0)).at("yaw")
    assert yaw.min() == pytest.approx(0.1, abs=1e-3)
    assert yaw.max() == pytest.approx(0.5, abs=0.02)  # the tops are as short as they are, and rounded
    assert np.abs(np.diff(yaw)).max() <= 0.4 / OVERLAP + 1e-3


def test_each_picture_is_told_its_own_sound_and_what_lies_around():
    audio = sounding(0.8, 0.4, 0.8)
    line = line_for(audio)
    animator = knowing(waves(50))
    moved(animator, audio, line=line)
    bands = hear(audio)
    padded = np.pad(bands, ((40, 40), (0, 0), (0, 0)))
    config = animator.settings
    for window, (heard, streams, present) in enumerate(animator.heard):
        start = -OVERLAP // 2 + window * (config.frames - OVERLAP) - config.margin
        np.testing.assert_array_equal(heard, padded[start + 40 :][: config.frames + 2 * config.margin])
        assert len(streams) == len(heard)
        assert present.tolist() == [1] * 6
    unknown = knowing(waves(50))
    moved(unknown, audio)
    assert all(present.tolist() == [1, 0, 0, 0, 0, 0] for _, _, present in unknown.heard)
    assert not any(streams.any() for _, streams, _ in unknown.heard)


@settings(max_examples=60)
@given(count=st.integers(1, 70), cuts=st.lists(st.integers(1, 69)))
def test_smoothing_in_blocks_is_smoothing_at_once(count, cuts):
    rows = np.random.default_rng(count).uniform(-1, 1, (count, NUM_PARAMS)).astype(np.float32)
    edges = sorted({cut for cut in cuts if cut < count})
    blocks = list(_eased_blocks(np.split(rows, edges), count))
    assert all(len(block) for block in blocks)
    np.testing.assert_allclose(np.concatenate(blocks), _eased(rows), atol=1e-6)


def test_trembling_heads_come_to_rest_and_lids_do_not():
    rows = np.zeros((60, NUM_PARAMS), np.float32)
    rows[::2] = 0.4
    spread = _eased(rows)[8:-8].std(axis=0)
    assert spread[[index_of(name) for name in HEAD]].max() < 1e-3
    assert spread[index_of("lids")] == pytest.approx(0.2, abs=1e-3)


def test_silence_closes_the_lips_and_leaves_the_head():
    audio = sounding(2.0, 2.0, 1.0)
    row = still(open=0.8, wide=0.5, round=0.4, tuck=0.3, tongue=0.2, yaw=0.3)
    track = moved(knowing(row[None]), audio)
    silent = slice(50 + SHUT_AFTER, 100 - SHUT_AFTER)
    assert not track.values[silent, LIPS].any()
    assert track.values[:48, LIPS] == pytest.approx(np.tile(row[LIPS], (48, 1)), abs=1e-3)
    assert track.values[101:, LIPS] == pytest.approx(np.tile(row[LIPS], (24, 1)), abs=1e-3)
    assert np.abs(track.at("yaw") - 0.3).max() < 1e-3
    assert np.abs(np.diff(track.at("open"))).max() < 0.4  # it closes and opens in some pictures, not in one


def test_a_gap_between_words_is_no_silence():
    bands = np.ones((30, 4, 40), np.float32)
    bands[10] = 0
    assert (_moving(bands) == 1).sum() == 29
    assert _moving(bands).min() > 0.5


def test_where_nothing_is_heard_the_mouth_rests():
    audio = Audio(np.zeros((1, RATE), np.float32), RATE)
    track = moved(knowing(still(open=1.0, yaw=0.2)[None]), audio)
    assert not track.values[:, LIPS].any()
    np.testing.assert_allclose(track.at("yaw"), 0.2, atol=1e-3)


@pytest.mark.parametrize("expressive", [0.0, 0.6, 1.0])
def test_known_phones_have_exact_lips(expressive):
    audio = sounding(2.0, 0.6, 1.0)
    line = line_for(audio)
    track = moved(echo(), audio, Manner(seed=5, expressive=expressive), line)
    by_rule = track_by_rule(line, 25, len(track), 0, expressive)
    np.testing.assert_array_equal(track.values[:, LIPS], by_rule.values[:, LIPS])
    assert track.at("yaw").std() > 0.003


def test_a_line_without_phones_leaves_the_lips_to_the_network():
    audio = sounding(1.0)
    row = still(open=0.5)[None]
    track = moved(knowing(row), audio, line=replace(line_for(audio), phones=()))
    np.testing.assert_allclose(track.at("open"), 0.5, atol=1e-3)


def test_expressive_singers_move_more_and_usual_ones_as_the_network_says():
    audio, row = sounding(1.0), still(open=0.4, wide=0.3, yaw=0.3, brows=0.2, lids=0.5, smile=0.1)
    none, usual, most = (moved(knowing(row[None]), audio, Manner(expressive=e)) for e in (0, USUAL_EXPRESSIVE, 1))
    np.testing.assert_allclose(usual.values, np.tile(row, (25, 1)), atol=2e-3)
    for name in ("open", "wide", "yaw", "brows"):
        assert none.at(name).mean() < usual.at(name).mean() < most.at(name).mean()
    for name in ("lids", "smile"):  # nobody blinks less for being shy
        np.testing.assert_allclose(none.at(name), most.at(name), atol=1e-6)


def test_a_seed_is_a_take():
    audio = sounding(4.0)
    one, again, other = (moved(echo(), audio, Manner(seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.values, again.values)
    assert np.abs(one.at("yaw") - other.at("yaw")).max() > 0.02


def test_a_take_is_as_the_rules_chance_says():
    """The noise of every window begins with what is chance in the gestures of this seed."""
    given: list[tuple[int, np.ndarray]] = []

    def answer(_: int, first: int, z: np.ndarray) -> np.ndarray:
        given.append((first, z))
        return z

    moved(FakeAnimator(answer), sounding(3.0), Manner(seed=11, num_steps=1))
    chance = chance_of(11, 100, 25)
    assert len(given) > 5
    for first, z in given:
        along = z.reshape(len(z), -1) @ gesture_directions().T
        inside = slice(max(0, -first), len(z))
        np.testing.assert_allclose(along[inside], chance[max(0, first) : first + len(z)], atol=1e-4)


def test_the_sampler_takes_as_many_steps_as_asked():
    for asked, taken in ((None, 2), (1, 1), (5, 5)):
        animator = knowing(waves(25))
        moved(animator, sounding(1.0), Manner(num_steps=asked))
        assert animator.calls == taken * animator.windows


def test_values_stay_within_their_ranges():
    wild = FakeAnimator(lambda window, first, z: 50 * z)
    values = moved(wild, sounding(2.0), Manner(expressive=1)).values
    assert (values >= LOW).all()
    assert (values <= HIGH).all()


def test_a_cancel_stops_before_the_next_window():
    token = CancelToken()
    animator = knowing(waves(500))
    blocks = moved_blocks(animator, sounding(20.0), REFERENCE, Manner(), JobContext(token=token))
    next(blocks)
    token.cancel()
    asked = animator.calls
    with pytest.raises(Cancelled):
        next(blocks)
    assert animator.calls == asked
    assert all(given is token for given in animator.tokens)  # a running network is told too


def test_every_window_is_a_step():
    heard: list[Progress] = []
    animator = knowing(waves(100))
    move(animator, sounding(4.0), REFERENCE, Manner(), JobContext(heard.append))
    assert [step.done for step in heard] == list(range(animator.windows + 1))
    assert {step.total for step in heard} == {animator.windows}


def test_a_gain_makes_a_gesture_larger_and_nothing_else():
    rng = np.random.default_rng(5)
    rows = 0.2 * rng.uniform(-1, 1, NUM_PARAMS).astype(np.float32)
    plain, larger = (
        moved(FakeAnimator(lambda *_: encode_motion(np.tile(rows, (16, 1))), FakeSettings(gains=gains)), sounding(3.0))
        for gains in ({}, {"roll": 2.0, "unknown": 3.0})
    )
    np.testing.assert_allclose(larger.at("roll"), 2 * plain.at("roll"), atol=1e-4)
    others = [index for index in range(NUM_PARAMS) if index != index_of("roll")]
    np.testing.assert_allclose(larger.values[:, others], plain.values[:, others], atol=1e-5)
