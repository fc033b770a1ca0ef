"""A spool folder seen from our side: commands go in, replies and asks come out."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.files import write_bytes_whole
from engine.folders import runtime_folder
from plugin_host.spool.records import MAX_BYTES, Record, SpoolError, integer, pack, unpack

ALIVE_S = 5.0
"""A script writes `alive` every second; one that has not for so long is gone, or its DAW stands still."""

_POLL_S = 0.01
_ASK_MAX_AGE_S = 600.0
"""An ask that lay for longer was made while nobody listened; to act on it now would surprise."""

_counter = itertools.count()


def spool_folder(daw: str) -> Path:
    """Where the script in the DAW `daw` and we meet; made here, for this user only.  Raises `InputError`."""
    folder = runtime_folder() / "spool" / daw
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        what = f"The folder {folder} cannot be made: {error.strerror or error}."
        raise InputError(what, "Check its permissions.") from error
    return folder


@dataclass(frozen=True, slots=True)
class Alive:
    """What the script says of itself every second.  `session_folder` is "" for an unsaved session."""

    daw: str
    version: str
    session_key: str
    session_name: str
    sample_rate: int
    session_folder: str


class Spool:
    """One DAW's mailbox.  One command at a time; safe to call from several threads."""

    def __init__(self, folder: Path, daw_name: str) -> None:
        self._folder, self._name = folder, daw_name
        self._one = threading.Lock()

    @property
    def folder(self) -> Path:
        return self._folder

    def write_bridge(self, udp_port: int, token: str) -> None:
        """Tell the script where notices go."""
        write_bytes_whole(self._folder / "bridge", pack(["bridge", str(udp_port), token, str(os.getpid())]))
        (self._folder / "bridge").chmod(0o600)

    def alive(self) -> Alive | None:
        """Who is there; None when nobody is.  Raises `SpoolError` when what is there cannot be understood."""
        data = self._sign_of_life()
        if data is None:
            return None
        head, _ = unpack(data)
        if len(head) != 7 or head[0] != "alive":
            raise SpoolError("a sign of life without its seven fields")
        return Alive(head[1], head[2], head[3], head[4], integer(head[5]), head[6])

    def command(self, verb: str, records: Iterable[Sequence[str]] = (), timeout_s: float = 5.0) -> list[Record]:
        """What the DAW answers to `verb`.

        Raises `InputError` when it is not there, does not answer within `timeout_s` or refuses (in its own words);
        `SpoolError` when its answer is nonsense.
        """
        with self._one:
            if self.alive() is None:
                hint = "Start it, open a session and see that melisma's script runs there"
                raise InputError(f"{self._name} is not there.", f"{hint} (melisma install {self._folder.name}).")
            self._sweep()
            number = f"{os.getpid()}-{time.time_ns()}-{next(_counter)}"
            mail, reply = self._folder / "cmd", self._folder / f"reply-{number}"
            write_bytes_whole(mail, pack([number, verb], records))
            try:
                data = self._wait(reply, timeout_s)
            finally:
                for path in (mail, reply):
                    with suppress(OSError):
                        path.unlink(missing_ok=True)
        head, answered = unpack(data)
        if len(head) < 2 or head[0] not in ("ok", "error"):
            raise SpoolError("a reply that says neither ok nor error")
        if head[0] == "error":
            raise InputError(f"{self._name} says: {_sentence(head[1])}", "Mend that in the DAW and try again.")
        return answered

    def asks(self) -> list[tuple[str, Record, list[Record]]]:
        """(id, head, records) of every ask since the last call, oldest first.  What cannot be read is dropped."""
        found: list[tuple[int, str, Record, list[Record]]] = []
        for path in self._folder.glob("ask-*"):
            try:
                written_ns = path.stat().st_mtime_ns
                data = _read(path)
                path.unlink()
            except OSError:
                continue
            if time.time() - written_ns / 1e9 > _ASK_MAX_AGE_S:
                continue
            with suppress(SpoolError):
                found.append((written_ns, path.name.removeprefix("ask-"), *unpack(data)))
        return [(name, head, records) for _, name, head, records in sorted(found)]

    def answer(self, ask_id: str, message: str, failed: bool) -> None:
        """Leave a sentence for the user; the newest one counts.  Raises nothing: the DAW may be gone."""
        with suppress(MelismaError):
            write_bytes_whole(self._folder / "answer", pack([ask_id, "error" if failed else "ok", message]))

    def _sign_of_life(self) -> bytes | None:
        path = self._folder / "alive"
        # On Windows Lua cannot rename onto a file: between the old sign and the new one there is none.
        for pause_s in (0.0, 2 * _POLL_S):
            time.sleep(pause_s)
            try:
                age_s = time.time() - path.stat().st_mtime
                data = _read(path)
            except OSError:
                continue
            return data if -60 < age_s < ALIVE_S else None
        return None

    def _sweep(self) -> None:
        """Answers that came after we had stopped waiting for them."""
        for path in self._folder.glob("reply-*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _ASK_MAX_AGE_S:
                    path.unlink()

    def _wait(self, reply: Path, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                return _read(reply)
            except FileNotFoundError:
                pass
            except OSError as error:
                raise MelismaError(f"{reply} could not be read: {error.strerror}.", "Check its permissions.") from error
            if time.monotonic() > deadline:
                hint = "It may be busy or show a dialog; close that and try again."
                raise InputError(f"{self._name} did not answer within {timeout_s:g} s.", hint)
            time.sleep(_POLL_S)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SpoolError("a file of more than 64 MB")
    return data


def _sentence(text: str) -> str:
    text = text.strip() or "no reason."
    return text if text.endswith((".", "!", "?")) else f"{text}."
