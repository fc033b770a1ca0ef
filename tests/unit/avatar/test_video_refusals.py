"""What cannot be written is said in a sentence, and leaves nothing behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.avatar.renderer import Picture
from engine.avatar.video import VideoSettings, planned, write_video
from engine.errors import Cancelled, InputError, MelismaError
from engine.jobs import CancelToken, JobContext, Progress

NAMES = ["a.mp4", "a.webm", "a.mov", "a.gif", "run", "run_%d.png"]


def pictures(count: int, width: int = 32, height: int = 32) -> Iterator[Picture]:
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield rng.integers(0, 255, (height, width, 4), np.uint8)


def write(out: Path, count: int = 4, **more: Any) -> None:
    settings = more.pop("settings", None) or VideoSettings(format="png" if "run" in out.name else None)
    source = more.pop("source", None) or pictures(count)
    context = more.pop("context", JobContext())
    write_video(out, source, count, more.pop("fps", Fraction(25)), more.pop("audio", None), settings, context)


@pytest.mark.parametrize(
    ("name", "settings", "fps", "words"),
    [
        ("a.avi", VideoSettings(), 25, "a.avi names no video format"),
        ("noname", VideoSettings(), 25, "noname names no video format"),
        ("a.mp4", VideoSettings(format="wmv"), 25, "wmv is no video format"),
        ("a.mp4", VideoSettings(format="webm"), 25, "no name for the format webm"),
        ("a.mp4", VideoSettings(format="png"), 25, "no name for the format png"),
        ("a.mp4", VideoSettings(transparent=True), 25, "MP4 knows no transparency"),
        ("a.mp4", VideoSettings(), 0, "0 pictures per second"),
        ("a.gif", VideoSettings(), 60, "GIF cannot be written with 60"),
        ("a.png", VideoSettings(), 25, "names one picture"),
        ("a_%d_%d.png", VideoSettings(), 25, "names one picture"),
        ("nowhere/a.mp4", VideoSettings(), 25, "does not exist"),
        ("nowhere/run", VideoSettings(format="png"), 25, "does not exist"),
        ("nowhere/a_%d.png", VideoSettings(), 25, "does not exist"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, name: str, settings: VideoSettings, fps: int, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        write(tmp_path / name, settings=settings, fps=Fraction(fps))
    assert caught.value.hint
    assert not list(tmp_path.iterdir())


def test_it_is_known_before_the_work() -> None:
    with pytest.raises(InputError):
        planned(Path("a.avi"), Fraction(25), VideoSettings())
    assert planned(Path("a.WEBM"), Fraction(25), VideoSettings()).name == "webm"
    assert planned(Path("shots"), Fraction(25), VideoSettings(format="png")).name == "png"


@pytest.mark.parametrize(("width", "height"), [(8, 32), (32, 8), (9000, 16)])
def test_sizes_that_players_refuse(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(InputError, match=f"{width} x {height}"):
        write(tmp_path / "a.mp4", source=pictures(4, width, height))


def test_a_sound_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "s.wav").write_bytes(b"no sound at all")
    for audio in (tmp_path / "s.wav", tmp_path / "missing.wav"):
        with pytest.raises(InputError):
            write(tmp_path / "a.mp4", audio=audio)
    assert [path.name for path in tmp_path.iterdir()] == ["s.wav"]


@pytest.mark.parametrize("name", NAMES)
def test_a_cancel_leaves_nothing(tmp_path: Path, name: str) -> None:
    token = CancelToken()

    def stop(step: Progress) -> None:
        if step.done == 3:
            token.cancel()

    with pytest.raises(Cancelled):
        write(tmp_path / name, 50, context=JobContext(stop, token))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_an_error_in_the_drawing_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    def breaking() -> Iterator[Picture]:
        yield from pictures(3)
        raise RuntimeError("no more paint")

    if "run" not in name:
        (tmp_path / name).write_bytes(b"before")
    with pytest.raises(RuntimeError, match="paint"):
        write(tmp_path / name, 9, source=breaking())
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"] * ("run" not in name)


def test_too_few_pictures_or_of_two_sizes_are_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3 pictures of 4"):
        write(tmp_path / "a.mp4", source=pictures(3))
    with pytest.raises(ValueError, match="among those"):
        write(tmp_path / "a.mp4", source=iter([*pictures(2), *pictures(2, 48)]))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        write(tmp_path / "run")
    assert (tmp_path / "run" / "mine.txt").read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_refuses_is_said(tmp_path: Path, name: str) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))
    try:
        with pytest.raises(MelismaError, match="could not be written: File too large") as caught:
            write(tmp_path / name, 60)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.exit_code == 1
    assert not list(tmp_path.iterdir())
