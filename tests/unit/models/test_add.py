"""Packages come in whole or not at all; only the user's own models go."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError, MelismaError
from engine.models import find_model, list_models
from engine.models.add import remove_model
from engine.models.package import install_package, is_package


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's models."""
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))
    return tmp_path / "user" / "data" / "models"


def package(folder: Path, **changes: Any) -> Path:
    facts = {
        "id": "sep",
        "name": "Sep",
        "kind": "any",
        "version": "1",
        "stem": "vocals",
        "sample_rate": 44100,
        "hop_length": 512,
        "licence": "MIT",
        "files": {"net.onnx": hashlib.sha256(b"net").hexdigest(), "sub/b.bin": hashlib.sha256(b"b").hexdigest()},
        "settings": {},
    } | changes
    (folder / "sub").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(facts))
    (folder / "net.onnx").write_bytes(b"net")
    (folder / "sub" / "b.bin").write_bytes(b"b")
    (folder / "not-listed").write_bytes(b"secret")
    return folder


def zipped(folder: Path, top: str = "") -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.rglob("*"):
            if file.is_file():
                archive.write(file, top + file.relative_to(folder).as_posix())
    return path


def quiet(done: int, total: int) -> None:
    assert 0 <= done < total


@pytest.mark.parametrize("form", ["folder", "zip", "zip with a folder"])
def test_packages_come_and_go(tmp_path: Path, own: Path, form: str) -> None:
    source = package(tmp_path / "p")
    if form != "folder":
        source = zipped(source, "sep-1.0/" if "with" in form else "")
    assert is_package(source)
    installed = install_package(source, quiet)
    assert installed.folder == own / "sep"
    assert sorted(path.name for path in own.rglob("*")) == ["b.bin", "manifest.json", "net.onnx", "sep", "sub"]
    assert find_model("sep", role="separator").path("sub/b.bin").read_bytes() == b"b"
    with pytest.raises(InputError, match="called sep already"):
        install_package(source, quiet)
    assert remove_model("sep") == own / "sep"
    assert list(own.iterdir()) == []
    with pytest.raises(InputError, match="no model called sep"):
        remove_model("sep")


def spoil(folder: Path, how: str) -> Path:
    match how:
        case "changed":
            (folder / "net.onnx").write_bytes(b"other")
        case "missing":
            (folder / "net.onnx").unlink()
        case "manifest":
            (folder / "manifest.json").write_text("{")
        case "outside":
            facts = json.loads((folder / "manifest.json").read_text())
            (folder / "manifest.json").write_text(json.dumps(facts | {"files": {"../../x": "0" * 64}}))
    return folder


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize(
    ("how", "words"),
    [("changed", "differs"), ("missing", "net.onnx"), ("manifest", "not valid JSON"), ("outside", "no plain path")],
)
def test_what_is_not_whole_leaves_nothing(tmp_path: Path, own: Path, how: str, words: str, form: str) -> None:
    source = spoil(package(tmp_path / "p"), how)
    with pytest.raises(InputError, match=words) as caught:
        install_package(zipped(source) if form == "zip" else source, quiet)
    assert str(own) not in caught.value.message
    assert list(own.iterdir()) == []


def test_broken_zips(tmp_path: Path, own: Path) -> None:
    whole = zipped(package(tmp_path / "p"))
    cut, torn, none, two = (tmp_path / name for name in ("cut.zip", "torn.zip", "none.zip", "two.zip"))
    cut.write_bytes(whole.read_bytes()[:-100])
    before, name, packed = whole.read_bytes().partition(b"net.onnx")
    torn.write_bytes(before + name + b"\xff" + packed[1:])
    with zipfile.ZipFile(none, "w") as archive:
        archive.writestr("a/b/manifest.json", "{}")
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a/manifest.json", "{}")
        archive.writestr("b/manifest.json", "{}")
    broken = "could not be unpacked"
    for path, words in ((cut, broken), (torn, broken), (none, "no manifest"), (two, "2 manifest.json")):
        assert is_package(path)
        with pytest.raises(InputError, match=words):
            install_package(path, quiet)
    assert list(own.iterdir()) == []


def test_a_zip_that_unpacks_to_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.models.package._MOST_BYTES", 3)
    with pytest.raises(InputError, match="unpacks to more"):
        install_package(zipped(package(tmp_path / "p")), quiet)


def test_presets_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.models.registry.presets_folder", lambda: tmp_path / "presets")
    preset = package(tmp_path / "presets" / "models" / "sep")
    with pytest.raises(InputError, match="came along with melisma and stays"):
        remove_model("sep")
    with pytest.raises(InputError, match="came along"):
        install_package(preset, quiet)
    assert [model.manifest.id for model in list_models()] == ["sep"]


def test_broken_and_linked_models_can_be_removed(tmp_path: Path, own: Path) -> None:
    broken = own / "broken"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text("{")
    target = package(tmp_path / "elsewhere")
    (own / "link").symlink_to(target)
    assert remove_model("broken") == broken
    assert remove_model("sep") == own / "link"
    assert list(own.iterdir()) == []
    assert (target / "net.onnx").is_file()


def test_a_disk_that_refuses(tmp_path: Path, own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_bytes(b"a file where the folder should be")
    with pytest.raises(MelismaError, match="could not be written") as caught:
        install_package(package(tmp_path / "p"), quiet)
    assert not isinstance(caught.value, InputError)
