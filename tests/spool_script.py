"""A stand-in for the script inside a DAW: serves a spool on a thread with answers given by the test."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from plugin_host.spool.records import Record, pack, unpack

Reply = tuple[Sequence[str], Sequence[Sequence[str]]]
Serve = Callable[[str, list[Record]], Reply | bytes | None]

SESSION = ("session", "key-1", "Song", "48000", "/sessions/Song")
ALIVE = ("alive", "Fake", "1.0", "key-1", "Song", "48000", "/sessions/Song")


class SpoolScript:
    """`serve(verb, records)` gives head and records of the reply, the raw bytes of one, or None for silence."""

    def __init__(self, folder: Path, serve: Serve, alive: Sequence[str] = ALIVE) -> None:
        self.folder, self._serve = folder, serve
        self.commands: list[tuple[str, list[Record]]] = []
        self.sessions: list[str] = []
        """Those to which commands were addressed."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.write("alive", pack(alive))

    def write(self, name: str, data: bytes) -> None:
        part = self.folder / f".{name}.part"
        part.write_bytes(data)
        part.replace(self.folder / name)

    def __enter__(self) -> SpoolScript:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.005):
            try:
                os.rename(self.folder / "cmd", self.folder / "cmd.taken")  # noqa: PTH104
            except FileNotFoundError:
                continue
            (number, verb, *session), records = unpack((self.folder / "cmd.taken").read_bytes())
            self.commands.append((verb, records))
            self.sessions += session
            reply = self._serve(verb, records)
            if reply is not None:
                self.write(f"reply-{number}", reply if isinstance(reply, bytes) else pack(*reply))
