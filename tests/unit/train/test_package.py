"""The data package: the same bytes for the same data, unpacked once, nothing outside its folder."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.train.package import CONTENTS, open_package, write_package


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in CONTENTS:
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(name, encoding="utf-8")
    return tmp_path / "data"


def test_a_package_gives_the_data_back(data: Path, tmp_path: Path) -> None:
    size = write_package(data, tmp_path / "one.tar")
    assert size == (tmp_path / "one.tar").stat().st_size
    opened = open_package(tmp_path / "one.tar", tmp_path / "work")
    for name in CONTENTS:
        assert (opened / name / "a.txt").read_text(encoding="utf-8") == name


def test_the_same_data_gives_the_same_bytes(data: Path, tmp_path: Path) -> None:
    write_package(data, tmp_path / "one.tar")
    (data / CONTENTS[0] / "a.txt").touch()
    write_package(data, tmp_path / "two.tar")
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()


def test_a_folder_is_taken_as_it_is(data: Path, tmp_path: Path) -> None:
    assert open_package(data, tmp_path / "work") == data


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        write_package(tmp_path, tmp_path / "one.tar")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("make", ["absent", "text", "escaping"])
def test_a_bad_package_is_one_sentence(make: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.tar"
    if make == "text":
        path.write_text("no archive", encoding="utf-8")
    if make == "escaping":
        with tarfile.open(path, "w") as archive:
            entry = tarfile.TarInfo("../outside.txt")
            entry.size = 1
            archive.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(InputError):
        open_package(path, tmp_path / "work")
    assert not (tmp_path / "outside.txt").exists()
