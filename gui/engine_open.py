"""The requests that have not ended yet, and those that cannot be ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gui.engine_ask import Ask


@dataclass(slots=True, eq=False)
class OpenAsk:
    """`line` is what the process was told; `given_up`: nobody wants it any more."""

    ask: Ask
    line: bytes
    given_up: bool = False


class OpenAsks:
    """By their ids.  `deaf`: ids of those that were given up and are still at work."""

    def __init__(self) -> None:
        self._asks: dict[str, OpenAsk] = {}
        self.deaf: set[str] = set()

    def add(self, ask: OpenAsk) -> None:
        """It is asked."""
        ask.ask.begin()
        self._asks[ask.ask.id] = ask

    def get(self, number: str) -> OpenAsk | None:
        """By id, as long as it has not ended."""
        return self._asks.get(number)

    def of_key(self, key: str) -> list[OpenAsk]:
        """Those which a newer one of `key` replaces."""
        return [entry for entry in self._asks.values() if entry.ask.key == key]

    def take(self, number: str) -> OpenAsk | None:
        """It has ended."""
        taken = self._asks.pop(number, None)
        if taken is not None:
            taken.ask.finished = True
        return taken

    def take_all(self) -> list[OpenAsk]:
        """All have ended, and whoever is deaf too."""
        self.deaf.clear()
        return [taken for number in tuple(self._asks) if (taken := self.take(number))]

    @property
    def may_end(self) -> bool:
        """Whether the process has to end because of one that is deaf, and may: no job is lost with it."""
        return bool(self.deaf) and not any(entry.ask.precious and entry.ask.has_begun for entry in self._asks.values())


def unharmed(left: Iterable[OpenAsk]) -> list[OpenAsk]:
    """Those of an ended process that can be asked again as if nothing had been."""
    return [entry for entry in left if not entry.given_up and (entry.ask.repeatable or not entry.ask.has_begun)]
