"""`melisma install` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gui.cli import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own: the real user's DAWs are never touched."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "data"))
    return tmp_path


def _run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main.run(["install", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_list_says_what_is_there(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / ".config" / "REAPER").mkdir(parents=True)
    code, out, _ = _run(capsys, "--json")
    states = {row["daw"]: row["state"] for row in json.loads(out)["daws"]}
    assert (code, states) == (0, {"ardour": "not found", "reaper": "not installed", "live": "not found"})
    assert _run(capsys, "reaper", "--yes")[0] == 0
    assert any(line.startswith("reaper") and "up to date" in line for line in _run(capsys)[1].splitlines())


def test_paths_come_first_then_the_steps(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / ".config" / "ardour7").mkdir(parents=True)
    (home / ".config" / "ardour8").mkdir()
    code, out, err = _run(capsys, "ardour", "--yes")
    assert code == 0
    for version in (7, 8):
        assert f"write   {home}/.config/ardour{version}/scripts/melisma_bridge.lua" in err
    assert "Script Manager" in out
    assert (home / ".config/ardour8/scripts/melisma/spool.txt").read_text().splitlines()[0] == str(
        home / "data" / "runtime" / "spool" / "ardour"
    )


def test_without_a_yes_nothing_is_written(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = _run(capsys, "reaper", "--to", home)
    assert (code, "--yes" in err) == (2, True)
    assert _run(capsys, "reaper", "--to", home, "--dry-run")[0] == 0
    assert not (home / "Scripts").exists()


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 130), ("", 130)])
def test_a_user_at_a_terminal_is_asked(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: str, code: int
) -> None:
    import io

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(typed))
    found, _, err = _run(capsys, "live", "--to", home, "--quiet")
    assert found == code
    assert "surface.py" in err  # also with --quiet: who is asked must know what
    assert (home / "Remote Scripts" / "Melisma" / "__init__.py").exists() == (code == 0)


def test_removal(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(capsys, "reaper", "--to", home, "--remove", "--yes")[0] == 2
    _run(capsys, "reaper", "--to", home, "--yes", "--json")
    changed = home / "Scripts" / "Melisma" / "lib" / "ask.lua"
    changed.write_text("mine")
    code, out, _ = _run(capsys, "reaper", "--to", home, "--remove", "--yes", "--json")
    assert (code, json.loads(out)["kept"]) == (0, [str(changed)])
    assert [path for path in (home / "Scripts").rglob("*") if path.is_file()] == [changed]
    changed.unlink()
    _run(capsys, "reaper", "--to", home, "--yes")
    changed.write_text("mine")
    assert "Move it away before you install again." in _run(capsys, "reaper", "--to", home, "--remove", "--yes")[1]


def test_a_line_to_paste_is_no_step_of_its_own(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = _run(capsys, "reaper", "--to", home, "--yes")[1].splitlines()[1:]
    assert [line.split(".")[0].strip() for line in steps if "dofile" not in line] == ["1", "2", "3", "4", "5"]
    (pasted,) = [line.strip() for line in steps if "dofile" in line]
    assert pasted.startswith("dofile(")


@pytest.mark.parametrize("words", [("reaper",), ("live",), ("--remove",), ("--to", "x"), ("cubase",)])
def test_what_cannot_be_done_is_the_users_fault(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, err = _run(capsys, *words)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) <= 4
