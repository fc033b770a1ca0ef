"""Levels, cuts, gates and lead-ins: what re-singing does around the networks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from engine.audio import read_audio, resample
from engine.codec.harmonic import pulse_train
from engine.errors import InputError
from engine.jobs import CancelToken, JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.singing.resing_f0 import pitches
from engine.singing.resing_level import CEILING, following_gain, gate_gain, limited, loudness_power, with_gain
from engine.singing.resing_pieces import LONGEST_S, Piece, cut_pieces
from engine.singing.resing_render import placed_noise
from engine.singing.resing_settings import ResingSettings
from engine.singing.resing_source import Stretches, open_recording
from engine.singing.resing_survey import survey_recording

FRAME_RATE = 93.75
RATE, HOP = 48_000, 256


def write(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    soundfile.write(path, samples.T, rate, subtype="FLOAT")
    return path


@pytest.mark.parametrize(("rate", "count"), [(48_000, 50_001), (44_100, 44_101), (22_050, 30_003), (96_000, 99_999)])
def test_stretches_are_the_whole_file_in_order(tmp_path: Path, rate: int, count: int) -> None:
    rng = np.random.default_rng(0)
    path = write(tmp_path / "a.wav", rng.uniform(-0.5, 0.5, (2, count)).astype(np.float32), rate)
    recording = open_recording(path, CancelToken())
    whole = resample(read_audio(path).to_mono(), RATE).samples[0]
    stretches = Stretches(recording, RATE)
    parts = [stretches.take(start, start + 3000) for start in range(-1500, len(whole) + 2000, 1500)]
    joined = np.concatenate([part[:1500] for part in parts])
    assert (joined[:1500] == 0).all()
    inside = slice(1500 + 200, 1500 + len(whole) - 200)
    np.testing.assert_allclose(joined[inside], whole[200:-200], atol=2e-4)
    assert np.abs(joined[1500 + len(whole) + 600 :]).max(initial=0) < 1e-6
    with pytest.raises(ValueError, match="is gone"):
        stretches.take(0, 10)


def test_channels_that_cancel_are_not_averaged(tmp_path: Path) -> None:
    one = np.sin(np.arange(20_000) / 20).astype(np.float32)
    recording = open_recording(write(tmp_path / "a.wav", np.stack([one, -one])), CancelToken())
    assert recording.channel is not None
    assert np.abs(Stretches(recording, RATE).take(0, 20_000)).max() > 0.9
    assert open_recording(write(tmp_path / "b.wav", np.stack([one, one])), CancelToken()).channel is None


levels = st.lists(st.tuples(st.integers(1, 400), st.sampled_from([0.0, 0.001, 0.2, 0.4])), min_size=1, max_size=20)


@given(levels)
def test_pieces_hold_all_that_sounds_once(spans: list[tuple[int, float]]) -> None:
    level = np.concatenate([np.full(length, value, np.float32) for length, value in spans])
    pieces = cut_pieces(level, 0.01, FRAME_RATE)
    owned = np.zeros(len(level), int)
    for piece in pieces:
        assert 0 <= piece.heard_start <= piece.start < piece.end <= piece.heard_end <= len(level)
        assert piece.phrase_start <= piece.heard_start
        assert piece.end - piece.start <= LONGEST_S * FRAME_RATE
        owned[piece.start : piece.end] += 1
    assert owned.max(initial=0) <= 1
    assert (owned[level > 0.01] == 1).all()
    for before, after in pairwise(pieces):
        assert after.follows == (before.end == after.start and after.phrase_start == before.phrase_start)


def test_a_long_phrase_is_cut_where_it_is_softest() -> None:
    level = np.full(2500, 0.3, np.float32)
    level[1100:1110] = 0.1
    first, second = cut_pieces(level, 0.01, FRAME_RATE)[:2]
    assert 1100 <= first.end <= 1110
    assert second.follows
    assert second.heard_start < first.end < first.heard_end


def test_a_gate_opens_before_and_closes_after_and_never_jumps() -> None:
    level = np.zeros(200, np.float32)
    level[50:120] = 0.2
    gain = gate_gain(level, 0.01, FRAME_RATE, 2)
    assert len(gain) == 400
    assert (gain[:80] == 0).all()
    assert (gain[300:] == 0).all()
    np.testing.assert_allclose(gain[104:242], 1.0)
    assert np.abs(np.diff(gain)).max() < 0.4
    assert ((gain >= 0) & (gain <= 1 + 1e-12)).all()


def test_levels_are_followed_within_a_decibel() -> None:
    rng = np.random.default_rng(3)
    swell = np.repeat(10 ** (np.linspace(-30, 0, 400) / 20), HOP)
    wanted = (0.2 * swell * np.sin(2 * np.pi * 300 * np.arange(400 * HOP) / RATE)).astype(np.float32)
    sung = (0.05 * rng.standard_normal(400 * HOP)).astype(np.float32)
    powers = [loudness_power(x, RATE, HOP) for x in (wanted, sung)]
    followed = with_gain(sung, following_gain(*powers, 0.2))
    away = 10 * np.log10(loudness_power(followed, RATE, HOP)[10:-10] / powers[0][10:-10])
    assert np.abs(away).max() < 1.5
    assert abs(float(np.median(away))) < 0.5


def test_nothing_is_not_blown_up() -> None:
    silent = np.zeros(40 * HOP, np.float32)
    noise = np.full(40 * HOP, 1e-6, np.float32)
    loud = np.full(40 * HOP, 0.0, np.float32)
    loud[:] = 0.3 * np.sin(np.arange(len(loud)) / 10)
    gain = following_gain(loudness_power(loud, RATE, HOP), loudness_power(noise, RATE, HOP), 0.2)
    assert gain.max() <= 10 ** (18.001 / 20)
    assert (with_gain(silent, gain) == 0).all()


def test_peaks_stay_below_the_ceiling_and_the_rest_as_it_is() -> None:
    rng = np.random.default_rng(5)
    samples = (0.2 * rng.standard_normal(300 * HOP)).clip(-0.8, 0.8).astype(np.float32)
    samples[100 * HOP + 7] = 2.5
    samples[200 * HOP : 201 * HOP] *= 4
    found = limited(samples, RATE, HOP)
    assert np.abs(found).max() <= CEILING + 1e-6
    np.testing.assert_allclose(found[: 80 * HOP], samples[: 80 * HOP], rtol=1e-6)
    quiet = samples.clip(-0.9, 0.9)
    assert limited(quiet, RATE, HOP) is quiet


def test_the_pulses_of_a_piece_that_follows_fall_on_those_before(tiny_singer: HiddenSinger) -> None:
    codec = tiny_singer.codec
    hop = codec.hop_length // codec.subframes
    rng = np.random.default_rng(8)
    f0 = (180 * np.exp2(np.cumsum(rng.normal(0, 0.004, 3000)))).astype(np.float32)
    pieces = [Piece(0, 1000, 0, 1090, 0, False), Piece(1000, 1500, 910, 1500, 0, True)]
    before, after = pitches(f0, pieces, 1.0, codec)
    np.testing.assert_allclose(after.sung[180:], f0[2000:], rtol=1e-6)
    assert np.abs(1200 * np.log2(after.sung[:180] / f0[1820:2000])).max() < 40
    first = pulse_train(before.sung, codec.sample_rate, hop, 0.3)[2000 * hop - 2000 : 2000 * hop + 2000]
    second = pulse_train(after.sung, codec.sample_rate, hop, 0.3)[180 * hop - 2000 : 180 * hop + 2000]
    # Low-passed: a sample's shift of a pulse says little about what is heard.
    smooth = np.hanning(64)
    a, b = (np.convolve(x, smooth, "same") for x in (first, second))
    assert np.corrcoef(a[1800:2200], b[1800:2200])[0, 1] > 0.98


def test_transposition_moves_f0_by_exactly_so_much(tiny_singer: HiddenSinger) -> None:
    f0 = np.array([0, 200, 210, 0, 0, 300, 310, 0], np.float32)
    pieces = [Piece(0, 4, 0, 4, 0, False)]
    plain, moved = (pitches(f0, pieces, factor, tiny_singer.codec)[0] for factor in (1.0, 2 ** (7 / 12)))
    np.testing.assert_allclose(moved.sung / plain.sung, 2 ** (7 / 12), rtol=1e-6)
    np.testing.assert_allclose(plain.told, [200, 210, 300, 310])
    np.testing.assert_allclose(moved.told, plain.told * 2 ** (7 / 12), rtol=1e-6)


@given(st.integers(0, 500), st.integers(1, 300), st.integers(0, 200))
def test_noise_is_the_same_at_the_same_place(first: int, frames: int, later: int) -> None:
    whole = placed_noise(3, first, frames + later, 4)
    np.testing.assert_array_equal(placed_noise(3, first + later, frames, 4), whole[:, later:])


def test_a_survey_knows_silence_from_singing(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    sound = 0.001 * rng.standard_normal(RATE * 3)
    sound[RATE : 2 * RATE] += 0.3 * np.sin(np.arange(RATE) / 20)
    recording = open_recording(write(tmp_path / "a.wav", sound[None].astype(np.float32)), CancelToken())
    survey = survey_recording(recording, RATE, 512, JobContext())
    sounding = survey.levels > survey.gate
    assert sounding[96:184].all()
    assert sounding[:90].mean() < 0.1
    assert survey.loud == pytest.approx(0.3 / 2**0.5, rel=0.13)


@pytest.mark.parametrize("values", [{"breathiness": 2.0}, {"tension": -1.5}, {"gender": 9.0}])
def test_knobs_have_their_range(values: dict[str, float]) -> None:
    with pytest.raises(InputError, match="cannot be"):
        ResingSettings(**values)


def test_tone_is_asked_for_where_the_recording_has_one(tiny_singer: HiddenSinger) -> None:
    codec = tiny_singer.codec
    f0 = np.full(200 * codec.subframes, 220.0, np.float32)
    gap = slice(80 * codec.subframes, 120 * codec.subframes)
    f0[gap] = 0
    voicing = pitches(f0, [Piece(0, 200, 0, 200, 0, False)], 1.0, codec)[0].voicing
    assert (voicing[f0 > 0] == 1).all()
    assert (np.diff(voicing[gap][: (gap.stop - gap.start) // 2]) <= 0).all()
    assert voicing[gap].min() == 0
