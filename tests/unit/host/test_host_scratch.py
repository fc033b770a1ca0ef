"""The folder for sounds that are handed over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import MelismaError
from engine.host.scratch import LOCK, PREFIX, Scratch, sweep
from tests.conftest import ROOT


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_gone_with_its_owner(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path / "cache")
    path = scratch.write("a.f32", b"abcd")
    assert path.read_bytes() == b"abcd"
    assert path.parent == scratch.folder
    scratch.close()
    scratch.close()
    assert _names(tmp_path / "cache") == []


def test_one_that_is_in_use_is_left_alone(tmp_path: Path) -> None:
    first = Scratch(tmp_path)
    kept = first.write("a", b"a")
    second = Scratch(tmp_path)  # the same process number, as two containers may have
    assert second.folder != first.folder
    assert kept.exists()
    second.close()
    assert kept.exists()
    first.close()
    assert _names(tmp_path) == []


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from engine.host.scratch import Scratch\n"
        "scratch = Scratch(pathlib.Path(sys.argv[1]))\n"
        "scratch.write('a', b'a')\n"
        "print(scratch.folder, flush=True)\n"
        "sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    folder = Path(child.stdout.readline().strip())
    sweep(tmp_path)
    assert (folder / "a").exists()
    child.kill()
    child.communicate()
    assert folder.exists()
    own = Scratch(tmp_path)
    assert not folder.exists()
    assert _names(tmp_path) == sorted([own.folder.name, own.folder.name + LOCK])
    own.close()


def test_other_folders_of_the_cache_are_not_swept(tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / f"{PREFIX}notes").mkdir()  # no lock: nobody of ours
    sweep(tmp_path)
    assert _names(tmp_path) == ["phrases", f"{PREFIX}notes"]


def test_the_oldest_files_go_when_there_are_too_many(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, most_bytes=10)
    for name in "abc":
        scratch.write(name, b"1234")
    assert _names(scratch.folder) == ["b", "c"]
    scratch.write("b", b"12345")  # written again: the newest now
    scratch.write("d", b"1234")
    assert _names(scratch.folder) == ["b", "d"]
    scratch.write("e", b"1" * 100)  # larger than all may be, but just told
    assert _names(scratch.folder) == ["e"]
    scratch.close()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(MelismaError, match="cannot be written to"):
        Scratch(tmp_path / "file" / "cache")
