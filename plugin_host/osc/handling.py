"""What the server and those who answer for it say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Value = int | float | str | bytes
ClientId = str
"""What a client calls itself in its hello; the same after a restart, so that its jobs are found again."""


@dataclass(frozen=True, slots=True)
class Request:
    """`address` is a path of `ADDRESSES`; `arguments` are its own, by name, without id and token.

    `id` is a ULID, `client` 1 to 64 of `A-Z a-z 0-9 . _ -`: both fit into file names.
    """

    id: str
    address: str
    arguments: Mapping[str, Value]
    client: ClientId


@dataclass(frozen=True, slots=True)
class Answer:
    """Becomes `/ack`.  `file` is whole when it is named and does not change any more: clients check its hash."""

    text: str = ""
    file: Path | None = None


class Handler(Protocol):
    """Whoever does the work behind a server.  Called from several threads at once."""

    def handle(self, request: Request) -> Answer:
        """Once per id, for every request but `/ping` and `/bye`; must be quick.

        `InputError` and `MelismaError` become `/error`; any other exception too, without its words.
        """
        ...

    def notice(self, address: str, arguments: Mapping[str, Value]) -> None:
        """A script inside a DAW reported something: `DAW_TRANSPORT` or `DAW_SPOOL`.  In order, one at a time."""
        ...

    def gone(self, client: ClientId) -> None:
        """The client said goodbye, closed its connection, or missed three heartbeats.

        It may be back at any time: `OscServer.clients` says who is there.
        """
        ...
