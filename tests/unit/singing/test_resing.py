"""A recording sung again by the tiny voice: length, time, pitch, level, seams."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.audio.f0 import track_f0
from engine.errors import Cancelled, InputError
from engine.jobs import JobContext, Progress
from engine.models import InstalledModel, load_manifest
from engine.models.hidden_singer import HiddenSinger, build_hidden_singer
from engine.singing import render_ahead, resing, resing_pieces
from engine.singing.cache import PhraseCache
from engine.singing.resing import HeardRecording, hear_recording, remarks, sing_again
from engine.singing.resing import Progress as Done
from engine.singing.resing_settings import ResingSettings
from engine.singing.resing_source import open_recording
from engine.singing.settings import SingSettings
from tests.tiny_listening import add_listening
from tests.unit.audio.test_f0 import FORMANTS, curve, vowel

RATE = 48_000
SING = SingSettings(num_steps=2, temperature=0.3)


@pytest.fixture(scope="module")
def singer(tiny_voice: object, tmp_path_factory: pytest.TempPathFactory) -> HiddenSinger:
    """The tiny voice with a listening network."""
    import shutil

    folder = tmp_path_factory.mktemp("listening") / "tiny"
    shutil.copytree(tiny_voice.folder, folder)  # type: ignore[attr-defined]
    add_listening(folder)
    return build_hidden_singer(InstalledModel(load_manifest(folder / "manifest.json"), folder), "cpu", 1)


def sung_line() -> np.ndarray:
    """Two phrases of three vowels with a second of silence between, 5.5 s in all; soft enough for no limiter."""
    f0 = np.concatenate([curve(hz, 0.6) for hz in (220, 262, 247)])
    phrase = 0.25 * np.concatenate(
        [vowel(part, kind) for part, kind in zip(np.split(f0, 3), FORMANTS.values(), strict=True)]
    )
    gap = np.zeros(RATE, np.float32)
    return np.concatenate([gap[: RATE // 2], phrase, gap, 0.3 * phrase, gap[: RATE // 3]]).astype(np.float32)


def heard_of(folder: Path, samples: np.ndarray, singer: HiddenSinger, rate: int = RATE) -> HeardRecording:
    soundfile.write(folder / "in.wav", samples.T, rate, subtype="FLOAT")
    context = JobContext()
    return hear_recording(open_recording(folder / "in.wav", context.token), singer, context)


def sung(heard: HeardRecording, singer: HiddenSinger, settings: ResingSettings, **more: object) -> np.ndarray:
    return np.concatenate(list(sing_again(heard, singer, settings, JobContext(), **more)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def heard(singer: HiddenSinger, tmp_path_factory: pytest.TempPathFactory) -> HeardRecording:
    return heard_of(tmp_path_factory.mktemp("line"), sung_line(), singer)


@pytest.fixture(scope="module")
def again(heard: HeardRecording, singer: HiddenSinger) -> np.ndarray:
    return sung(heard, singer, ResingSettings(SING))


def test_it_is_as_long_and_silent_where_the_recording_is(heard: HeardRecording, again: np.ndarray) -> None:
    line = sung_line()
    assert len(heard.pieces) == 2
    assert len(again) == -(-len(line) // 512) * 512
    assert (again[: RATE // 2 - 12_000] == 0).all()
    phrase = round(0.6 * RATE / 256) * 256 * 3
    middle = RATE // 2 + phrase + RATE // 2
    assert (again[middle - 8000 : middle + 8000] == 0).all()
    assert np.abs(again).max() > 0.05


def test_pitch_is_that_of_the_recording(heard: HeardRecording, again: np.ndarray) -> None:
    found = track_f0(again, RATE, 256).f0
    both = (found > 0) & (heard.f0 > 0)
    assert both.sum() > 0.8 * (heard.f0 > 0).sum()
    cents = 1200 * np.log2(found[both] / heard.f0[both])
    assert abs(float(np.median(cents))) < 3
    assert np.mean(np.abs(cents) > 50) < 0.05


@pytest.mark.parametrize("semitones", [-12, 5])
def test_transposition_moves_the_pitch(heard: HeardRecording, singer: HiddenSinger, semitones: int) -> None:
    settings = ResingSettings(SingSettings(num_steps=1, temperature=0.3, transpose=semitones))
    found = track_f0(sung(heard, singer, settings), RATE, 256).f0
    both = (found > 0) & (heard.f0 > 0)
    assert both.sum() > 0.7 * (heard.f0 > 0).sum()
    assert float(np.median(12 * np.log2(found[both] / heard.f0[both]))) == pytest.approx(semitones, abs=0.05)


def rms_db(samples: np.ndarray) -> np.ndarray:
    power = (samples[: len(samples) // 4800 * 4800].reshape(-1, 4800).astype(np.float64) ** 2).mean(axis=1)
    return 10 * np.log10(power + 1e-12)


def test_loudness_follows_the_recording_or_does_not(
    heard: HeardRecording, again: np.ndarray, singer: HiddenSinger
) -> None:
    wanted = rms_db(sung_line())
    inside = wanted > wanted.max() - 20
    assert np.abs(np.median((rms_db(again)[: len(wanted)] - wanted)[inside])) < 1.5
    assert np.percentile(np.abs((rms_db(again)[: len(wanted)] - wanted)[inside]), 90) < 4
    flat = rms_db(sung(heard, singer, ResingSettings(SING, follow=False)))[: len(wanted)]
    loud, soft = inside & (wanted > wanted.max() - 6), inside & (wanted < wanted.max() - 8)
    assert abs(float(np.median(flat[loud]) - np.median(flat[soft]))) < 4
    assert float(np.median(wanted[loud]) - np.median(wanted[soft])) > 8


def test_attacks_stand_where_they_were(again: np.ndarray) -> None:
    """The level of each phrase rises within 15 ms of the recording's."""
    for begin in (RATE // 2, RATE // 2 + round(0.6 * RATE / 256) * 256 * 3 + RATE):
        window = np.abs(again[begin - 9600 : begin + 9600])
        level = np.sqrt(np.convolve(window.astype(np.float64) ** 2, np.ones(480) / 480, "same"))
        rise = int(np.argmax(level > 0.4 * np.median(level[12_000:]))) - 9600
        assert abs(rise) < 0.015 * RATE


def test_the_same_seed_sings_the_same_and_another_another(
    heard: HeardRecording, again: np.ndarray, singer: HiddenSinger
) -> None:
    np.testing.assert_array_equal(sung(heard, singer, ResingSettings(SING)), again)
    other = sung(heard, singer, ResingSettings(SingSettings(num_steps=2, temperature=0.3, seed=1)))
    assert np.abs(other - again).max() > 1e-3


def test_pieces_meet_without_a_seam(singer: HiddenSinger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A breathless phrase, whole and in pieces, differs by little, and not more at its cuts."""
    line = np.concatenate([vowel(curve(hz, 1.0), FORMANTS["a"]) for hz in (220, 247, 262, 294, 262, 220)])
    (tmp_path / "whole").mkdir()
    whole = heard_of(tmp_path / "whole", line, singer)
    assert len(whole.pieces) == 1
    settings = ResingSettings(SingSettings(num_steps=1, temperature=0.0))
    first = sung(whole, singer, settings)
    monkeypatch.setattr(resing_pieces, "LONGEST_S", 2.5)
    monkeypatch.setattr(resing_pieces, "CUT_WITHIN_S", 1.0)
    (tmp_path / "cut").mkdir()
    cut = heard_of(tmp_path / "cut", line, singer)
    assert len(cut.pieces) > 2
    # Octave slips apart, pitch is the same however cut.
    np.testing.assert_allclose(cut.f0, whole.f0, rtol=2e-3)
    second = sung(cut, singer, settings)
    harmonic = rms_db(first - second) - rms_db(first)
    inside = rms_db(first) > rms_db(first).max() - 30
    assert np.median(harmonic[inside]) < -12
    cuts = np.array([piece.start * 512 for piece in cut.pieces[1:]])
    jump = np.abs(np.diff(second))
    for at in cuts:
        assert jump[at - 480 : at + 480].max() <= 1.5 * jump[at - 9600 : at + 9600].max()
        near = rms_db(second[at - 4800 : at + 4800])
        assert np.abs(near - rms_db(first[at - 4800 : at + 4800])).max() < 1.0


def test_the_cache_gives_the_same_and_only_what_changed_is_sung(
    heard: HeardRecording, again: np.ndarray, singer: HiddenSinger, tmp_path: Path
) -> None:
    cache = PhraseCache(tmp_path / "cache")
    np.testing.assert_array_equal(sung(heard, singer, ResingSettings(SING), cache=cache), again)
    done = Done()
    np.testing.assert_array_equal(sung(heard, singer, ResingSettings(SING), cache=cache, progress=done), again)
    assert done.cached_pieces == 2
    edited = sung_line()
    edited[-2 * RATE :] *= np.float32(0.8)
    done = Done()
    sung(heard_of(tmp_path, edited, singer), singer, ResingSettings(SING), cache=cache, progress=done)
    assert done.cached_pieces == 1


def test_pieces_sung_side_by_side_are_those_sung_one_by_one(
    heard: HeardRecording, again: np.ndarray, singer: HiddenSinger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the bit, and several are really at work at once."""
    both = threading.Barrier(2, timeout=60)
    render = resing.render_piece

    def together(*given: Any) -> np.ndarray:
        both.wait()
        return render(*given)

    monkeypatch.setattr(resing, "in_order", lambda tasks, work: render_ahead.in_order(tasks, work, 1))
    np.testing.assert_array_equal(sung(heard, singer, ResingSettings(SING)), again)
    monkeypatch.setattr(resing, "render_piece", together)
    monkeypatch.setattr(resing, "in_order", lambda tasks, work: render_ahead.in_order(tasks, work, 2))
    np.testing.assert_array_equal(sung(heard, singer, ResingSettings(SING)), again)


def test_a_loop_is_sung_once(singer: HiddenSinger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the same bar: the others wait for the first, however many are at work."""
    bar = np.concatenate([0.25 * vowel(curve(220, 0.5)), np.zeros(RATE, np.float32)])
    bar = np.pad(bar, (0, -len(bar) % 512))
    monkeypatch.setattr(resing, "in_order", lambda tasks, work: render_ahead.in_order(tasks, work, 4))
    loop = heard_of(tmp_path, np.tile(bar, 4).astype(np.float32), singer)
    keys = set()
    monkeypatch.setattr(resing, "_key", lambda _, part: keys.add(f"{len(part.samples)}") or f"{len(part.samples)}")
    done = Done()
    sung(loop, singer, ResingSettings(SING), cache=PhraseCache(tmp_path / "cache"), progress=done)
    assert len(loop.pieces) == 4
    assert done.cached_pieces == 4 - len(keys)


def test_an_unknown_speaker_is_one_sentence(heard: HeardRecording, singer: HiddenSinger) -> None:
    with pytest.raises(InputError, match="speaker"):
        sung(heard, singer, ResingSettings(SingSettings(speaker=7)))


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(RATE, np.float32), "is silent"),
        (np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32), "No voice is to be heard"),
        (np.eye(1, RATE, 9000, dtype=np.float32)[0], "No voice is to be heard"),
        (np.ones(40, np.float32), "No voice is to be heard"),
    ],
    ids=["silence", "noise", "a click", "forty samples"],
)
def test_no_voice_is_one_sentence(singer: HiddenSinger, tmp_path: Path, samples: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        heard_of(tmp_path, samples, singer)


def test_what_should_be_known_is_said(singer: HiddenSinger, tmp_path: Path) -> None:
    low = heard_of(tmp_path, vowel(curve(82.4, 1.5)), singer)
    (line,) = remarks(low, singer, ResingSettings(SING))
    assert "below the range" in line
    assert "transposed by +24" in line
    up = ResingSettings(SingSettings(transpose=24))
    assert list(remarks(low, singer, up)) == []
    noise = np.random.default_rng(0).normal(0, 0.1, 3 * RATE).astype(np.float32)
    noise[:RATE] = np.resize(vowel(curve(300, 0.4)), RATE) * (np.arange(RATE) < 19_000)
    told = list(remarks(heard_of(tmp_path, noise, singer), singer, ResingSettings(SING)))
    assert any("isolate its vocal" in line for line in told)


def test_a_cancel_ends_it(heard: HeardRecording, singer: HiddenSinger) -> None:
    context = JobContext()
    blocks: Iterator[np.ndarray] = sing_again(heard, singer, ResingSettings(SING), context)
    next(blocks)
    context.token.cancel()
    with pytest.raises(Cancelled):
        list(blocks)


def test_progress_goes_forward(singer: HiddenSinger, heard: HeardRecording) -> None:
    seen: list[Progress] = []
    list(sing_again(heard, singer, ResingSettings(SING), JobContext(seen.append)))
    assert [entry.done for entry in seen] == [0, 1, 2]
    assert {entry.total for entry in seen} == {2}
