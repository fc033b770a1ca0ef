"""Files that are whole or absent, on the disk before they have their name, and nothing half written left behind."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import files
from engine.errors import MelismaError
from engine.files import STALE_AFTER_S, clear_unfinished, write_bytes_whole, written_whole


class Disk:
    """What was asked of the disk, in order: "flush NAME" and "rename NAME"."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.error: OSError | None = None
        flush, rename = os.fsync, Path.replace

        def flushed(number: int) -> None:
            self.asked.append(f"flush {Path(f'/proc/self/fd/{number}').readlink().name}")
            if self.error is not None:
                raise self.error
            flush(number)

        def renamed(path: Path, target: Path) -> Path:
            self.asked.append(f"rename {path.name}")
            return rename(path, target)

        monkeypatch.setattr(os, "fsync", flushed)
        monkeypatch.setattr(Path, "replace", renamed)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture
def ended_pid() -> int:
    """Of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


MakeOld = Callable[[str], Path]


@pytest.fixture
def left(tmp_path: Path) -> MakeOld:
    """Makes a file that nobody touched for more than a day."""

    def make(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(b"half")
        _age(path)
        return path

    return make


def _age(path: Path, seconds: float = STALE_AFTER_S + 60) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_data_is_on_the_disk_before_the_name_and_the_name_after(tmp_path: Path, disk: Disk) -> None:
    write_bytes_whole(tmp_path / "song.melisma", b"x")
    flushed, renamed, folder = disk.asked
    assert flushed.startswith("flush .song.")
    assert flushed.removeprefix("flush ") == renamed.removeprefix("rename ")
    assert folder == f"flush {tmp_path.name}"


def test_a_cache_asks_nothing_of_the_disk(tmp_path: Path, disk: Disk) -> None:
    write_bytes_whole(tmp_path / "a.f32", b"x", lasting=False)
    assert (tmp_path / "a.f32").read_bytes() == b"x"
    assert [asked for asked in disk.asked if asked.startswith("flush")] == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_what_the_disk_did_not_take_does_not_replace_what_is_there(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "song.melisma"
    path.write_bytes(b"old")
    disk.error = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(MelismaError, match="No space left"):
        write_bytes_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_drive_that_knows_no_flushing_is_written_to_all_the_same(tmp_path: Path, disk: Disk) -> None:
    disk.error = OSError(errno.EINVAL, "Invalid argument")
    write_bytes_whole(tmp_path / "song.melisma", b"new")
    assert (tmp_path / "song.melisma").read_bytes() == b"new"


def test_what_a_killed_process_left_goes_a_day_later(tmp_path: Path, left: MakeOld, ended_pid: int) -> None:
    old = left(f".take one.{ended_pid}-3.part.wav")
    bare = left(f".bounce.{ended_pid}-0.part")
    fresh = tmp_path / f".take two.{ended_pid}-4.part.wav"
    fresh.write_bytes(b"half")
    assert sorted(clear_unfinished(tmp_path)) == sorted([old, bare])
    assert list(tmp_path.iterdir()) == [fresh]


@pytest.mark.parametrize(
    "name",
    [
        "song.part.wav", ".song.part.wav", "take.12345-3.part.wav", ".notes", ".song.123-4.part.wav.txt",
        ".song.x-1.part", ".12-1.part", ".song.99999999999-1.part", ".x.2019.part", ".x.2019.part.wav",
        ".x.2019-01.part", ".x.0-1.part",
    ],
)  # fmt: skip
def test_a_file_that_is_not_named_as_ours_stays(tmp_path: Path, left: MakeOld, name: str) -> None:
    mine = left(name)
    assert clear_unfinished(tmp_path) == ()
    assert mine.exists()


def test_what_a_living_process_writes_stays_however_old(tmp_path: Path, left: MakeOld) -> None:
    mine = left(f".song.{os.getpid()}-3.part.wav")
    assert clear_unfinished(tmp_path) == ()
    assert mine.exists()


def test_pictures_of_a_killed_video_go_but_no_folder_that_holds_more(tmp_path: Path, ended_pid: int) -> None:
    pictures, deep = tmp_path / f".mira.{ended_pid}.part", tmp_path / f".deep.{ended_pid}.part"
    (deep / "own").mkdir(parents=True)
    pictures.mkdir()
    (pictures / "mira_00001.png").write_bytes(b"p")
    for path in (pictures / "mira_00001.png", pictures, deep / "own", deep):
        _age(path)
    assert clear_unfinished(tmp_path) == ()  # a user's folder
    assert clear_unfinished(tmp_path, ours=True) == (pictures,)
    assert deep.is_dir()


def test_a_link_that_is_named_as_ours_stays(tmp_path: Path, ended_pid: int) -> None:
    target = tmp_path / "mine.wav"
    target.write_bytes(b"x")
    _age(target)
    (tmp_path / f".mine.{ended_pid}-1.part.wav").symlink_to(target)
    assert clear_unfinished(tmp_path) == ()
    assert target.exists()


def test_a_folder_is_tidied_at_the_first_file_that_is_written_there(
    tmp_path: Path, left: MakeOld, ended_pid: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_tidied", set())
    first = left(f".a.{ended_pid}-3.part.wav")
    with written_whole(tmp_path / "b.wav") as part:
        assert not first.exists()
        part.write_bytes(b"b")
    second = left(f".c.{ended_pid}-3.part.wav")
    write_bytes_whole(tmp_path / "b.wav", b"c")
    assert second.exists()  # once is enough for a process


def test_a_killed_process_leaves_what_the_next_one_knows_as_ours(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from engine.files import written_whole\n"
        "with written_whole(Path(sys.argv[1])) as part:\n"
        "    part.write_bytes(b'half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "a.wav")], cwd=root, check=False, timeout=60)
    (unfinished,) = tmp_path.iterdir()
    _age(unfinished)
    assert clear_unfinished(tmp_path) == (unfinished,)
