"""The server in this process, with ops of the test's own."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.host.call import Call, Kept
from engine.host.server import Server
from engine.host.wire import Wire

WAIT_S = 30.0


@dataclass(frozen=True)
class FakeOp:
    """As `engine.host.table.Op`, of a function that is there."""

    lane: str
    answer: Callable[[Call], Mapping[str, Any]]

    def function(self) -> Callable[[Call], Mapping[str, Any]]:
        return self.answer


class Served:
    """A running server; `say` writes to it, `heard` waits for its next message that fits."""

    def __init__(self, ops: Mapping[str, FakeOp], cache: Path) -> None:
        requests, self._to = os.pipe()
        self._from, answers = os.pipe()
        self._answers = os.fdopen(answers, "wb")
        self.kept = Kept(cache)
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self.all: list[dict[str, Any]] = []
        self.ended = threading.Event()
        self.whole: bool | None = None
        self._requests = os.fdopen(requests, "rb")
        self._server = Server(self._requests, Wire(self._answers), self.kept, ops)
        self._threads = [threading.Thread(target=self._serve), threading.Thread(target=self._listen)]
        for thread in self._threads:
            thread.start()

    def say(self, message: Mapping[str, Any] | bytes) -> None:
        line = message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(self._to, line) :]

    def ask(self, name: str, op: str, key: str = "", **args: Any) -> None:
        self.say({"id": name, "op": op, "args": args, "key": key})

    def heard(self, name: str | None = None, event: str | None = None) -> dict[str, Any]:
        """The next message of that request and event; others are passed over."""
        while True:
            message = self.messages.get(timeout=WAIT_S)
            if name in (None, message.get("id")) and event in (None, message.get("event")):
                return message

    def close(self) -> None:
        if not self.ended.is_set():
            os.close(self._to)
        assert self.ended.wait(WAIT_S)
        self._answers.close()
        for thread in self._threads:
            thread.join(WAIT_S)
        self._requests.close()
        self.kept.close()

    def end_input(self) -> bool:
        """Whether every request ended by itself."""
        os.close(self._to)
        assert self.ended.wait(WAIT_S)
        return bool(self.whole)

    def _serve(self) -> None:
        self.whole = self._server.run()
        self.ended.set()

    def _listen(self) -> None:
        with os.fdopen(self._from, "rb") as lines:
            for line in lines:
                message = json.loads(line)
                self.all.append(message)
                self.messages.put(message)


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """`serve(name=FakeOp(...))`, ended with the test."""
    made: list[Served] = []

    def start(**ops: FakeOp) -> Served:
        made.append(Served(ops, tmp_path / "cache"))
        return made[-1]

    yield start
    for served in made:
        served.close()
