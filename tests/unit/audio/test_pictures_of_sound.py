"""Peaks, spectrogram and played sound of files: against the samples themselves."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from engine.api import pictures_of_sound as pictures
from engine.api.log_bands import BandFrames, band_hz
from engine.audio import Audio, resampled_length, write_audio
from engine.errors import Cancelled, InputError
from engine.jobs import CancelToken, JobContext


def _write(path: Path, audio: Audio, time_reference_samples: int | None = None) -> None:
    write_audio(audio, path, subtype="FLOAT", time_reference_samples=time_reference_samples)


def _noise(channels: int, length: int, rate: int) -> Audio:
    return Audio((0.2 * np.random.default_rng(4).standard_normal((channels, length))).astype(np.float32), rate)


def _sine(hz: float, seconds: float, rate: int, level: float = 1.0) -> Audio:
    times = np.arange(round(seconds * rate)) / rate
    return Audio.mono(level * np.sin(2 * np.pi * hz * times), rate)


@pytest.mark.parametrize("length", [1, 255, 256, 65_536 * 2 + 77])
def test_peaks_hold_every_sample(tmp_path: Path, length: int) -> None:
    sound = _noise(2, length, 44_100)
    _write(tmp_path / "sound.wav", sound)
    told = pictures.peaks(tmp_path / "sound.wav", tmp_path / "peaks.bin")
    found = np.fromfile(told.bin, np.float32).reshape(2, -1, 2)
    assert (told.rate, told.channels, told.samples) == (44_100, 2, length)
    assert found.shape[1] == -(-length // 256)
    for number in range(found.shape[1]):
        part = sound.samples[:, number * 256 : (number + 1) * 256]
        assert np.array_equal(found[:, number], np.stack((part.min(axis=1), part.max(axis=1)), axis=1))


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("hz", [60.0, 440.0, 3_100.0, 9_000.0])
def test_a_sine_is_brightest_at_its_own_band(tmp_path: Path, rate: int, hz: float) -> None:
    _write(tmp_path / "sine.wav", _sine(hz, 0.5, rate, 0.999))
    told = pictures.spectrogram(tmp_path / "sine.wav", tmp_path / "rows.u8")
    rows = np.fromfile(told.path, np.uint8).reshape(told.frames, told.bands)
    assert (told.frames, told.bands, told.frames_per_s) == (50, 128, 100)
    middle = rows[25].astype(int)
    brightest = band_hz()[int(np.argmax(middle))]
    assert abs(np.log2(brightest / hz)) < 0.2
    assert middle.max() > 255 - 3 * 255 / 96  # within 3 dB of full scale
    away = np.abs(np.log2(band_hz() / hz)) > 1.5
    assert middle[away].max() < 130


def test_a_click_stands_where_it_is(tmp_path: Path) -> None:
    samples = np.zeros((1, 48_000), np.float32)
    samples[0, 24_000] = 1.0
    _write(tmp_path / "click.wav", Audio(samples, 48_000))
    told = pictures.spectrogram(tmp_path / "click.wav", tmp_path / "rows.u8")
    rows = np.fromfile(told.path, np.uint8).reshape(told.frames, told.bands).astype(int)
    assert abs(int(np.argmax(rows[:, 100])) - 50) <= 1
    assert rows[:40].max() == rows[60:].max() == 0


def test_rows_are_the_same_however_the_sound_comes() -> None:
    sound = _noise(2, 30_011, 44_100).samples
    whole = BandFrames(44_100, 2)
    at_once = np.concatenate((whole.push(sound), whole.finish()))
    pieces = BandFrames(44_100, 2)
    edges = [0, 1, 500, 501, 20_000, 30_011]
    rows = [pieces.push(sound[:, first:last]) for first, last in itertools.pairwise(edges)]
    assert np.abs(np.concatenate((*rows, pieces.finish())).astype(int) - at_once).max() <= 1
    assert len(at_once) == -(-30_011 * 100 // 44_100)


@pytest.mark.parametrize(("channels", "rate"), [(1, 44_100), (2, 48_000), (2, 22_050), (6, 48_000)])
def test_what_is_played_is_the_sound(tmp_path: Path, channels: int, rate: int) -> None:
    sound = _noise(channels, rate, rate)
    _write(tmp_path / "sound.wav", sound)
    told = pictures.played(tmp_path / "sound.wav", tmp_path / "sound.f32")
    frames = np.fromfile(told.path, np.float32).reshape(-1, 2)
    assert told.sample_rate == 48_000
    assert len(frames) == told.samples
    assert abs(told.samples - resampled_length(rate, rate, 48_000)) <= 1
    if rate == 48_000:
        assert np.array_equal(frames.T, sound.samples[:2])
    if channels == 1:
        assert np.array_equal(frames[:, 0], frames[:, 1])


def test_loudness_follows_the_level(tmp_path: Path) -> None:
    told = []
    for name, level in (("loud", 0.5), ("soft", 0.25)):
        _write(tmp_path / f"{name}.wav", _sine(997, 2.0, 48_000, level))
        told.append(pictures.played(tmp_path / f"{name}.wav", tmp_path / f"{name}.f32").loudness_lufs)
    loud, soft = told
    assert loud is not None
    assert soft is not None
    assert loud - soft == pytest.approx(20 * np.log10(2), abs=0.01)


def test_silence_has_no_loudness_and_a_black_picture(tmp_path: Path) -> None:
    _write(tmp_path / "silence.wav", Audio(np.zeros((2, 24_000), np.float32), 48_000))
    assert pictures.played(tmp_path / "silence.wav", tmp_path / "silence.f32").loudness_lufs is None
    told = pictures.spectrogram(tmp_path / "silence.wav", tmp_path / "rows.u8")
    assert not np.fromfile(told.path, np.uint8).any()


def test_the_place_on_the_timeline_is_told(tmp_path: Path) -> None:
    _write(tmp_path / "placed.wav", _noise(1, 4_000, 48_000), time_reference_samples=96_000)
    assert pictures.played(tmp_path / "placed.wav", tmp_path / "placed.f32").time_reference_s == 2.0
    _write(tmp_path / "free.wav", _noise(1, 4_000, 48_000))
    assert pictures.played(tmp_path / "free.wav", tmp_path / "free.f32").time_reference_s is None


@pytest.mark.parametrize("picture", [pictures.peaks, pictures.spectrogram, pictures.played])
def test_nothing_is_left_of_a_file_that_is_no_sound_or_of_a_cancel(tmp_path: Path, picture: object) -> None:
    assert callable(picture)
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(InputError):
        picture(tmp_path / "text.wav", tmp_path / "out")
    _write(tmp_path / "sound.wav", _noise(1, 4_000, 48_000))
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        picture(tmp_path / "sound.wav", tmp_path / "out", JobContext(token=token))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sound.wav", "text.wav"]
