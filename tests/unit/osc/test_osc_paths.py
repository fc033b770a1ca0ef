"""Only whole, regular files below the user's folders come through, and only when they are what was said."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from engine.errors import InputError
from plugin_host.osc.paths import Confined

DATA = b"{}" * 500_000
HASH = hashlib.sha256(DATA).hexdigest()
JSON = (".json",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "job.json").write_bytes(DATA)
    (folder / "deep" / "er" / "Jöb.JSON").write_bytes(DATA)
    (tmp_path / "allowed-not").mkdir()
    (tmp_path / "allowed-not" / "job.json").write_bytes(DATA)
    (tmp_path / "secret.json").write_bytes(DATA)
    return folder


def accepts(folder: Path, path: Path | str, size: int = len(DATA), sha256: str = HASH) -> bool:
    """Whether a path comes through; `checked` and `read` must be of one mind."""
    confined, answers = Confined([folder]), []
    for ask in (confined.checked, confined.read):
        try:
            given = ask(str(path), size, sha256, JSON)
        except InputError:
            answers.append(False)
        else:
            assert given in (Path(path).resolve(), DATA)
            answers.append(True)
    assert answers[0] == answers[1]
    return answers[0]


def test_files_of_the_folders_come_through(folder: Path, tmp_path: Path) -> None:
    assert accepts(folder, folder / "job.json")
    assert accepts(folder, folder / "deep" / "er" / "Jöb.JSON")
    assert accepts(folder, folder / "deep" / ".." / "job.json")
    assert accepts(tmp_path, tmp_path / "secret.json")
    (tmp_path / "link to it").symlink_to(folder)
    assert accepts(tmp_path / "link to it", folder / "job.json")
    assert accepts(folder, tmp_path / "link to it" / "job.json")


def test_nothing_outside(folder: Path, tmp_path: Path) -> None:
    assert not accepts(folder, tmp_path / "secret.json")
    assert not accepts(folder, tmp_path / "allowed-not" / "job.json")
    assert not accepts(folder, folder / ".." / "secret.json")
    assert not accepts(folder, folder / "deep" / ".." / ".." / "secret.json")
    with pytest.raises(InputError):
        Confined([]).checked(str(folder / "job.json"), len(DATA), HASH, JSON)


def test_no_link_leads_out(folder: Path, tmp_path: Path) -> None:
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "way").symlink_to(tmp_path)
    (folder / "circle.json").symlink_to(folder / "circle.json")
    (folder / "in.json").symlink_to(folder / "job.json")
    assert not accepts(folder, folder / "link.json")
    assert not accepts(folder, folder / "way" / "secret.json")
    assert not accepts(folder, folder / "circle.json")
    assert accepts(folder, folder / "in.json")


def test_no_link_changes_the_suffix(folder: Path) -> None:
    (folder / "program.sh").write_bytes(DATA)
    (folder / "harmless.json").symlink_to(folder / "program.sh")
    (folder / "job.sh").symlink_to(folder / "job.json")
    for name in ("program.sh", "harmless.json", "job.sh", "job.json.", "job"):
        assert not accepts(folder, folder / name)


def test_regular_files_only(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    (folder / "folder.json").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "s.json"))
        for name in ("pipe.json", "folder.json", "s.json"):
            assert not accepts(folder, folder / name, 0, hashlib.sha256().hexdigest())
    for device in ("/dev/zero", "/dev/null", "/proc/self/mem"):
        with pytest.raises(InputError):
            Confined([Path("/")]).checked(device, 0, hashlib.sha256().hexdigest(), ("",))


@pytest.mark.parametrize(
    "path",
    ["", ".", "job.json", "/", "//host/share/job.json", r"\\host\share\job.json", r"\\?\C:\job.json", r"\\.\COM1",
     "/no/such.json", "/nul\0.json", "/" + "x" * 300 + ".json", "/" + "x/" * 3000 + ".json", "\udcff.json"],
)  # fmt: skip
def test_no_odd_paths(folder: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert not accepts(Path("/"), path)


def test_the_content_must_be_what_was_said(folder: Path) -> None:
    job = folder / "job.json"
    assert not accepts(folder, job, len(DATA) - 1)
    assert not accepts(folder, job, len(DATA) + 1)
    assert not accepts(folder, job, -1)
    assert not accepts(folder, job, 1 << 62)
    for wrong in ("", HASH[:-1], HASH.upper(), "0" * 64, HASH + "\n"):
        assert not accepts(folder, job, sha256=wrong)
    job.write_bytes(DATA[:-1] + b"!")
    assert not accepts(folder, job)


def test_too_large_is_not_even_opened(folder: Path) -> None:
    with pytest.raises(InputError, match="At most 999999 bytes"):
        Confined([folder], max_bytes=999_999).checked(str(folder / "job.json"), len(DATA), HASH, JSON)
    assert Confined([folder], max_bytes=1_000_000).read(str(folder / "job.json"), len(DATA), HASH, JSON) == DATA
