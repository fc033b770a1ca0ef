"""Sounds as they go over the wire."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, resample, write_audio
from engine.errors import InputError
from plugin_host.adapters.openutau.messages import lay_out
from plugin_host.adapters.openutau.stretches import CELL_FRAMES, StretchWriter
from plugin_host.adapters.openutau.takes import LivePart, Take, TakeStore
from tests.openutau_plugin import xxh64

TRIM = np.float32(math.sqrt(0.5))


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


def noise(seconds: float, rate: int = 44100, channels: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (channels, round(seconds * rate))).astype(np.float32)


def silence(seconds: float, rate: int = 44100, channels: int = 2) -> np.ndarray:
    return np.zeros((channels, round(seconds * rate)), np.float32)


def data(take: Take, number: int) -> bytes:
    return b"".join(take.blocks(take.stretches[number]))


def rebuilt(take: Take, num_frames: int) -> np.ndarray:
    """What a plugin hears of the take."""
    sound = np.zeros((2, num_frames), np.float32)
    for number, stretch in enumerate(take.stretches):
        end = stretch.start_frame + stretch.num_frames
        sound[:, stretch.start_frame : end] = np.frombuffer(data(take, number), "<f4").reshape(-1, 2).T
    return sound


def song(*pieces: np.ndarray) -> Audio:
    return Audio(np.concatenate(pieces, axis=1), 44100)


def test_the_sound_arrives_whole_and_3_db_lower() -> None:
    audio = song(silence(0.513), noise(1.2345), silence(1.0), noise(0.7, seed=1), silence(0.3))
    take = TakeStore().take(audio)
    np.testing.assert_array_equal(rebuilt(take, audio.num_samples), audio.samples * TRIM)
    assert len(take.stretches) == 2


def test_silence_is_not_sent() -> None:
    take = TakeStore().take(song(silence(10), noise(1), silence(10), noise(1, seed=1), silence(10)))
    sent = sum(stretch.num_bytes for stretch in take.stretches)
    assert 2.0 * 44100 * 8 <= sent <= 2.04 * 44100 * 8
    assert TakeStore().take(song(silence(3))).stretches == ()


def test_short_rests_do_not_cut() -> None:
    assert len(TakeStore().take(song(noise(0.5), silence(0.15), noise(0.5, seed=1))).stretches) == 1


def test_what_is_hashed_is_what_is_sent() -> None:
    take = TakeStore().take(song(noise(0.4), silence(0.5), noise(0.777, seed=3)))
    for number, stretch in enumerate(take.stretches):
        assert len(data(take, number)) == stretch.num_bytes
        assert str(xxh64(data(take, number))) == stretch.hash


def test_stretches_begin_on_whole_samples_at_every_rate_of_a_daw() -> None:
    take = TakeStore().take(song(silence(0.1234), noise(0.1), silence(0.777), noise(0.1), silence(0.5001), noise(0.1)))
    for stretch in take.stretches:
        for rate in (44100, 48000, 88200, 96000, 192000):
            assert stretch.start_frame * rate % 44100 == 0


def test_another_word_leaves_the_other_phrases_as_they_were() -> None:
    """Then the plugin fetches one phrase, not the song."""
    store = TakeStore()
    first, second, third = noise(1.0), noise(1.0, seed=1), noise(1.0, seed=2)
    rest = silence(0.5)
    before = store.take(song(first, rest, second, rest, third))
    after = store.take(song(first, rest, noise(1.0, seed=9), rest, third))
    same = [old.hash == new.hash for old, new in zip(before.stretches, after.stretches, strict=True)]
    assert same == [True, False, True]


def test_another_rate_is_converted(tmp_path: Path) -> None:
    audio = Audio(noise(1.3, 48000), 48000)
    write_audio(audio, tmp_path / "a.wav", subtype="FLOAT")
    expected = resample(audio, 44100).samples * TRIM
    for source in (tmp_path / "a.wav", audio):
        np.testing.assert_allclose(rebuilt(TakeStore().take(source), expected.shape[1]), expected, atol=1e-6)


def test_mono_sounds_on_both_sides() -> None:
    audio = Audio(noise(0.5, channels=1), 44100)
    heard = rebuilt(TakeStore().take(audio), audio.num_samples)
    np.testing.assert_array_equal(heard, np.repeat(audio.samples, 2, axis=0) * TRIM)


def test_six_channels_are_refused() -> None:
    with pytest.raises(InputError, match="6 channels"):
        TakeStore().take(Audio(noise(0.1, channels=6), 44100))


def test_no_stretch_is_longer_than_the_protocol_allows() -> None:
    """A sound without a rest is cut where it must be, and nothing is lost."""
    written: list[bytes] = []
    writer = StretchWriter(written.append, most_cells=10)
    sound = noise(0.55)
    for start in range(0, sound.shape[1], 1000):
        writer.push(sound[:, start : start + 1000])
    stretches = writer.finish()
    assert max(stretch.num_frames for stretch in stretches) <= 10 * CELL_FRAMES
    assert sum(stretch.num_frames for stretch in stretches) == sound.shape[1]
    assert b"".join(written) == sound.T.astype("<f4").tobytes()


def test_blocks_of_any_length_give_the_same_stretches() -> None:
    sound = np.concatenate([silence(0.21), noise(0.5), silence(0.4), noise(0.3, seed=1)], axis=1)

    def stretches(block: int) -> object:
        writer = StretchWriter(lambda _: None)
        for start in range(0, sound.shape[1], block):
            writer.push(sound[:, start : start + block])
        return writer.finish()

    assert stretches(1) == stretches(440) == stretches(4410) == stretches(sound.shape[1])


def test_a_take_is_made_once_and_again_when_the_file_changes(tmp_path: Path) -> None:
    store, path = TakeStore(), tmp_path / "a.wav"
    write_audio(Audio(noise(0.2), 44100), path)
    first = store.take(path)
    assert store.take(path) is first
    write_audio(Audio(noise(0.2, seed=4), 44100), path)
    os.utime(path, (1, 1))
    assert store.take(path).stretches != first.stretches


def test_takes_leave_no_files(tmp_path: Path) -> None:
    store = TakeStore()
    take = store.take(song(noise(0.5)))
    assert [path for path in (tmp_path / "user").rglob("*") if path.is_file()] == []
    assert data(take, 0)


def test_a_missing_file_is_the_users_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        TakeStore().take(tmp_path / "none.wav")


@pytest.mark.parametrize("start_s", [-0.001, float("nan"), float("inf"), 1e9])
def test_a_part_needs_a_place(start_s: float) -> None:
    with pytest.raises(InputError, match="cannot begin"):
        lay_out([LivePart("a", start_s, song(noise(0.1)))], TakeStore())


def test_tracks_keep_their_numbers() -> None:
    store, sound = TakeStore(), song(noise(0.1))
    layout = lay_out([LivePart("b", 0, sound), LivePart("a", 0, sound)], store, ["a"])
    assert layout.tracks == ("a", "b")
    assert [sounding.track_number for sounding in layout.soundings] == [1, 0]


def test_more_tracks_than_the_plugin_knows_are_refused() -> None:
    sound = song(noise(0.05))
    with pytest.raises(InputError, match="65 tracks"):
        lay_out([LivePart(str(number), 0, sound) for number in range(65)], TakeStore())
