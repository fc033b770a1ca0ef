"""What the README tells people to type is there and works."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from gui.cli.main import app
from tests.conftest import ROOT
from tests.e2e.conftest import Command

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("guide*.md"))]
_BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def lines_of(path: Path) -> list[str]:
    """Every command line in the fenced shell blocks, without remarks."""
    blocks = _BLOCK.findall(path.read_text(encoding="utf-8"))
    joined = "\n".join(blocks).replace("\\\n", " ")
    return [line.split(" #")[0].strip() for line in joined.splitlines() if line.strip() and line[0] != "#"]


LINES = [(path.name, line) for path in PAGES for line in lines_of(path)]
OURS = [(page, line) for page, line in LINES if "melisma" in line]


def words_of(line: str) -> list[str]:
    """After the program's name; settings of the environment before it are left out."""
    words = [word for word in shlex.split(line) if not re.fullmatch(r"[A-Z_]+=\S*", word)]
    assert Path(words[0]).name == "melisma", line
    return words[1:]


def test_the_readme_has_its_two_commands() -> None:
    readme = [line for page, line in LINES if page == "README.md"]
    assert any(line.startswith("./installer/melisma sing ") for line in readme)
    assert "./installer/test" in readme


@pytest.mark.parametrize(("page", "line"), LINES)
def test_files_that_are_named_exist(page: str, line: str) -> None:
    for word in shlex.split(line):
        if word.startswith(("./", "presets/", "docs/", "installer/")):
            assert (ROOT / word).exists(), f"{page}: {word}"
    program = shlex.split(line)[0]
    if program.startswith("./"):
        assert os.access(ROOT / program, os.X_OK)


@pytest.mark.parametrize(("page", "line"), OURS)
def test_commands_and_options_exist(page: str, line: str) -> None:
    command = get_command(app)
    words = words_of(line)
    while hasattr(command, "commands") and words:
        assert words[0] in command.commands, f"{page}: {line}"
        command = command.commands[words.pop(0)]
    if command.context_settings.get("allow_extra_args"):
        return  # handed on to the train extra
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)} <= options


@pytest.mark.parametrize("line", [line for page, line in OURS if page == "README.md" and " sing " in line])
def test_the_first_command_works(command: Command, work: Path, line: str) -> None:
    words = [str(ROOT / word) if word.startswith("presets/") else word for word in words_of(line)]
    assert command(*words, "--steps", 1).code == 0
    (made,) = work.iterdir()
    assert made.name == words[words.index("--out") + 1]
    assert made.stat().st_size > 100_000


def test_the_table_of_commands_is_right(command: Command) -> None:
    table = re.findall(r"^\| `melisma ([^`]+)`((?:, `\w+`)*)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(table) >= 4
    for first, more in table:
        words = [word for word in first.split() if word.islower() and not word.startswith("-")]
        for last in [words[-1], *re.findall(r"\w+", more)]:
            test_commands_and_options_exist("table", shlex.join(["melisma", *words[:-1], last]))


@pytest.mark.parametrize("words", [("models", "list"), ("models", "info", "tiny"), ("models", "verify"), ("doctor",)])
def test_scripts_get_one_object(command: Command, words: tuple[str, ...]) -> None:
    outcome = command(*words, "--json")
    assert outcome.facts
    assert outcome.code == 0 or words == ("doctor",)


def test_who_can_sing_is_listed_by_name(command: Command) -> None:
    listed = command("models", "list")
    assert "(kathleen, kerstin, yuki; en, de, ja" in listed.out
    (trio,) = [voice for voice in command("models", "list", "--json").facts["voices"] if voice["id"] == "trio"]
    assert trio["speakers"] == ["kathleen", "kerstin", "yuki"]
    assert "speakers:    kathleen, kerstin, yuki" in command("models", "info", "trio").out


def test_help_is_everywhere(command: Command) -> None:
    for words in ([], ["sing"], ["models"], ["models", "list"], ["models", "info"], ["models", "verify"], ["doctor"]):
        outcome = command(*words, "--help") if words else command("--help")
        assert outcome.code == 0
        assert "Usage" in outcome.out
