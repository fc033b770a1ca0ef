"""Which plugins are open, among files that lie."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin_host.adapters.openutau.discovery import discovery_folder, find_plugins, parse_version


@pytest.fixture
def port() -> Iterator[int]:
    """Somebody listens there."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        yield server.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def announce(folder: Path, stem: str, **said: Any) -> Path:
    path = folder / f"{stem}.json"
    path.write_text(json.dumps({"apiVersion": "1.2"} | said), encoding="utf-8")
    return path


def test_an_open_plugin_is_found(tmp_path: Path, port: int) -> None:
    path = announce(tmp_path, "a", port=port, name="Bridge (Track 1)")
    (found,) = find_plugins(tmp_path)
    assert (found.name, found.port, found.version, found.path) == ("Bridge (Track 1)", port, (1, 2), path)
    assert found.compatible


def test_looking_does_not_connect(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        server.setblocking(False)
        announce(tmp_path, "a", port=server.getsockname()[1], name="x")
        assert len(find_plugins(tmp_path)) == 1
        with pytest.raises(BlockingIOError):
            server.accept()


def test_what_a_crash_left_behind_is_deleted(tmp_path: Path, port: int) -> None:
    gone = announce(tmp_path, "gone", port=free_port(), name="gone")
    here = announce(tmp_path, "here", port=port, name="here")
    assert [server.name for server in find_plugins(tmp_path)] == ["here"]
    assert not gone.exists()
    assert here.exists()


def test_another_major_version_is_shown_and_not_compatible(tmp_path: Path, port: int) -> None:
    announce(tmp_path, "a", port=port, name="x", apiVersion="2.0")
    (found,) = find_plugins(tmp_path)
    assert not found.compatible
    assert found.version_text == "2.0"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'"port"',
        b"{",
        b"[" * 50_000,
        b'{"port": ' + b"9" * 5000 + b"}",
        b'{"name": "no port"}',
        b'{"port": "PORT", "name": "x"}',
        b'{"port": true, "name": "x"}',
        b'{"port": PORT.0, "name": "x"}',
        b'{"port": 0, "name": "x"}',
        b'{"port": 22, "name": "a service of the system"}',
        b'{"port": -1, "name": "x"}',
        b'{"port": 65536, "name": "x"}',
        b'{"port": PORT, "name": 5}',
        b'{"port": PORT, "name": "' + b"x" * 70_000 + b'"}',
    ],
)
def test_hostile_files_are_neither_believed_nor_deleted(tmp_path: Path, port: int, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content.replace(b"PORT", str(port).encode()))
    assert find_plugins(tmp_path) == ()
    assert path.exists()


def test_pipes_links_and_folders_are_left_alone(tmp_path: Path, port: int) -> None:
    place = tmp_path / "place"
    place.mkdir()
    os.mkfifo(place / "pipe.json")
    (place / "folder.json").mkdir()
    (place / "link.json").symlink_to(announce(tmp_path, "a", port=port, name="x"))
    (place / "other.txt").write_text("{}")
    assert find_plugins(place) == ()
    assert len(list(place.iterdir())) == 4


def test_nothing_is_deleted_behind_a_link(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    path = announce(mine, "settings", port=free_port(), name="x")
    (tmp_path / "place").symlink_to(mine)
    assert find_plugins(tmp_path / "place") == ()
    assert path.exists()


def test_names_cannot_steer_the_terminal(tmp_path: Path, port: int) -> None:
    announce(tmp_path, "stem", port=port, name="\x1b[2J red\n" + "x" * 500)
    (found,) = find_plugins(tmp_path)
    assert found.name.isprintable()
    assert found.name.startswith("[2J red")
    assert len(found.name) <= 100


def test_a_nameless_plugin_is_called_after_its_file(tmp_path: Path, port: int) -> None:
    announce(tmp_path, "Bridge 7", port=port, name=" ")
    assert find_plugins(tmp_path)[0].name == "Bridge 7"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path, port: int) -> None:
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + json.dumps({"port": port, "apiVersion": "1.0"}).encode())
    assert find_plugins(tmp_path)[0].version == (1, 0)


def test_of_two_files_for_one_port_the_newer_counts(tmp_path: Path, port: int) -> None:
    for stem, written in (("a", 2_000), ("b", 1_000)):
        os.utime(announce(tmp_path, stem, port=port, name=stem), (written, written))
    assert [server.name for server in find_plugins(tmp_path)] == ["a"]


def test_no_folder_means_no_plugins(tmp_path: Path) -> None:
    assert find_plugins(tmp_path / "missing") == ()
    (tmp_path / "file").write_text("")
    assert find_plugins(tmp_path / "file") == ()


def test_the_folder_follows_the_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/somewhere")
    monkeypatch.setenv("TMP", "/somewhere")
    assert discovery_folder() == Path("/somewhere/OpenUtau/PluginServers")


@pytest.mark.parametrize("text", ["", "1", "1.2.3", "a.b", " 1.2", "1.2 ", "-1.2", "１.２", None, 1.2])
def test_versions_that_are_none(text: object) -> None:
    assert parse_version(text) is None
