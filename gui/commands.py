"""Everything the user can do by name, in one table: menus, command palette and shortcuts are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gui.texts.palette import WORDS


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do.

    `id` is "panel.verb"; `text` as in a menu; `shortcut` as Qt writes it ("Ctrl+S"; several apart by "; ").
    `menu` names the menu it stands in ("" is the panel's own); `checked` is for what is on or off; `words`: what other
    programs call it, for those who search.
    """

    id: str
    text: str
    run: Callable[[], object]
    shortcut: str = ""
    enabled: Callable[[], bool] = _always
    menu: str = ""
    checked: Callable[[], bool] | None = None
    words: str = ""

    @property
    def shortcuts(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.shortcut.split("; ") if part.strip())


@dataclass(frozen=True, slots=True)
class Match:
    """A command that fits what was typed: which letters of its text, and how well (more is better)."""

    command: Command
    places: tuple[int, ...]
    score: int


class Commands:
    """The table.  `scope` "" is the whole window, else a panel's id: such a command works while that panel is shown."""

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[str, Command]] = {}

    def add(self, commands: Iterable[Command], scope: str = "") -> None:
        """Raises `ValueError` for an id that is there, or a shortcut that something in the same scope has."""
        for command in commands:
            if command.id in self._by_id:
                raise ValueError(f"there are two commands {command.id}")
            for shortcut in command.shortcuts:
                taken = self._taken(shortcut, scope)
                if taken:
                    raise ValueError(f"{command.id}: {shortcut} belongs to {taken.id}")
            words = command.words or WORDS.get(command.id, "")
            self._by_id[command.id] = (scope, replace(command, words=words))

    def __iter__(self) -> Iterator[Command]:
        return (command for _, command in self._by_id.values())

    def of(self, scope: str) -> tuple[Command, ...]:
        """The commands of one panel, or of the whole window ("")."""
        return tuple(command for own, command in self._by_id.values() if own == scope)

    def scope_of(self, command_id: str) -> str:
        return self._by_id[command_id][0]

    def find(self, command_id: str) -> Command | None:
        entry = self._by_id.get(command_id)
        return entry[1] if entry else None

    def run(self, command_id: str) -> bool:
        """Do it, if it can be done now; says whether it was."""
        command = self.find(command_id)
        if command is None or not command.enabled():
            return False
        command.run()
        return True

    def _taken(self, shortcut: str, scope: str) -> Command | None:
        for own, command in self._by_id.values():
            meet = own in (scope, "") or scope == ""
            if meet and shortcut.lower() in (one.lower() for one in command.shortcuts):
                return command
        return None


def search(typed: str, commands: Sequence[Command]) -> list[Match]:
    """The commands that have the typed letters in their order, or are called so elsewhere, the best first; all of them
    for nothing typed."""
    wanted = typed.lower().replace(" ", "")
    matches = [_match(wanted, command) or _called(typed.lower().split(), command) for command in commands]
    return sorted(filter(None, matches), key=lambda match: -match.score)


def _called(typed: Sequence[str], command: Command) -> Match | None:
    """Each typed word begins one of the command's `words`; a name that is shown and fits as well comes before."""
    words = command.words.lower().split()
    if not all(any(word.startswith(part) for word in words) for part in typed):
        return None
    return Match(command, (), 8 * sum(map(len, typed)) - 2)


def _match(wanted: str, command: Command) -> Match | None:
    text = command.text.lower()
    best: tuple[int, tuple[int, ...]] | None = None
    # From each place where the first letter stands: "st" finds the word "stem" in "Isolate stem", not i-s-olat-e.
    starts = [at for at, letter in enumerate(text) if letter == wanted[:1]] if wanted else [0]
    for start in starts:
        places = _places(wanted, text, start)
        if places is not None:
            score = _score(places, text)
            if best is None or score > best[0]:
                best = (score, places)
    return Match(command, best[1], best[0]) if best else None


def _places(wanted: str, text: str, start: int) -> tuple[int, ...] | None:
    places = []
    at = start
    for letter in wanted:
        at = text.find(letter, at)
        if at < 0:
            return None
        places.append(at)
        at += 1
    return tuple(places)


def _score(places: tuple[int, ...], text: str) -> int:
    """Letters side by side and at the beginnings of words count; a long text counts against it a little."""
    score = -len(text) // 8
    for number, place in enumerate(places):
        if number and place == places[number - 1] + 1:
            score += 8
        if place == 0 or not text[place - 1].isalnum():
            score += 10
        score -= min(3, place // 12)
    return score
