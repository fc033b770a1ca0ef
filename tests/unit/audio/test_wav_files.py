"""Writing and reading back: exact lengths, exact floats, integers within half a step, the time stamp."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.audio import Audio, read_audio, read_bext, write_audio
from engine.errors import InputError, MelismaError

_quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def noise(channels: int = 1, length: int = 1000, sample_rate: int = 48000, level: float = 0.5) -> Audio:
    samples = np.random.default_rng(length).uniform(-level, level, (channels, length)).astype(np.float32)
    return Audio(samples, sample_rate)


@_quick
@given(
    channels=st.integers(1, 4),
    length=st.integers(0, 3000),
    rate=st.sampled_from([8000, 44100, 48000, 96000]),
    subtype=st.sampled_from(["PCM_16", "PCM_24", "FLOAT"]),
    position=st.none() | st.integers(0, 2**64 - 1),
)
def test_wav_round_trip(
    tmp_path: Path, channels: int, length: int, rate: int, subtype: Any, position: int | None
) -> None:
    audio, path = noise(channels, length, rate), tmp_path / "a.wav"
    write_audio(audio, path, subtype=subtype, time_reference_samples=position)
    again = read_audio(path)
    assert again.sample_rate == rate
    assert again.samples.shape == audio.samples.shape
    step = {"PCM_16": 2**-15, "PCM_24": 2**-23, "FLOAT": 0.0}[subtype]
    np.testing.assert_allclose(again.samples, audio.samples, atol=step / 2 + (1e-9 if step else 0), rtol=0)
    stamp = read_bext(path)
    assert (None if stamp is None else stamp.time_reference_samples) == position
    assert soundfile.info(str(path)).subtype == subtype


@pytest.mark.parametrize("suffix", [".flac", ".ogg", ".mp3", ".WAV"])
def test_other_formats_by_suffix(tmp_path: Path, suffix: str) -> None:
    time_s = np.arange(48000) / 48000
    audio = Audio.mono(0.5 * np.sin(2 * np.pi * 440 * time_s), 48000)
    path = tmp_path / f"a{suffix}"
    write_audio(audio, path, description="melisma")
    again = read_audio(path)
    assert again.sample_rate == 48000
    assert abs(again.num_samples - 48000) < 3000  # MP3 pads
    assert np.sqrt(np.mean(again.samples**2)) == pytest.approx(0.3535, rel=0.05)


def test_integers_clip_instead_of_wrapping(tmp_path: Path) -> None:
    audio = Audio(np.array([[2.0, -2.0, 1.0]], dtype=np.float32), 48000)
    for name in ("a.wav", "a.flac"):
        write_audio(audio, tmp_path / name, subtype="PCM_16")
        np.testing.assert_allclose(read_audio(tmp_path / name).samples, [[1.0, -1.0, 1.0]], atol=1e-4)


def test_same_sound_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        write_audio(noise(), tmp_path / name, time_reference_samples=7, description="x" * 300)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    stamp = read_bext(tmp_path / "a.wav")
    assert stamp is not None
    assert stamp.description == "x" * 256


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_broken_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")

    def stop(*_: Any) -> None:
        raise error

    monkeypatch.setattr("engine.audio.wav.sample_bytes", stop)
    with pytest.raises(error):
        write_audio(noise(), path)
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]
    assert path.read_bytes() == b"old"


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no sound format"):
        write_audio(noise(), tmp_path / "a.txt")
    with pytest.raises(InputError, match="does not exist"):
        write_audio(noise(), tmp_path / "missing" / "a.wav")
    (tmp_path / "folder.wav").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        write_audio(noise(), tmp_path / "folder.wav")
    with pytest.raises(InputError, match="MP3"):
        write_audio(noise(sample_rate=96000), tmp_path / "a.mp3")
    with pytest.raises(MelismaError, match="no numbers"):
        write_audio(Audio.mono(np.array([np.nan]), 48000), tmp_path / "a.wav")
    assert [p.name for p in tmp_path.iterdir()] == ["folder.wav"]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("no sound at all, " * 50)
    for name, words in (("none.wav", "no file"), ("empty.wav", "empty"), ("text.wav", "could not be read")):
        with pytest.raises(InputError, match=words):
            read_audio(tmp_path / name)
    with pytest.raises(InputError, match="folder"):
        read_audio(tmp_path)
    with pytest.raises(InputError, match="not a WAV"):
        read_bext(tmp_path / "text.wav")


def test_ffmpeg_reads_what_libsndfile_does_not(tmp_path: Path) -> None:
    import av

    path = tmp_path / "a.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="fltp", layout="mono")
        frame.sample_rate = 44100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    audio = read_audio(path)
    assert audio.sample_rate == 44100
    assert audio.duration_s == pytest.approx(1.0, abs=0.1)


def test_audio_is_a_snapshot() -> None:
    samples = np.zeros((1, 4), dtype=np.float32)
    audio = Audio(samples, 48000)
    with pytest.raises(ValueError):
        audio.samples[0, 0] = 1
    samples[0, 1] = 1  # the owner's own array stays writable
    with pytest.raises(ValueError):
        Audio(np.zeros(4, dtype=np.float32), 48000)
    assert Audio(np.array([[1.0], [0.0]], dtype=np.float32), 1).to_mono().samples.tolist() == [[0.5]]


@pytest.mark.parametrize("name", ["a.wav", "a.ogg", "a.flac"])
def test_writing_can_be_broken_off(tmp_path: Path, name: str) -> None:
    blocks = iter(range(2))
    with pytest.raises(StopIteration):
        write_audio(noise(length=1 << 18), tmp_path / name, before_block=lambda: next(blocks))
    assert list(tmp_path.iterdir()) == []
