"""The processes that we started: all of one session of the system, whose leader is ours (Linux)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def members(leader: int) -> Iterator[int]:
    """The ids of the processes that `leader`, a child started with a session of its own, and its children are."""
    for entry in Path("/proc").glob("[0-9]*"):
        number = int(entry.name)
        with suppress(OSError):
            if os.getsid(number) == leader:
                yield number


def signal_all(leader: int, what: signal.Signals) -> None:
    """Send `what` to all of them.  `leader` must not have been waited for, or the number may be somebody else's."""
    for number in members(leader):
        with suppress(OSError):
            os.kill(number, what)


def environment_of(number: int) -> dict[str, str]:
    """What a process was started with; {} when it has gone."""
    with suppress(OSError):
        words = (Path("/proc") / str(number) / "environ").read_bytes().decode("utf-8", "replace").split("\0")
        return dict(word.split("=", 1) for word in words if "=" in word)
    return {}


def open_files(leader: int) -> Iterator[str]:
    """What the file descriptors of all of them point at, such as `socket:[12345]`."""
    for number in members(leader):
        with suppress(OSError):
            for entry in (Path("/proc") / str(number) / "fd").iterdir():
                with suppress(OSError):
                    yield str(entry.readlink())
