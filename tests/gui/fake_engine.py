"""The engine's process with ops that do as a test wants; run as a program."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.host.__main__ import main
from engine.host.call import Call


@dataclass(frozen=True)
class FakeOp:
    """As `engine.host.table.Op`."""

    lane: str
    answer: Callable[[Call], Mapping[str, Any]]

    def function(self) -> Callable[[Call], Mapping[str, Any]]:
        return self.answer


def echo(call: Call) -> Mapping[str, Any]:
    return call.args


def count(call: Call) -> Mapping[str, Any]:
    total = int(call.args["total"])
    for number in range(total):
        call.context.step("Counting", number, total)
        call.part({"number": number})
    call.context.step("Counting", total, total)
    return {"total": total}


def wait(call: Call) -> Mapping[str, Any]:
    """Until it is cancelled."""
    call.context.step("Waiting", int(call.args.get("done", 0)), int(call.args.get("total", 1)))
    call.context.token.wait(600)
    call.context.token.raise_if_cancelled()
    return {}


def deaf(call: Call) -> Mapping[str, Any]:
    """Obeys nobody."""
    call.part({"deaf": True})
    time.sleep(600)
    return {}


def nap(call: Call) -> Mapping[str, Any]:
    """Obeys nobody, until the file `until` is there."""
    call.part({"deaf": True})
    while not Path(call.args["until"]).exists():
        time.sleep(0.01)
    return {}


def die(call: Call) -> Mapping[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def leave(call: Call) -> Mapping[str, Any]:
    os._exit(int(call.args["code"]))


def shout(call: Call) -> Mapping[str, Any]:
    """Prints where libraries print."""
    print("a library says hello", flush=True)
    os.write(1, b"so does C\n")
    return {"read": sys.stdin.read()}


def scratch(call: Call) -> Mapping[str, Any]:
    return {"path": call.kept.scratch.write("a.f32", b"abcd")}


def plan(call: Call) -> Mapping[str, Any]:
    """A long list in a part, twice; its own in the second is shorter."""
    for length in (int(call.args["length"]), 3):
        call.part(
            {"plan": {"name": "x", "phrases": [{"number": number} for number in range(length)]}, "keys": [1] * 99}
        )
    return {}


def refuse(call: Call) -> Mapping[str, Any]:
    raise InputError("There is no file x.", "Check the path.")


def huge(call: Call) -> Mapping[str, Any]:
    return {"text": "a" * int(call.args["length"])}


OPS = {
    "echo": FakeOp("io", echo),
    "count": FakeOp("io", count),
    "wait": FakeOp("engine", wait),
    "deaf": FakeOp("engine", deaf),
    "deaf question": FakeOp("shows", deaf),
    "question": FakeOp("io", wait),
    "nap": FakeOp("shows", nap),
    "die": FakeOp("io", die),
    "leave": FakeOp("io", leave),
    "shout": FakeOp("io", shout),
    "scratch": FakeOp("io", scratch),
    "plan": FakeOp("io", plan),
    "refuse": FakeOp("io", refuse),
    "huge": FakeOp("io", huge),
}

if __name__ == "__main__":
    main(OPS)
