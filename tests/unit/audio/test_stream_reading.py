"""Every format block by block: the same samples as at once, and a sentence for what is no sound."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from engine.audio import Audio, open_audio, read_audio, write_audio
from engine.errors import InputError

RATE = 44_100


def tone(channels: int = 2, length: int = 100_000) -> np.ndarray:
    time_s = np.arange(length) / RATE
    return np.stack([0.4 * np.sin(2 * np.pi * (440 + 110 * c) * time_s) for c in range(channels)]).astype(np.float32)


def read_all(path: Path) -> np.ndarray:
    with open_audio(path) as stream:
        blocks = list(stream.blocks())
        assert all(block.flags.c_contiguous and block.dtype == np.float32 for block in blocks)
        assert {block.shape[0] for block in blocks} == {stream.channels}
    return np.concatenate(blocks, axis=1)


def encode(path: Path, codec: str, samples: np.ndarray) -> None:
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        resampler = av.AudioResampler(stream.format, layout, RATE, stream.frame_size)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("name", "kind", "subtype"),
    [
        ("a.wav", "WAV", "PCM_16"),
        ("a.wav", "WAV", "DOUBLE"),
        ("a.wav", "RF64", "PCM_24"),
        ("a.wav", "WAVEX", "FLOAT"),
        ("a.flac", "FLAC", "PCM_24"),
        ("a.aiff", "AIFF", "PCM_24"),
        ("a.caf", "CAF", "PCM_16"),
        ("a.w64", "W64", "FLOAT"),
        ("a.ogg", "OGG", "VORBIS"),
        ("a.opus", "OGG", "OPUS"),
        ("a.mp3", "MP3", "MPEG_LAYER_III"),
    ],
)
def test_libsndfile_formats(tmp_path: Path, name: str, kind: str, subtype: str) -> None:
    path = tmp_path / name
    rate = 48_000 if subtype == "OPUS" else RATE
    with soundfile.SoundFile(str(path), "w", rate, 2, subtype=subtype, format=kind) as file:
        for start in range(0, 100_000, 10_000):
            file.write(tone()[:, start : start + 10_000].T)
    with open_audio(path) as stream:
        assert (stream.sample_rate, stream.channels) == (rate, 2)
        assert stream.time_reference_samples is None
        assert abs(stream.expected_samples - 100_000) < 5000
    np.testing.assert_array_equal(read_all(path), read_audio(path).samples)


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.mp4", "aac"), ("a.mka", "flac"), ("a.m4a", "alac")])
@pytest.mark.parametrize("channels", [1, 2])
def test_ffmpeg_formats(tmp_path: Path, name: str, codec: str, channels: int) -> None:
    path, samples = tmp_path / name, tone(channels)
    encode(path, codec, samples)
    again = read_all(path)
    with open_audio(path) as stream:
        assert (stream.sample_rate, stream.channels) == (RATE, channels)
        assert abs(stream.expected_samples - samples.shape[1]) < 5000
    np.testing.assert_array_equal(again, read_audio(path).samples)
    assert again.shape[1] - samples.shape[1] in range(1025)  # a whole last packet at most, and no delay
    np.testing.assert_allclose(again[:, 20_000:90_000], samples[:, 20_000:90_000], atol=0.05)


def test_a_time_stamp_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    write_audio(Audio(tone(), RATE), path, time_reference_samples=123_456_789_012)
    with open_audio(path) as stream:
        assert stream.time_reference_samples == 123_456_789_012


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_no_numbers_are_named_by_their_second(tmp_path: Path, value: float) -> None:
    samples = tone(2, 3 * RATE)
    samples[1, 2 * RATE] = value
    path = tmp_path / "a.wav"
    soundfile.write(path, samples.T, RATE, subtype="FLOAT")
    with open_audio(path) as stream, pytest.raises(InputError, match=r"no numbers, the first at 2\.000 s"):
        list(stream.blocks())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"dear diary, this is no music\n" * 20, ""),
        (b"RIFF\x10\0\0\0WAVEfmt ", ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ""),
    ],
)
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a", "a"])
def test_no_sound_is_said_in_a_sentence(tmp_path: Path, content: bytes, words: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=words or name), open_audio(path) as stream:
        list(stream.blocks())


def test_a_file_without_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros((0, 2)), RATE)
    with open_audio(path) as stream, pytest.raises(InputError, match="holds no sound"):
        list(stream.blocks())


def test_folders_and_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"), open_audio(tmp_path):
        pass
    with pytest.raises(InputError, match="There is no file"), open_audio(tmp_path / "a.wav"):
        pass


def test_a_video_gives_its_sound(tmp_path: Path) -> None:
    path, samples = tmp_path / "a.mp4", tone()
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=25)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=RATE, layout="stereo")
        for _ in range(10):
            image = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(picture.encode(image))
        container.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate = RATE
        for part in av.AudioResampler("fltp", "stereo", RATE, sound.frame_size).resample(frame):
            container.mux(sound.encode(part))
        container.mux(sound.encode(None))
    assert read_all(path).shape[0] == 2


def test_a_video_without_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        picture = container.add_stream("mpeg4", rate=25)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuv420p"
        container.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        container.mux(picture.encode(None))
    with pytest.raises(InputError, match="holds no sound"), open_audio(path):
        pass


def test_the_rate_is_that_of_the_decoded_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once as in blocks: a header may state half of it (AAC with spectral band replication)."""
    path = tmp_path / "a.m4a"
    encode(path, "aac", tone())
    stream = type("Stream", (), {"rate": RATE // 2, "type": "audio"})

    class Container:
        """A container whose header lies."""

        def __init__(self, real: object) -> None:
            self.real, self.duration = real, None
            self.streams = type("Streams", (), {"audio": [stream]})

        def decode(self, _: object) -> object:
            return self.real.decode(audio=0)  # type: ignore[attr-defined]

        def __enter__(self) -> Container:
            return self

        def __exit__(self, *_: object) -> None:
            self.real.close()  # type: ignore[attr-defined]

    opened = av.open
    monkeypatch.setattr(av, "open", lambda name: Container(opened(name)))
    assert read_audio(path).sample_rate == RATE
