"""Made songs: drawn the same every time, sung on pitch, mixed without loss, nobody on both sides of the split."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

pytest.importorskip("pyworld")
pytest.importorskip("pocketsphinx")

import pyworld

from engine.singing.pitch import PitchStyle
from engine.singing.timing import SungNote
from engine.train.mixes import patterns, speakers
from engine.train.mixes.balance import VOCALS_DB, balance
from engine.train.mixes.band import draw_plan
from engine.train.mixes.make import make_mixes, make_song, planned
from engine.train.mixes.melodize import FRAME_S, Singer, analyse_source, joined
from engine.train.mixes.midi import Event, Track, can_render, render_tracks
from engine.train.mixes.samples import loops_of
from engine.train.mixes.speakers import Speaker, all_speakers
from engine.train.mixes.synth import KINDS, Patch, pumped, render_synth
from engine.train.mixes.vocals import moved, sing
from engine.train.mixes.writing import PEAK, SAMPLE_RATE, SongRow, add_to_list, read_list, write_song

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
STRAIGHT = Singer(PitchStyle(vibrato_semitones=0.0, scoop_semitones=0.0, drift_semitones=0.0, portamento_s=0.03))

needs_data = pytest.mark.skipif(
    not (DATA / "speech").is_dir(), reason="the folder of free data is not beside the project"
)
needs_fluidsynth = pytest.mark.skipif(not can_render(), reason="fluidsynth and FluidR3_GM.sf2 are not installed")


@pytest.fixture(scope="module")
def babble() -> np.ndarray:
    """Two seconds of made-up speech at 44.1 kHz: voiced bumps between 110 and 140 Hz with two formants, and pauses."""
    times = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    pitch = 125 + 15 * np.sin(2 * np.pi * 0.8 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    weight = {
        k: np.exp(-(((k * 125 - 600) / 500) ** 2)) + 0.3 * np.exp(-(((k * 125 - 1800) / 600) ** 2))
        for k in range(1, 60)
    }
    loud = np.clip(np.sin(2 * np.pi * 2.0 * times), 0, 1) ** 0.5
    voice = sum((w + 0.003) * np.sin(k * phase) for k, w in weight.items())
    return 0.1 * loud * voice + 1e-4 * np.random.default_rng(0).standard_normal(len(times))


def _scale(keys: list[int], length_s: float = 0.6) -> list[SungNote]:
    return [SungNote(0.5 + length_s * i, 0.5 + length_s * (i + 1), key, ("a",)) for i, key in enumerate(keys)]


def test_syllables_are_found_in_order_and_apart(babble: np.ndarray):
    syllables = analyse_source(babble).syllables

    assert len(syllables) == 4
    assert all(s.start <= s.vowel < s.coda <= s.end for s in syllables)
    assert all(a.end <= b.start for a, b in pairwise(syllables))


def test_speech_is_put_on_the_notes(babble: np.ndarray):
    notes = _scale([52, 55, 59, 57, 50])
    sung = sing(analyse_source(babble), notes, STRAIGHT, 4.0, seed=3)
    found, times = pyworld.dio(sung, SAMPLE_RATE, 70.0, 500.0, frame_period=1000 * FRAME_S)
    found = pyworld.stonemask(sung, found, times, SAMPLE_RATE)

    assert np.isfinite(sung).all()
    for note in notes:
        middle = (times > note.start_s + 0.2) & (times < note.end_s - 0.2) & (found > 0)
        cents = 1200 * np.log2(found[middle] / (440 * 2 ** ((note.key - 69) / 12)))
        assert middle.sum() > 10
        assert abs(np.median(cents)) < 15


def test_the_same_seed_sings_the_same_and_another_take_another(babble: np.ndarray):
    source = analyse_source(babble)
    notes = _scale([55, 57])
    lively = Singer(PitchStyle())
    first, again, other = (sing(source, notes, lively, 2.5, 1, take) for take in (0, 0, 1))

    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_it_is_silent_where_no_note_is(babble: np.ndarray):
    sung = sing(analyse_source(babble), moved(_scale([55]), 1.5), STRAIGHT, 4.0, seed=0)

    assert np.abs(sung[: round(1.5 * SAMPLE_RATE)]).max() < 0.01 * np.abs(sung).max()
    assert np.abs(sung[round(3.2 * SAMPLE_RATE) :]).max() < 0.01 * np.abs(sung).max()


def test_joined_sources_keep_their_syllables(babble: np.ndarray):
    source = analyse_source(babble)
    both = joined([source, source])

    assert len(both.syllables) == 2 * len(source.syllables)
    assert both.syllables[-1].end == source.syllables[-1].end + len(source.f0)


@pytest.mark.parametrize("split", ["train", "held"])
def test_a_plan_is_the_same_for_the_same_seed_and_leaves_pauses(split: str):
    plans = [draw_plan(split, 50.0, np.random.default_rng(s)) for s in (5, 5, 6)]

    assert plans[0] == plans[1] != plans[2]
    for plan in plans:
        assert 35 < plan.seconds < 65
        assert 0 < len(plan.sung_bars) < plan.bars


def test_patterns_are_the_same_for_the_same_seed_and_stay_in_their_bars():
    def draw(seed: int) -> tuple[object, ...]:
        rng = np.random.default_rng(seed)
        scale, chords = patterns.draw_chords("train", 2, 8, rng)
        bars = [2, 3, 4, 5]
        melody = patterns.draw_melody(scale, 2, chords, bars, 60.0, rng)
        drums = patterns.drum_hits("house", bars, rng)
        return (
            chords,
            melody,
            drums,
            patterns.arpeggio_hits(chords, bars, rng),
            patterns.bass_hits("octaves", chords, bars),
        )

    chords, melody, drums, arpeggio, bass = draw(1)
    assert draw(1) == (chords, melody, drums, arpeggio, bass)
    assert draw(2) != draw(1)
    hits = [*melody, *drums["kick"], *arpeggio, *bass]
    assert all(2 * patterns.STEPS <= h.start < 6 * patterns.STEPS for h in hits)
    assert all(50 <= n.key <= 70 for n in melody)


def test_a_harmony_stays_in_the_scale():
    melody = [patterns.Sung(0, 4, 60), patterns.Sung(4, 4, 64)]

    assert [n.key for n in patterns.harmony(melody, "major", 0, 2)] == [64, 67]


def test_chords_loops_and_speakers_of_the_splits_are_apart():
    progressions = patterns.PROGRESSIONS
    assert not set(progressions["train"]) & set(progressions["held"])
    assert not set(loops_of("train")) & set(loops_of("held"))
    names = [name for name, _, _ in planned(60.0)]
    assert len(names) == len(set(names))
    assert all(name.startswith("held-") == (split == "held") for name, _, split in planned(60.0))


@needs_data
def test_speakers_and_scores_of_the_splits_are_apart():
    from engine.train.mixes.lieder import scores_of

    speakers = all_speakers(DATA)
    by_split = {split: {s.name for s in speakers if s.split == split} for split in ("train", "held")}
    assert len(by_split["train"]) > 200
    assert len(by_split["held"]) > 10
    assert not by_split["train"] & by_split["held"]
    scores = DATA / "scores" / "openscore-lieder"
    assert not set(scores_of(scores, "train")) & set(scores_of(scores, "held"))


def test_a_plan_of_more_minutes_begins_with_that_of_fewer():
    few, many = planned(20.0), planned(60.0)

    assert many[: len(few)] == few
    assert {kind for _, kind, _ in planned(60.0, "band")} == {"band"}


def test_vocals_and_accompaniment_add_up_to_the_mixture(tmp_path: Path):
    rng = np.random.default_rng(0)
    vocals, accompaniment = (0.9 * rng.uniform(-1, 1, (SAMPLE_RATE, 2)) for _ in range(2))
    write_song(tmp_path, "loud", vocals, accompaniment)
    sung, rate = sf.read(tmp_path / "loud" / "vocals.flac")
    mixed, _ = sf.read(tmp_path / "loud" / "mixture.flac")

    assert rate == SAMPLE_RATE
    assert np.abs(mixed).max() <= PEAK + 1e-4
    gain = (sung * vocals).sum() / (vocals * vocals).sum()
    np.testing.assert_allclose(mixed - sung, gain * accompaniment, atol=1e-4)


def test_what_is_not_finite_is_not_written(tmp_path: Path):
    with pytest.raises(ValueError, match="finite"):
        write_song(tmp_path, "bad", np.full((100, 2), np.nan), np.zeros((100, 2)))
    assert not (tmp_path / "bad").exists()


def test_the_list_keeps_one_row_for_each_song(tmp_path: Path):
    row = SongRow("b", "band", "train", 1.5, "house 120; someone")
    add_to_list(tmp_path, row)
    add_to_list(tmp_path, SongRow("a", "stems", "held", 2.0, "x"))
    add_to_list(tmp_path, replace(row, seconds=2.5))

    assert [(r.name, r.seconds) for r in read_list(tmp_path)] == [("a", 2.0), ("b", 2.5)]


def test_levels_stay_in_their_range():
    rng = np.random.default_rng(1)
    for _ in range(20):
        vocals = rng.standard_normal((SAMPLE_RATE, 2)) * 0.01
        vocals[: SAMPLE_RATE // 2] = 0
        sung, played = balance(vocals, rng.standard_normal((SAMPLE_RATE, 2)), rng)
        half = slice(SAMPLE_RATE // 2 + 5000, None)
        level = 20 * np.log10(sung[half].std() / played[half].std())
        assert VOCALS_DB[0] - 0.2 < level < VOCALS_DB[1] + 0.2
        assert np.abs(sung + played).max() < 1


@pytest.mark.parametrize("kind", KINDS)
def test_synths_sound_on_their_notes_and_nowhere_else(kind: str):
    patch = Patch(kind, 0.005, 0.2, 0.7, 0.05, 4000.0, 0.0, 4.0, 0.5)
    sound = render_synth([Event(0.5, 1.0, 57)], patch, 2.0, 0)
    spectrum = np.abs(np.fft.rfft(sound[SAMPLE_RATE // 2 : SAMPLE_RATE, 0]))

    assert sound.shape == (2 * SAMPLE_RATE, 2)
    assert np.abs(sound[: SAMPLE_RATE // 2 - 10]).max() < 1e-6
    assert np.abs(sound[-SAMPLE_RATE // 2 :]).max() < 1e-3 * np.abs(sound).max()
    assert 2 * np.argmax(spectrum) % 220 == pytest.approx(0, abs=6) or kind == "bell"


def test_pumping_ducks_at_the_kick_and_comes_back():
    pumped_ones = pumped(np.ones((SAMPLE_RATE, 2), np.float32), [0.25], 0.8, 0.1)[:, 0]

    assert pumped_ones[0] == 1
    assert pumped_ones[round(0.25 * SAMPLE_RATE)] == pytest.approx(0.2, abs=0.01)
    assert pumped_ones[round(0.6 * SAMPLE_RATE)] > 0.95


@needs_fluidsynth
def test_instruments_sound_when_they_are_told_to():
    sound = render_tracks([Track(0, (Event(0.5, 1.0, 69),)), Track(0, (Event(1.0, 1.1, 36),), drums=True)], 2.0)

    assert sound.shape == (2 * SAMPLE_RATE, 2)
    assert np.abs(sound[: SAMPLE_RATE // 3]).max() < 1e-3
    assert 0.001 < np.abs(sound).max() < 1


@needs_data
@needs_fluidsynth
def test_a_made_song_is_the_same_every_time_and_is_not_made_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("engine.train.mixes.synthetic.SECONDS", (10.0, 10.0))
    monkeypatch.setattr("engine.train.mixes.synthetic.WAYS", {"chopped": 1.0})
    rows = [make_song(DATA, tmp_path / place, "held-band-001", "band", "held") for place in ("a", "b")]

    assert rows[0] == rows[1]
    for name in ("vocals", "mixture"):
        one, other = (sf.read(tmp_path / place / "held-band-001" / f"{name}.flac")[0] for place in ("a", "b"))
        np.testing.assert_array_equal(one, other)
        assert np.abs(one).max() > 0.01
    made = (tmp_path / "a" / "held-band-001" / "vocals.flac").stat().st_mtime_ns
    add_to_list(tmp_path / "a", rows[0])
    monkeypatch.setattr("engine.train.mixes.make.planned", lambda minutes, only: [("held-band-001", "band", "held")])
    assert list(make_mixes(DATA, tmp_path / "a", 1.0, only="band")) == [rows[0]]
    assert (tmp_path / "a" / "held-band-001" / "vocals.flac").stat().st_mtime_ns == made


def test_a_speaker_with_nothing_to_sing_is_passed_over(babble: np.ndarray, monkeypatch: pytest.MonkeyPatch):
    sung = analyse_source(babble)
    silent = analyse_source(np.zeros(SAMPLE_RATE))
    monkeypatch.setattr(speakers, "_analysed", lambda path, narrow, data: sung if path.stem == "b" else silent)
    monkeypatch.setattr(speakers, "MIN_SYLLABLES", 2)
    both = [Speaker("mute", (Path("a"),), "train"), Speaker("loud", (Path("b"),), "train")]

    drawn = {speakers.draw_singing(both, "train", Path(), 4, np.random.default_rng(seed))[0].name for seed in range(8)}

    assert drawn == {"loud"}
    with pytest.raises(ValueError, match="syllables"):
        speakers.draw_singing(both[:1], "train", Path(), 4, np.random.default_rng(0))
