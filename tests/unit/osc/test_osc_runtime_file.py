"""One bridge for a user, found by a file that nobody else can read, and never found when it is dead."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError
from plugin_host.osc.runtime_file import FILE_NAME, RuntimeEntry, RuntimeFile, new_token, read_entry

_BRIDGE = """
import sys
from pathlib import Path
from plugin_host.osc.runtime_file import RuntimeFile
with RuntimeFile(Path(sys.argv[1])) as file:
    file.publish(1, 2, "theirs")
    print("up", flush=True)
    sys.stdin.read()
"""


def other_bridge(folder: Path) -> subprocess.Popen[str]:
    """A bridge in another process, up."""
    command = [sys.executable, "-c", _BRIDGE, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_what_is_published_is_found_and_goes_away(tmp_path: Path) -> None:
    token = new_token()
    with RuntimeFile(tmp_path) as file:
        with pytest.raises(InputError, match="not running"):
            read_entry(tmp_path)
        entry = file.publish(40_000, 40_001, token)
        assert entry == RuntimeEntry(40_000, 40_001, token, os.getpid())
        assert read_entry(tmp_path) == entry
        assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
        assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    with pytest.raises(InputError, match="not running"):
        read_entry(tmp_path)
    assert not (tmp_path / FILE_NAME).exists()


def test_never_open_to_others_not_even_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes = []
    real = Path.replace

    def watched(self: Path, target: Path) -> Path:
        modes.append(self.stat().st_mode & 0o777)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    old = os.umask(0)
    try:
        with RuntimeFile(tmp_path) as file:
            file.publish(1, 2, "t")
    finally:
        os.umask(old)
    assert modes == [0o600]


def test_tokens_are_long_and_new() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 and token.isascii() for token in tokens)


def test_a_second_bridge_is_told_of_the_first(tmp_path: Path) -> None:
    process = other_bridge(tmp_path)
    try:
        for _ in range(2):
            with pytest.raises(InputError, match=rf"already running \(process {process.pid}\)"):
                RuntimeFile(tmp_path).__enter__()
        assert read_entry(tmp_path).token == "theirs"
    finally:
        process.communicate("")
    with RuntimeFile(tmp_path), pytest.raises(InputError, match="already running"):
        RuntimeFile(tmp_path).__enter__()


def test_what_a_killed_bridge_left_is_stale_and_replaced(tmp_path: Path) -> None:
    process = other_bridge(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (tmp_path / FILE_NAME).exists()
    with pytest.raises(InputError, match="ended without saying so"):
        read_entry(tmp_path)
    with RuntimeFile(tmp_path) as file:
        entry = file.publish(1, 2, "ours")
        assert read_entry(tmp_path) == entry


def test_the_file_of_somebody_else_stays(tmp_path: Path) -> None:
    with RuntimeFile(tmp_path) as file:
        entry = file.publish(1, 2, "ours")
        (tmp_path / FILE_NAME).write_text(json.dumps(asdict(entry) | {"token": "theirs"}))
    assert read_entry(tmp_path).token == "theirs"


@pytest.mark.parametrize(
    "change",
    [
        {"udp_port": 0},
        {"tcp_port": 65536},
        {"udp_port": "1"},
        {"pid": -1},
        {"pid": True},
        {"token": 5},
        {"version": None},
    ],
)
def test_a_damaged_file_is_no_bridge(tmp_path: Path, change: dict[str, Any]) -> None:
    facts = asdict(RuntimeEntry(1, 2, "t", os.getpid())) | change
    for text in (json.dumps(facts), "", "[]", '{"udp_port": 1}', "\udcff", json.dumps([facts])):
        (tmp_path / FILE_NAME).write_text(text, errors="surrogateescape")
        with pytest.raises(InputError, match="damaged"):
            read_entry(tmp_path)
        with RuntimeFile(tmp_path) as file:
            assert file.publish(1, 2, "t") == read_entry(tmp_path)
