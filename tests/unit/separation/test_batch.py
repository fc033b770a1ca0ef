"""Which files, under which names."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.separation.batch import Batch, plan_batch


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for name in ("a/song.wav", "a/song_vocals.wav", "a/notes.txt", "a/.hidden.wav", "a/deep/x.wav", "b/SONG.flac"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "empty").mkdir()
    return tmp_path


def names(batch: Batch) -> list[tuple[str, str]]:
    return [(job.mix.name, job.vocals.name.removesuffix("_vocals.wav")) for job in batch.jobs]


def test_a_folder_gives_its_sounds_and_not_our_own_results(music: Path) -> None:
    batch = plan_batch([music / "a"], music / "out")
    assert names(batch) == [("song.wav", "song")]
    assert "1 file named like our own results was left out, such as song_vocals.wav" in batch.remarks[0]
    assert batch.jobs[0].instrumental == music / "out" / "song_instrumental.wav"


def test_names_are_never_shared(music: Path) -> None:
    batch = plan_batch([music / "a", music / "b"], music / "out")
    assert names(batch) == [("song.wav", "song"), ("SONG.flac", "SONG-2")]
    assert "SONG-2" in batch.remarks[-1]


def test_a_file_is_done_once(music: Path) -> None:
    song = music / "a" / "song.wav"
    assert len(plan_batch([song, music / "a", song, music / "b" / ".." / "a" / "song.wav"], music).jobs) == 1


def test_no_result_takes_the_place_of_a_mix(music: Path) -> None:
    a = music / "a"
    batch = plan_batch([a / "song.wav", a / "song_vocals.wav"], a)
    assert names(batch) == [("song.wav", "song-2"), ("song_vocals.wav", "song_vocals")]


def test_a_number_that_is_taken_too(music: Path) -> None:
    batch = plan_batch([music / "a" / "song.wav", music / "b" / "SONG.flac", music / "song-2.mp3"], music)
    assert names(batch) == [("song.wav", "song"), ("SONG.flac", "SONG-2"), ("song-2.mp3", "song-2-2")]


def test_a_folder_without_sound_fails_alone(music: Path) -> None:
    batch = plan_batch([music / "empty", music / "a"], music / "out")
    assert len(batch.jobs) == 1
    ((path, error),) = batch.failed
    assert path == music / "empty"
    assert "no sound file" in error.message
