"""One phrase and one clip through the tiny voice: lengths, takes, cache, places, cancel."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import Cancelled, InputError
from engine.jobs import JobContext
from engine.models.hidden_singer import CONTEXT_FRAMES, CORE_FRAMES, HiddenSinger
from engine.phonemize.phones import is_vowel
from engine.score import Note, NoteId, Score, TempoMap
from engine.score.phrases import split_phrases
from engine.singing import clip as clip_module
from engine.singing.cache import PhraseCache
from engine.singing.clip import F0_RATE_HZ, SungClip, sing_score, time_score
from engine.singing.conditions import FRAME_FEATURES
from engine.singing.pipeline import SungPhrase, SungPlan, plan_phrase, render_phrase
from engine.singing.settings import SingSettings
from tests.songs import song

FAST = SingSettings(num_steps=1)


def sing(
    score: Score, voice: HiddenSinger, settings: SingSettings = FAST, cache: PhraseCache | None = None
) -> SungClip:
    return sing_score(score, voice, settings, "en", JobContext(), cache)


def planned(score: Score, voice: HiddenSinger, settings: SingSettings = FAST) -> SungPlan:
    (phrase,) = split_phrases(score)
    plan = plan_phrase(phrase, voice, settings, "en")
    assert plan is not None
    return plan


@pytest.mark.parametrize("quarters", [0.003, 0.01, 0.1, 0.5, 1.7, 11.0])
def test_any_length_gives_whole_frames_that_cover_it(tiny_singer: HiddenSinger, quarters: float) -> None:
    score = song(f"star:60:{quarters} shine:64:{quarters}")
    (phrase,) = split_phrases(score)
    plan = planned(score, tiny_singer)
    samples = render_phrase(phrase, plan, tiny_singer, FAST, JobContext()).samples
    codec = tiny_singer.codec
    frames = len(plan.f0) // codec.subframes
    assert samples.shape == (frames * codec.hop_length,)
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all()
    needed_s = plan.phones[-1].end_s - plan.start_s
    assert 0 <= len(samples) / codec.sample_rate - needed_s < codec.hop_length / codec.sample_rate + 1e-9


def test_a_seed_is_a_take(tiny_singer: HiddenSinger) -> None:
    score = song("shine:60 on:62 me:64")
    one, again = (sing(score, tiny_singer).audio.samples for _ in range(2))
    assert np.array_equal(one, again)
    other = sing(score, tiny_singer, replace(FAST, seed=1)).audio.samples
    assert other.shape == one.shape
    assert not np.allclose(other, one, atol=1e-3)


@pytest.mark.parametrize(
    "change", [{"num_steps": 3}, {"temperature": 1.5}, {"sampler": "sde"}, {"start": 0.5}, {"speaker": 1}]
)
def test_every_setting_is_heard(tiny_singer: HiddenSinger, change: dict[str, Any]) -> None:
    score = song("shine:60")
    assert FAST.key() != replace(FAST, **change).key()
    base = replace(FAST, num_steps=2)
    changed = sing(score, tiny_singer, replace(base, **change)).audio.samples
    assert not np.array_equal(changed, sing(score, tiny_singer, base).audio.samples)


@pytest.mark.parametrize(
    "wrong", [{"sampler": "magic"}, {"num_steps": 0}, {"start": 0.0}, {"temperature": 3.0}, {"speaker": -1}]
)
def test_settings_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        SingSettings(**wrong)


def test_transpose_moves_the_pitch_only(tiny_singer: HiddenSinger) -> None:
    score = song("shine:60 on:62")
    plain, higher = planned(score, tiny_singer), planned(score, tiny_singer, replace(FAST, transpose=12))
    assert higher.phones == plain.phones
    assert higher.f0 == pytest.approx(2 * plain.f0, rel=1e-5)


@pytest.mark.parametrize("transpose", [-48, 48])
def test_the_highest_and_lowest_keys_are_no_noise_of_nan(tiny_singer: HiddenSinger, transpose: int) -> None:
    sung = sing(song("low:0 high:127"), tiny_singer, replace(FAST, transpose=transpose))
    assert np.isfinite(sung.audio.samples).all()
    assert {p.kind for p in sung.problems} == {"out_of_range"}


def test_cancel_is_soon(tiny_singer: HiddenSinger) -> None:
    context = JobContext()
    timer = threading.Timer(0.3, context.token.cancel)
    timer.start()
    started = time.monotonic()
    with pytest.raises(Cancelled):  # without it, minutes
        sing_score(song("shine:60:20"), tiny_singer, replace(FAST, num_steps=4000), "en", context)
    assert time.monotonic() - started < 20  # usually half a second
    timer.join()


def test_cancel_while_planning(tiny_singer: HiddenSinger) -> None:
    context = JobContext()
    context.token.cancel()
    with pytest.raises(Cancelled):
        sing_score(song("shine:60"), tiny_singer, FAST, "en", context)


class TestCache:
    def test_found_equals_fresh_to_the_bit(self, tiny_singer: HiddenSinger, tmp_path: Path) -> None:
        score = song("shine:60 on:62 .:2 me:64 now:65")
        cache = PhraseCache(tmp_path)
        first, second = (sing(score, tiny_singer, cache=cache) for _ in range(2))
        assert (first.phrases, first.cached_phrases, second.cached_phrases) == (2, 0, 2)
        assert np.array_equal(first.audio.samples, second.audio.samples)
        assert np.array_equal(first.audio.samples, sing(score, tiny_singer).audio.samples)

    def test_a_repeated_phrase_is_sung_once_and_the_same(self, tiny_singer: HiddenSinger, tmp_path: Path) -> None:
        score = song("shine:60:0.7 on:62:1.1 .:3.37 shine:60:0.7 on:62:1.1", bpm=97.3)
        first, second = (plan_phrase(phrase, tiny_singer, FAST, "en") for phrase in split_phrases(score))
        assert first is not None
        assert second is not None
        assert first.notes == second.notes  # to the bit, wherever the phrase lies
        kept = sing(score, tiny_singer, cache=PhraseCache(tmp_path))
        assert kept.cached_phrases == 1
        assert np.array_equal(kept.audio.samples, sing(score, tiny_singer).audio.samples)

    def test_another_tempo_is_another_phrase_though_seconds_agree(
        self, tiny_singer: HiddenSinger, tmp_path: Path
    ) -> None:
        slow, fast = song("shine:60:1 on:62:2", bpm=60), song("shine:60:2 on:62:4", bpm=120)
        cache = PhraseCache(tmp_path)
        sing(slow, tiny_singer, cache=cache)
        sung = sing(fast, tiny_singer, cache=cache)
        assert sung.cached_phrases == 0  # the networks are told the tempo
        assert np.array_equal(sung.audio.samples, sing(fast, tiny_singer).audio.samples)

    def test_settings_and_language_are_part_of_the_key(self, tiny_singer: HiddenSinger, tmp_path: Path) -> None:
        score, cache = song("la:60"), PhraseCache(tmp_path)
        for settings in (FAST, replace(FAST, seed=1), replace(FAST, transpose=1), replace(FAST, temperature=1.0)):
            assert sing(score, tiny_singer, settings, cache).cached_phrases == 0
        assert sing_score(score, tiny_singer, FAST, "la", JobContext(), cache).cached_phrases == 0

    def test_a_phrase_of_another_length_is_not_believed(self, tiny_singer: HiddenSinger, tmp_path: Path) -> None:
        score, cache = song("shine:60"), PhraseCache(tmp_path)
        sing(score, tiny_singer, cache=cache)
        (path,) = tmp_path.iterdir()
        cache.put(path.stem, np.ones(100, np.float32))
        assert sing(score, tiny_singer, cache=cache).cached_phrases == 0


class TestTimeline:
    @pytest.fixture
    def singer(self, tiny_singer: HiddenSinger, monkeypatch: pytest.MonkeyPatch) -> HiddenSinger:
        """A phrase becomes ones: what is left to test is where it lies."""

        def ones(phrase: Any, plan: SungPlan, voice: HiddenSinger, *_: Any) -> SungPhrase:
            frames = len(plan.f0) // voice.codec.subframes
            return SungPhrase(np.ones(frames * voice.codec.hop_length, np.float32), plan.start_s)

        monkeypatch.setattr(clip_module, "render_phrase", ones)
        return tiny_singer

    def test_phrases_lie_where_their_notes_are(self, singer: HiddenSinger) -> None:
        score = song("star:60:2 .:5 ah:62:2 .:6.5 shine:64", bpm=91.7, start=3.0)
        sung = sing(score, singer)
        samples, rate = sung.audio.samples[0], sung.audio.sample_rate
        assert (sung.offset_s, sung.audio.channels) == (0, 1)
        edges = np.flatnonzero(np.diff((samples > 0).astype(int), prepend=0) == 1)
        expected = []
        for phrase in split_phrases(score):
            plan = plan_phrase(phrase, singer, FAST, "en")
            assert plan is not None
            expected.append((phrase.start_s + plan.start_s) * rate)
            vowel = next(p for p in plan.phones if p.label in ("AA", "AY"))
            assert vowel.start_s == pytest.approx(0, abs=1e-6)
        assert len(expected) == 3
        assert edges == pytest.approx(expected, abs=1.0)

    def test_consonants_before_the_clip_are_kept(self, singer: HiddenSinger) -> None:
        sung = sing(song("star:60"), singer)
        plan = planned(song("star:60"), singer)
        assert sung.offset_s == pytest.approx(plan.start_s, abs=1 / 48000)
        assert sung.offset_s < -0.2
        assert sung.audio.samples[0, 0] > 0

    def test_the_file_reaches_the_clips_end(self, singer: HiddenSinger) -> None:
        score = song("ah:60:4")
        sung = sing(score, singer)
        assert sung.audio.duration_s + sung.offset_s >= score.duration_s
        assert sung.audio.duration_s + sung.offset_s < score.duration_s + 0.4

    def test_edges_fade_and_tails_add_up(self, singer: HiddenSinger) -> None:
        samples = sing(song("ah:60:0.5 .:1 star:60:0.5", bpm=100), singer).audio.samples[0]
        assert samples[0] < 0.01
        assert np.abs(np.diff(samples)).max() < 0.01
        assert samples.max() <= 2


def test_more_notes_than_anyone_can_sing_are_refused(tiny_singer: HiddenSinger) -> None:
    with pytest.raises(InputError, match=r"Bar 1: 1500 notes lie within 7.5 s") as caught:
        sing(song("star:60:0.01 " * 1500), tiny_singer)
    assert str(caught.value).endswith("lengths of its notes.")


def test_nothing_to_sing(tiny_singer: HiddenSinger) -> None:
    sung = sing(Score((), TempoMap()), tiny_singer)
    assert (sung.phrases, sung.audio.num_samples) == (0, 1)


def test_problems_of_score_words_and_range_come_together(tiny_singer: HiddenSinger) -> None:
    score = song("zorb:60 beautiful:100")
    assert [p.kind for p in sing(score, tiny_singer).problems] == ["unknown_word", "too_many_syllables", "out_of_range"]


@pytest.mark.parametrize("frames", [CORE_FRAMES + 2 * CONTEXT_FRAMES + 1, 2 * CORE_FRAMES + 700])
def test_a_long_phrase_conditioned_in_pieces_is_the_whole(
    tiny_singer: HiddenSinger, frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    inputs: dict[str, Any] = {name: rng.integers(1, 30, 9) for name in ("phones", "keys", "durations", "tempi")}
    inputs["phone_of_frame"] = np.arange(frames) * 9 // frames
    inputs["features"] = rng.standard_normal((frames, FRAME_FEATURES), dtype=np.float32)
    inputs["speaker"] = np.asarray(0)
    pieces = tiny_singer.condition(inputs)
    monkeypatch.setattr("engine.models.hidden_singer.CORE_FRAMES", 10**6)
    whole = tiny_singer.condition(inputs)
    for piece, all_at_once in zip(pieces, whole, strict=True):
        assert piece.shape == all_at_once.shape
        assert np.abs(piece - all_at_once).max() < 1e-4


def test_a_note_of_a_minute(tiny_singer: HiddenSinger) -> None:
    note = Note(NoteId("n"), 0.0, 120.0, 60, "star")
    sung = sing(Score((note,), TempoMap()), tiny_singer)
    assert sung.audio.duration_s == pytest.approx(60, abs=1)
    assert np.isfinite(sung.audio.samples).all()


def test_the_context_of_pieces_covers_what_the_shipped_network_sees() -> None:
    from engine.train.config import small
    from engine.train.networks.condition import FRAME_REACH

    config = small().generator
    assert config.frame_layers * (FRAME_REACH + config.kernel // 2) <= CONTEXT_FRAMES


def test_the_clip_says_when_each_phone_sounds(tiny_singer: HiddenSinger) -> None:
    score = song("shine:60:2 .:4 on:62:2")
    sung = sing(score, tiny_singer)
    timing = time_score(score, tiny_singer, FAST, "en", JobContext())
    assert timing.phones == sung.timing.phones
    assert np.array_equal(timing.f0, sung.timing.f0)
    assert timing.duration_s == pytest.approx(sung.audio.samples.shape[1] / sung.audio.sample_rate)
    starts = [phone.start_s for phone in timing.phones]
    assert starts == sorted(starts)
    assert starts[0] >= 0
    vowels = [phone for phone in timing.phones if is_vowel(phone.label)]
    # A vowel begins on its beat.
    assert vowels[0].start_s == pytest.approx(-timing.offset_s, abs=0.02)
    assert timing.beats_s[0] == pytest.approx(-timing.offset_s)
    middle = round((vowels[0].start_s + 0.3) * F0_RATE_HZ)
    assert 12 * np.log2(timing.f0[middle] / 440) + 69 == pytest.approx(60, abs=0.8)
