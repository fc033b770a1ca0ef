"""The table of commands, and how one is found by some of its letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.commands import Command, Commands, search


def command(name: str, text: str = "Text", shortcut: str = "", **more: object) -> Command:
    return Command(name, text, lambda: None, shortcut, **more)  # type: ignore[arg-type]


NAMES = ("Save", "Save as …", "Play or pause", "Isolate", "Split notes", "Show the log folder", "Zoom in")
TABLE = [command(f"c.{number}", name) for number, name in enumerate(NAMES)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("save", "Save"), ("sa as", "Save as …"), ("pp", "Play or pause"), ("iso", "Isolate"), ("zi", "Zoom in")],
)
def test_what_was_meant_comes_first(typed: str, first: str) -> None:
    assert search(typed, TABLE)[0].command.text == first


@given(typed=st.text(alphabet="abcdefilnopstuz ", max_size=6))
def test_what_is_found_has_the_letters_in_their_order(typed: str) -> None:
    wanted = typed.replace(" ", "")
    for match in search(typed, TABLE):
        assert [match.command.text[place].lower() for place in match.places] == list(wanted)
        assert list(match.places) == sorted(set(match.places))


@given(st.sampled_from(NAMES))
def test_every_command_is_found_by_its_own_name(name: str) -> None:
    assert name in [match.command.text for match in search(name, TABLE)][:2]


def test_nothing_typed_finds_all_and_nonsense_nothing() -> None:
    assert len(search("", TABLE)) == len(TABLE)
    assert search("qqq", TABLE) == []


def test_keys_belong_to_one_command_of_a_scope() -> None:
    table = Commands()
    table.add([command("a.one", shortcut="Ctrl+A")], "a")
    table.add([command("b.one", shortcut="Ctrl+A")], "b")
    with pytest.raises(ValueError, match=r"a\.one"):
        table.add([command("a.two", shortcut="Ctrl+B; Ctrl+A")], "a")
    with pytest.raises(ValueError, match="belongs to"):
        table.add([command("w.one", shortcut="ctrl+a")])
    with pytest.raises(ValueError, match="two commands"):
        table.add([command("a.one")])


def test_what_cannot_be_done_now_is_not_done() -> None:
    done: list[str] = []
    table = Commands()
    table.add(
        [
            Command("a", "A", lambda: done.append("a"), enabled=lambda: False),
            Command("b", "B", lambda: done.append("b")),
        ]
    )
    assert (table.run("a"), table.run("b"), table.run("none")) == (False, True, False)
    assert done == ["b"]


def test_what_other_programs_call_it_is_found_too() -> None:
    table = [command("a", "New take", words="retake reroll"), command("b", "Sing to a file …", words="bounce export")]
    assert [match.command.id for match in search("reta", table)] == ["a"]
    assert [match.command.id for match in search("export bounce", table)] == ["b"]
    assert search("take", [*table, command("c", "Other", words="take")])[0].command.id == "a"
    assert search("etake", [table[1]]) == []
