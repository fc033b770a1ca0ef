"""Videos read back: how many pictures, which colours, how clear, and when what is seen and heard."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.avatar.renderer import Picture
from engine.avatar.video import VideoSettings, count_frames, write_video
from engine.jobs import JobContext, Progress

WIDTH, HEIGHT = 64, 48
NTSC = Fraction(24000, 1001)
CLEAR = VideoSettings(transparent=True)


def plain(colour: tuple[int, ...], width: int = WIDTH, height: int = HEIGHT) -> Picture:
    picture = np.zeros((height, width, 4), np.uint8)
    picture[:] = (*colour, 255)[:4]
    return picture


def numbered(count: int) -> Iterator[Picture]:
    """Each one brighter than the one before, modulo 200."""
    for index in range(count):
        yield plain((20 + index * 7 % 200,) * 3)


def write(out: Path, pictures: Any, count: int, fps: Fraction = Fraction(25), **more: Any) -> Any:
    settings = more.pop("settings", VideoSettings())
    return write_video(out, pictures, count, fps, more.pop("audio", None), settings, more.pop("context", JobContext()))


def decoded(path: Path, pixels: str = "rgb24") -> tuple[list[float], list[NDArray[np.uint8]]]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return [frame.time for frame in frames], [frame.to_ndarray(format=pixels) for frame in frames]


def with_alpha(path: Path) -> list[NDArray[np.uint8]]:
    """FFmpeg's own VP9 decoder drops alpha; the library's does not."""
    with av.open(str(path)) as container:
        if path.suffix != ".webm":
            return [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
        decoder: Any = av.CodecContext.create("libvpx-vp9", "r")
        packets = [packet for packet in container.demux(video=0) if packet.size]
        return [frame.to_ndarray(format="rgba") for packet in packets for frame in decoder.decode(packet)]


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(25), Fraction(30), Fraction(60), NTSC])
@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.mov"])
def test_every_picture_is_there_at_its_time(tmp_path: Path, name: str, fps: Fraction) -> None:
    facts = write(tmp_path / name, numbered(13), 13, fps)
    times, pictures = decoded(tmp_path / name)
    assert facts.num_frames == len(pictures) == 13
    np.testing.assert_allclose(times, [float(index / fps) for index in range(13)], atol=0.0011)
    for picture, drawn in zip(pictures, numbered(13), strict=True):
        assert abs(float(picture.mean()) - drawn[0, 0, 0]) < 3
    assert facts.size_bytes == (tmp_path / name).stat().st_size


def test_a_gif_has_every_picture(tmp_path: Path) -> None:
    facts = write(tmp_path / "a.gif", numbered(13), 13, Fraction(30))
    times, pictures = decoded(tmp_path / "a.gif")
    np.testing.assert_allclose(times, [index / 30 for index in range(13)], atol=0.0051)
    assert [round(float(p.mean())) for p in pictures] == pytest.approx([p[0, 0, 0] for p in numbered(13)], abs=3)
    assert facts.sound_s is None


def test_a_gif_forgets_what_was_where_it_is_clear(tmp_path: Path) -> None:
    left, right = plain((0, 0, 0, 0)), plain((0, 0, 0, 0))
    left[:, :20], right[:, 30:] = (200, 40, 40, 255), (40, 40, 200, 255)
    write(tmp_path / "a.gif", [left, right, left], 3, settings=CLEAR)
    for read, drawn in zip(decoded(tmp_path / "a.gif", "rgba")[1], (left, right, left), strict=True):
        np.testing.assert_array_equal(read[..., 3], drawn[..., 3])
        assert np.abs(read.astype(int) - drawn)[drawn[..., 3] > 0].max() <= 8


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.mov"])
def test_colours_are_bt709_and_come_back(tmp_path: Path, name: str) -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (255, 255, 255), (0, 0, 0), (230, 180, 150)]
    write(tmp_path / name, [plain(colour) for colour in colours], len(colours))
    with av.open(str(tmp_path / name)) as container:
        for frame, colour in zip(container.decode(video=0), colours, strict=True):
            assert (frame.colorspace, frame.color_range) == (1, 1)
            assert (frame.color_primaries, frame.color_trc) == (1, 1)
            planes = [np.asarray(frame.reformat(format="yuv444p").planes[i]) for i in range(3)]
            y, u, v = (float(np.frombuffer(plane, np.uint8)[0]) for plane in planes)
            # ITU-R BT.709, limited range, by hand.
            light, blue, red = (y - 16) / 219, (u - 128) / 224 * 1.8556, (v - 128) / 224 * 1.5748
            green = -0.2126 / 0.7152 * red - 0.0722 / 0.7152 * blue
            np.testing.assert_allclose(255 * np.array([light + red, light + green, light + blue]), colour, atol=4)


@pytest.mark.parametrize("name", ["a.webm", "a.mov"])
def test_straight_alpha_comes_back(tmp_path: Path, name: str) -> None:
    picture = plain((200, 60, 40))
    picture[..., 3] = np.clip(np.linspace(-100, 355, WIDTH), 0, 255).astype(np.uint8)
    picture[picture[..., 3] == 0] = 0  # black where it is clear, as figures are drawn
    write(tmp_path / name, [picture] * 3, 3, settings=CLEAR)
    for read in with_alpha(tmp_path / name):
        np.testing.assert_allclose(read[..., 3].astype(int), picture[..., 3], atol=6)
        edge = (picture[..., 3] > 0) & (picture[..., 3] < 255)
        assert np.abs(read[edge][:, :3].astype(int) - (200, 60, 40)).max() < 14, "a dark fringe"


def test_without_transparency_alpha_is_not_looked_at(tmp_path: Path) -> None:
    picture = plain((200, 60, 40))
    picture[..., 3] = 0
    for name in ("a.mp4", "a.webm", "a.gif"):
        write(tmp_path / name, [picture] * 2, 2)
        assert abs(decoded(tmp_path / name)[1][1].astype(int) - (200, 60, 40)).max() < 8


def test_odd_sides_are_made_even_where_they_must_be(tmp_path: Path) -> None:
    picture = plain((90, 90, 90), 51, 33)
    picture[-1], picture[:, -1] = (250, 250, 250, 255), (250, 250, 250, 255)
    for name, size in (("a.mp4", (52, 34)), ("a.webm", (52, 34)), ("a.mov", (51, 33)), ("a.gif", (51, 33))):
        facts = write(tmp_path / name, [picture] * 2, 2)
        read = decoded(tmp_path / name)[1][0]
        assert (facts.width, facts.height) == (read.shape[1], read.shape[0]) == size
        assert read[-1].mean() > 180
        assert read[:, -1].mean() > 180


def test_pictures_and_their_sound(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (4800, 2)).astype(np.float32)
    soundfile.write(str(tmp_path / "s.wav"), samples, 48_000, "FLOAT")
    settings = VideoSettings(format="png", transparent=True)
    drawn = [plain((10 * index, 5, 200, 100 + index)) for index in range(3)]
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "run", tmp_path / "empty", tmp_path / "shot_%03d.png"):
        facts = write(out, drawn, 3, settings=settings, audio=tmp_path / "s.wav")
        folder = out if out.suffix == "" else tmp_path
        read = [p for p in sorted(folder.glob("*.png")) if out.suffix == "" or p.name.startswith("shot_")]
        assert read[0].name.endswith("000.png")
        for path, picture in zip(read, drawn, strict=True):
            with av.open(str(path)) as one:
                np.testing.assert_array_equal(next(one.decode(video=0)).to_ndarray(format="rgba"), picture)
        (wav,) = facts.beside
        heard, rate = soundfile.read(str(wav), dtype="float32")
        assert rate == 48_000
        np.testing.assert_allclose(heard, samples, atol=2**-23)
    assert not list(tmp_path.glob(".*"))


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    alive = most = 0

    def gone() -> None:
        nonlocal alive
        alive -= 1

    def pictures() -> Iterator[Picture]:
        nonlocal alive, most
        for picture in numbered(300):
            weakref.finalize(picture, gone)
            alive += 1
            most = max(most, alive)
            yield picture

    write(tmp_path / "a.mp4", pictures(), 300)
    assert 1 <= most <= 6


def test_progress_is_told_for_every_picture(tmp_path: Path) -> None:
    told: list[Progress] = []
    write(tmp_path / "a.mp4", numbered(7), 7, context=JobContext(told.append))
    assert [(step.done, step.total) for step in told] == [(index, 7) for index in range(8)]


def test_a_player_can_begin_before_it_has_all(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mov"):
        write(tmp_path / name, numbered(5), 5)
        data = (tmp_path / name).read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(
    ("duration", "fps", "count"),
    [
        (Fraction(1), 25, 25),
        (Fraction(101, 100), 25, 25),
        (Fraction(102, 100), 25, 26),
        (0.001, 30, 1),
        (600.0, 60, 36000),
    ],
)
def test_the_number_of_pictures(duration: Fraction, fps: int, count: int) -> None:
    assert count_frames(duration, Fraction(fps)) == count
