"""Songs on disk in three layouts, and mixtures made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import InputError
from engine.train.mixes.augment import change_speed, place, saturate, shape
from engine.train.mixes.dataset import Mixer
from engine.train.mixes.songs import Stems, find_songs, open_stems, split_songs

RATE = 44100


def write(path: Path, samples: np.ndarray, rate: int = RATE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate, subtype="FLOAT")


def noise(seconds: float, seed: int, channels: int = 2, rate: int = RATE) -> np.ndarray:
    return 0.1 * np.random.default_rng(seed).standard_normal((round(seconds * rate), channels))


def test_vocals_beside_their_mixture_in_any_depth(tmp_path):
    vocals, rest = noise(1, 1), noise(1, 2)
    for place_ in ("one", "train/two"):
        write(tmp_path / place_ / "vocals.wav", vocals)
        write(tmp_path / place_ / "mixture.wav", vocals + rest)
        write(tmp_path / place_ / "drums.wav", rest)
    songs = find_songs(tmp_path)
    assert [song.name for song in songs] == ["one", "two"]
    stems = open_stems(songs, tmp_path / "cache")
    assert np.allclose(stems[0].samples[0] / 32767, vocals, atol=1e-4)
    assert np.allclose(stems[1].samples[1] / 32767, rest, atol=1e-4)


def test_folders_of_stems_sum_to_the_mixture(tmp_path):
    parts = {"vocals/lead.wav": noise(1, 1), "vocals/choir.wav": noise(0.5, 2), "bass/bass.wav": noise(1, 3)}
    for name, samples in parts.items():
        write(tmp_path / "song" / name, samples)
    (song,) = open_stems(find_songs(tmp_path), tmp_path / "cache")
    vocals = parts["vocals/lead.wav"].copy()
    vocals[: RATE // 2] += parts["vocals/choir.wav"]
    assert np.allclose(song.samples[0] / 32767, vocals, atol=1e-4)
    assert np.allclose(song.samples[1] / 32767, parts["bass/bass.wav"], atol=1e-4)


def test_any_rate_and_mono_become_stereo_at_44100(tmp_path):
    write(tmp_path / "a" / "vocals.flac.wav", noise(1, 1))
    write(tmp_path / "a" / "vocals.wav", noise(1, 1, channels=1, rate=22050), 22050)
    write(tmp_path / "a" / "mixture.wav", noise(1, 2, rate=48000), 48000)
    (song,) = open_stems(find_songs(tmp_path), tmp_path / "cache")
    assert song.samples.shape == (2, RATE, 2)
    assert np.array_equal(song.samples[0, :, 0], song.samples[0, :, 1])


def test_a_song_that_is_no_sound_is_named(tmp_path):
    write(tmp_path / "a" / "vocals.wav", noise(0.1, 1))
    (tmp_path / "a" / "mixture.wav").write_bytes(b"no music" * 100)
    with pytest.raises(InputError, match=r"mixture\.wav"):
        open_stems(find_songs(tmp_path), tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*"))


def test_a_folder_without_songs_is_said_so(tmp_path):
    with pytest.raises(InputError, match="no songs"):
        find_songs(tmp_path)


def test_songs_put_aside_are_named(tmp_path):
    for name in ("a", "b"):
        write(tmp_path / name / "vocals.wav", noise(0.1, 1))
        write(tmp_path / name / "mixture.wav", noise(0.1, 1))
    songs = find_songs(tmp_path)
    train, held = split_songs(songs, ["b"])
    assert [s.name for s in train] == ["a"]
    assert [s.name for s in held] == ["b"]
    with pytest.raises(InputError, match="called c"):
        split_songs(songs, ["c"])
    with pytest.raises(InputError, match="none is left"):
        split_songs(songs, ["a", "b"])


def stems(name: str, seed: int, seconds: float = 4.0, quiet: bool = False) -> Stems:
    both = np.stack([noise(seconds, seed) * (0 if quiet else 1), noise(seconds, seed + 1)])
    return Stems(name, (both * 32767).astype(np.int16))


def test_the_same_seed_draws_the_same_mixtures():
    songs = [stems("a", 1), stems("b", 5)]
    first, second = (Mixer(songs, RATE, seed=3).batch(3) for _ in range(2))
    assert all(np.array_equal(x, y) for x, y in zip(first, second, strict=True))
    assert first[0].shape == (3, 2, RATE)
    assert first[0].dtype == np.float32
    assert not np.array_equal(first[1], Mixer(songs, RATE, seed=4).batch(3)[1])


def test_pairs_keep_what_the_song_has():
    """As the song has them: the mixture less the vocals is the song's accompaniment, at its own level."""
    mixer = Mixer([stems("a", 1)], RATE, seed=0, paired=1.0, silent=0.0)
    vocals, mixture = mixer.batch(8)
    level = np.sqrt(((mixture - vocals) ** 2).mean((1, 2)))
    assert np.abs(20 * np.log10(level / 0.1)).max() < 1.5  # speed changes take the top of white noise


def test_shorter_songs_are_filled_with_silence():
    vocals, mixture = Mixer([stems("a", 1, seconds=0.5)], RATE, seed=0, paired=1.0, silent=0.0).pair()
    assert vocals.shape == (2, RATE)
    assert np.abs(mixture[:, -100:]).max() == 0.0


def test_vocals_that_never_sound_do_no_harm():
    vocals, mixture = Mixer([stems("a", 1, quiet=True)], RATE, seed=0, paired=0.0).batch(2)
    assert np.isfinite(mixture).all()
    assert np.abs(vocals).max() < 1e-3


def test_what_augmentation_leaves_alone():
    rng = np.random.default_rng(0)
    samples = noise(1, 1).T.astype(np.float32)
    assert shape(samples, RATE, rng, wet=True).shape == samples.shape
    assert place(samples, rng).shape == samples.shape
    assert change_speed(samples, 1.1).shape[1] == pytest.approx(RATE / 1.1, abs=2)
    bent = saturate(samples, 4.0)
    assert np.sqrt((bent**2).mean()) == pytest.approx(np.sqrt((samples**2).mean()), rel=1e-4)
    assert np.abs(bent).max() < 0.8 * np.abs(samples).max()


def test_songs_behind_links_are_found(tmp_path):
    write(tmp_path / "elsewhere" / "song" / "vocals.wav", noise(0.1, 1))
    write(tmp_path / "elsewhere" / "song" / "mixture.wav", noise(0.1, 2))
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / "song").symlink_to(tmp_path / "elsewhere" / "song", target_is_directory=True)
    assert [song.name for song in find_songs(tmp_path / "songs")] == ["song"]


def test_links_that_go_in_circles_end(tmp_path):
    write(tmp_path / "song" / "vocals.wav", noise(0.1, 1))
    write(tmp_path / "song" / "mixture.wav", noise(0.1, 2))
    (tmp_path / "song" / "back").symlink_to(tmp_path, target_is_directory=True)
    assert [song.name for song in find_songs(tmp_path)] == ["song"]


def test_two_songs_of_one_name_are_said_so(tmp_path):
    for place_ in ("train/x", "test/x"):
        write(tmp_path / place_ / "vocals.wav", noise(0.1, 1))
        write(tmp_path / place_ / "mixture.wav", noise(0.1, 2))
    with pytest.raises(InputError, match="Two songs are called x"):
        find_songs(tmp_path)
