"""What to do is told in words that fit the window too; the command line adds how it does that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from engine.errors import InputError
from gui.cli import main
from tests.conftest import ROOT

COMMAND_LINES = ("train", "export")
"""Folders of the engine that only the command line reaches."""


def raised() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted((ROOT / "engine").rglob("*.py")):
        if path.relative_to(ROOT / "engine").parts[0] in COMMAND_LINES:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error"):
                yield path, node


def texts(*nodes: ast.AST) -> Iterator[str]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def named(keyword: str) -> set[str]:
    """First words of all that is given by this keyword."""
    given = [key.value for _, call in raised() for key in call.keywords if key.arg == keyword]
    return {text for value in given if isinstance(value, ast.Constant) for text in texts(value)}


def test_no_hint_of_the_engine_speaks_of_the_command_line() -> None:
    found = list(raised())
    assert len(found) > 100
    for path, call in found:
        for text in texts(*call.args):
            assert "--" not in text, f"{path}: {text}"
            assert "`melisma" not in text, f"{path}: {text}"


def test_options_and_commands_that_are_told_exist() -> None:
    program = get_command(main.app)
    options: set[str] = set()
    commands: set[str] = set()

    def walk(command: object, name: str) -> None:
        commands.add(name)
        for option in getattr(command, "params", ()):
            options.update(option.opts)
        for own, part in getattr(command, "commands", {}).items():
            walk(part, f"{name} {own}".strip())

    walk(program, "")
    told = {option.split()[0] for names in named("option") for option in names.split(", ")}
    assert {"track", "points", "stems", "portrait"} <= told
    assert {f"--{option}" for option in told} <= options
    assert named("command") <= commands


@pytest.mark.parametrize(
    ("error", "hint"),
    [
        (InputError("What.", "Do it."), "Do it."),
        (InputError("What.", "Do it.", option="track"), "Do it (--track)."),
        (InputError("What.", "Do it.", option="stem vocals, no-probe"), "Do it (--stem vocals, --no-probe)."),
        (InputError("What.", "Do it.", command="project new"), "Do it (`melisma project new`)."),
        (InputError("What."), ""),
    ],
)
def test_the_command_line_says_how(
    error: InputError, hint: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_args: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(main, "get_command", lambda _app: type("Front", (), {"main": staticmethod(fails)}))
    assert main.run(["doctor"]) == 2
    told = capsys.readouterr().err
    assert "What." in told
    assert hint in told
    assert str(error) == f"What. {error.hint}".strip()
