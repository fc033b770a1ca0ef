"""The sound of a video: whole, from its first sample, and at the time of the pictures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.audio import open_audio, resampled_length
from engine.avatar.video import VideoSettings, count_frames, write_video
from engine.avatar.video_sound import SoundFeed, to_stereo
from engine.jobs import JobContext

RATE = 44_100
FLASH_EVERY_S = 1.9
SECONDS = 12.35


def heard(path: Path) -> NDArray[np.float32]:
    """[C, T] at 48 kHz as a player plays it: from the time that the file says."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    assert frames[0].time == pytest.approx(0, abs=0.0006)
    to_float = av.AudioResampler(format="fltp", layout=frames[0].layout, rate=48_000)
    return np.concatenate([part.to_ndarray() for frame in frames for part in to_float.resample(frame)], axis=1)


@pytest.fixture(scope="module")
def clicks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[float]]:
    """A click at 0.1 s, then one every `FLASH_EVERY_S`, and one just before the end."""
    path = tmp_path_factory.mktemp("clicks") / "clicks.wav"
    times = [*np.arange(0.1, SECONDS - 1, FLASH_EVERY_S).tolist(), SECONDS - 0.1]
    samples = np.zeros(round(SECONDS * RATE), np.float32)
    for time_s in times:
        samples[round(time_s * RATE) : round(time_s * RATE) + 40] = 0.8
    soundfile.write(str(path), samples, RATE)
    return path, times


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(24000, 1001)])
@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.mov"])
def test_clicks_fall_on_their_flashes(
    tmp_path: Path, clicks: tuple[Path, list[float]], name: str, fps: Fraction
) -> None:
    audio, times = clicks
    count = count_frames(Fraction(round(SECONDS * RATE), RATE), fps)
    pictures = np.zeros((count, 32, 32, 4), np.uint8)
    for time_s in times:
        pictures[int(time_s * fps)] = 255
    facts = write_video(tmp_path / name, iter(pictures), count, fps, audio, VideoSettings(), JobContext())
    with av.open(str(tmp_path / name)) as container:
        seen = [frame.time for frame in container.decode(video=0) if frame.to_ndarray(format="gray").mean() > 100]
    sound = np.abs(heard(tmp_path / name)[0])
    np.testing.assert_allclose(seen, [float(int(time_s * fps) / fps) for time_s in times], atol=0.0011)
    for time_s, flash_s in zip(times, seen, strict=True):
        a, b = round((time_s - 0.05) * 48_000), round((time_s + 0.05) * 48_000)
        loudest = int(np.argmax(sound[a:b]))
        click_s = (a + loudest) / 48_000
        assert abs(click_s - time_s) < 0.003
        assert -0.004 <= click_s - flash_s <= float(1 / fps) + 0.004
    assert facts.sound_s == pytest.approx(SECONDS, abs=1e-4)
    assert SECONDS <= sound.size / 48_000 < SECONDS + 0.03


def test_an_mp4_says_the_exact_length_of_its_sound(tmp_path: Path, clicks: tuple[Path, list[float]]) -> None:
    pictures = np.zeros((3, 32, 32, 4), np.uint8)
    write_video(tmp_path / "a.mp4", iter(pictures), 3, Fraction(25), clicks[0], VideoSettings(), JobContext())
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.audio[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        # The sound is longer than the pictures, and stays.
        assert float(stream.duration * stream.time_base) == pytest.approx(SECONDS, abs=1 / 48_000)
        assert stream.codec_context.sample_rate == 48_000


@settings(max_examples=25)
@given(
    rate=st.sampled_from([8000, 22_050, 44_100, 48_000, 96_000]),
    channels=st.sampled_from([1, 2, 6]),
    length=st.integers(1, 9000),
    step=st.integers(1, 3000),
)
def test_a_feed_gives_every_sample_once(
    tmp_path_factory: pytest.TempPathFactory, rate: int, channels: int, length: int, step: int
) -> None:
    path = tmp_path_factory.mktemp("feed") / "a.wav"
    soundfile.write(str(path), np.full((length, channels), 0.25, np.float32), rate)
    with open_audio(path) as stream:
        feed = SoundFeed(stream)
        blocks = [*feed.until(1000, step), *feed.rest(step)]
    assert {block.shape[0] for block in blocks} == {min(2, channels)}
    total = sum(block.shape[1] for block in blocks)
    assert total == feed.given == resampled_length(length, rate, 48_000)
    assert all(block.shape[1] == step for block in blocks[:-1])


def test_surround_is_mixed_down_and_not_louder() -> None:
    surround = np.zeros((6, 10), np.float32)
    surround[0], surround[2], surround[3] = 1.0, 1.0, 1.0
    left, right = to_stereo(surround)
    assert left[0] > right[0] > 0  # front left is in the left alone, the centre in both, the bass in neither
    assert np.abs(to_stereo(np.ones((6, 4), np.float32))).max() <= 1
    assert to_stereo(np.ones((11, 4), np.float32)).shape == (2, 4)
