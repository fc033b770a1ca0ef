"""What a folder of recordings is: found, decoded, judged, cut."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import fftconvolve

from engine.errors import InputError
from engine.train.own.cutting import LONGEST_S, SHORTEST_S, TARGET_DB, cut, gain_db
from engine.train.own.hearing import FRAME_S, Heard, hear, levels, remarks
from engine.train.own.pieces import Studio, put_aside
from engine.train.own.recordings import SAMPLE_RATE, Decoded, decode, find_takes, forget
from tests.tiny_base import voice


def decoded(samples: np.ndarray, rate: int = SAMPLE_RATE, clipped_s: float = 0.0, side: float = 0.0) -> Decoded:
    return Decoded(samples.astype(np.float32), rate, 1, clipped_s, side)


def heard(samples: np.ndarray, **more: float) -> Heard:
    return hear("a.wav", decoded(samples, **more))  # type: ignore[arg-type]


def said(*found: Heard) -> str:
    return " ".join(remarks(found))


@pytest.fixture(scope="module")
def clean() -> np.ndarray:
    return np.tile(voice(4.0), 19)


def test_a_folder_is_searched_and_words_lie_beside(tmp_path: Path) -> None:
    (tmp_path / "day 2").mkdir()
    for name in ("a.wav", "day 2/a.wav", "day 2/.hidden.wav"):
        soundfile.write(tmp_path / name, np.zeros(100), 8000)
    (tmp_path / "a.txt").write_text("la la")
    (tmp_path / "notes.txt").write_text("x")
    takes = find_takes(tmp_path)
    assert [take.path.name for take in takes] == ["a.wav", "a.wav"]
    assert [take.words for take in takes] == [tmp_path / "a.txt", None]
    assert len({take.name for take in takes}) == 2
    soundfile.write(tmp_path / "a.wav", np.zeros(200), 8000)
    assert find_takes(tmp_path)[0].name != takes[0].name


@pytest.mark.parametrize(("make", "saying"), [(True, "holds no recordings"), (False, "is no folder")])
def test_a_folder_without_recordings(tmp_path: Path, make: bool, saying: str) -> None:
    folder = tmp_path / "empty"
    if make:
        folder.mkdir()
    with pytest.raises(InputError, match=saying):
        find_takes(folder)


@pytest.mark.parametrize(("rate", "suffix"), [(44_100, "flac"), (16_000, "wav"), (48_000, "ogg")])
def test_any_rate_and_format_is_decoded_to_48k_mono(tmp_path: Path, rate: int, suffix: str) -> None:
    times = np.arange(2 * rate) / rate
    tone = 0.3 * np.sin(2 * np.pi * 440 * times)
    soundfile.write(tmp_path / f"a.{suffix}", np.stack([tone, 0.5 * tone], axis=1), rate)
    (take,) = find_takes(tmp_path)
    found = decode(take, tmp_path, lambda: None)
    assert (found.sample_rate, found.channels) == (rate, 2)
    assert len(found.samples) == pytest.approx(2 * SAMPLE_RATE, abs=2)
    middle = found.samples[SAMPLE_RATE : SAMPLE_RATE + 4800]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(4800)))
    assert spectrum.argmax() * 10 == 440
    assert np.abs(middle).max() == pytest.approx(0.225, rel=0.05)
    assert found.side == pytest.approx(1 / 9, rel=0.1)
    del middle, found
    forget(take, tmp_path)
    assert not list(tmp_path.glob("*.f32"))


def test_a_clean_voice_raises_no_doubt(clean: np.ndarray) -> None:
    assert "minutes of voice" in said(heard(clean))
    assert len(remarks([heard(clean)])) == 1


def test_too_little_is_one_sentence(clean: np.ndarray) -> None:
    with pytest.raises(InputError, match=r"hold [0-9]+ seconds of voice"):
        remarks([heard(clean[: 10 * SAMPLE_RATE])])
    assert "sketch" in said(heard(clean[: 35 * SAMPLE_RATE]))


def test_faults_are_heard(clean: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    loud = clean / np.abs(clean).max()
    assert "is noisy" in said(heard(clean + 0.006 * rng.standard_normal(len(clean))))
    assert "very soft" in said(heard(0.005 * clean))
    music = 0.1 * np.sin(2 * np.pi * 110 * np.arange(len(clean)) / SAMPLE_RATE)
    assert "has no pauses" in said(heard(loud * 0.3 + music))
    decay = np.exp(-np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE * 6.9 / 1.8)
    phrase = np.concatenate([clean[: 2 * SAMPLE_RATE], np.zeros(2 * SAMPLE_RATE)])
    dry = np.tile(phrase, 15) + 1e-5 * rng.standard_normal(60 * SAMPLE_RATE)
    assert "reverb" not in said(heard(dry))
    room = fftconvolve(dry, decay * rng.standard_normal(len(decay)) * 0.02)[: len(dry)] + dry
    assert "reverb" in said(heard(room))
    assert "differs on both sides" in said(heard(clean, side=0.3))
    kept = np.fft.rfft(clean)
    kept[round(len(kept) * 4 / 24) :] = 0
    assert "dull" in said(heard(np.fft.irfft(kept, len(clean))))


def test_clipping_is_counted_in_seconds(tmp_path: Path) -> None:
    times = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    soundfile.write(tmp_path / "a.wav", np.clip(3 * np.sin(2 * np.pi * 100 * times), -1, 1), SAMPLE_RATE)
    soundfile.write(tmp_path / "b.wav", 0.99 * np.sin(2 * np.pi * 100 * times), SAMPLE_RATE)
    loud, soft = (decode(take, tmp_path, lambda: None) for take in find_takes(tmp_path))
    assert 0.5 < loud.clipped_s < 0.9
    assert soft.clipped_s < 0.05


@given(
    st.lists(st.tuples(st.integers(5, 2500), st.integers(1, 300)), min_size=1, max_size=8),
    st.integers(0, 10),
)
def test_pieces_never_overlap_and_have_their_lengths(runs: list[tuple[int, int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = [np.concatenate([np.full(voiced, -20.0), np.full(silent, -70.0)]) for voiced, silent in runs]
    frames = np.concatenate(parts) + rng.normal(0, 1, sum(map(len, parts)))
    pieces = cut(frames)
    for (_, before), (start, _) in itertools.pairwise(pieces):
        assert before <= start
    for start, end in pieces:
        assert 0 <= start < end <= len(frames)
        assert SHORTEST_S - 1e-9 <= (end - start) * FRAME_S <= LONGEST_S + 0.31
    inside = np.zeros(len(frames), bool)
    for start, end in pieces:
        inside[start:end] = True
    long_runs = [run for run in runs if run[0] * FRAME_S >= 2.0]
    if len(long_runs) == len(runs):  # nothing is too short: all the voice is kept
        assert (frames[~inside] < -50).mean() > 0.97 if (~inside).any() else True


def test_pieces_come_to_one_level_and_do_not_clip(clean: np.ndarray) -> None:
    for factor in (0.02, 0.5):
        samples = (factor * clean).astype(np.float32)
        frames = levels(samples)
        for piece in cut(frames)[:4]:
            part = samples[piece[0] * 480 : piece[1] * 480]
            gain = 10 ** (gain_db(frames, piece, float(np.abs(part).max())) / 20)
            assert np.abs(gain * part).max() <= 0.96
            loud = levels((gain * part).astype(np.float32))
            assert np.percentile(loud[loud > loud.max() - 30], 75) == pytest.approx(TARGET_DB, abs=4)


def test_what_was_put_aside_stays_aside_and_what_was_learned_is_never_put_aside(tmp_path: Path) -> None:
    names = [f"a-{k}" for k in range(30)]
    studio = Studio(tmp_path)
    first = put_aside(names, studio)
    assert len(first) == 2
    more = put_aside([*names, *(f"b-{k}" for k in range(60))], studio)
    assert first < more
    assert not (more - first) & set(names)
    assert (
        put_aside(["only"], Studio(tmp_path / "none")) == frozenset() if (tmp_path / "none").mkdir() is None else True
    )
    assert len(put_aside(["x", "y"], _studio(tmp_path / "two"))) == 1
    assert json.loads((tmp_path / "held.json").read_text())


def _studio(folder: Path) -> Studio:
    folder.mkdir()
    return Studio(folder)
