"""A spool folder seen from our side: commands go in, replies and asks come out."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.errors import InputError, MelismaError
from engine.files import write_bytes_whole, written_whole
from engine.folders import runtime_folder
from plugin_host.spool.records import MAX_BYTES, Record, SpoolError, integer, pack, unpack

ALIVE_S = 5.0
"""A script writes `alive` every second; one that has not for so long is gone, or its DAW stands still."""

_POLL_S = 0.01
_TAKEN_AT_ONCE_S = 1.0
_CLOSING_S = 3.0
"""How long a command in work is still waited for when we are closed."""
_ASK_MAX_AGE_S = 600.0
"""An ask that lay for longer was made while nobody listened; to act on it now would surprise."""

_TAKEN = "taken-ask-"

_counter = itertools.count()


def spool_places(daw: str) -> tuple[Path, ...]:
    """Everywhere a bridge of this user may be for the script in the DAW `daw`, to be looked for there.

    Who starts `melisma serve` at login, over ssh or in a terminal may have `XDG_RUNTIME_DIR` set or not; the place of
    `MELISMA_DATA` comes first where that is set now.  Raises as `spool_folder`.
    """
    if sys.platform == "linux":
        run = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
        state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
        usual = [Path(run) / "melisma", Path(state) / "melisma" / "runtime"]
    else:
        usual = [platformdirs.user_runtime_path("melisma", appauthor=False)]
    places = [folder / "spool" / daw for folder in usual]
    now = spool_folder(daw)
    return tuple(places) if now in places else (now, *places)


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
        self._given: set[str] = set()  # files of asks that were given, which go at the next look
        self._closing = threading.Event()
        self._facts = b""

    @property
    def folder(self) -> Path:
        return self._folder

    def open(self, udp_port: int, token: str) -> None:
        """Tell the script that we are there, since when, and where notices go.

        What an older bridge left is taken away first: a command that nobody waits for must not be obeyed.
        """
        self._closing.clear()
        for path in (self._folder / "cmd", self._folder / "answer", *self._folder.glob("reply-*")):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        facts = ["bridge", str(udp_port), token, str(os.getpid()), str(int(time.time()))]
        self._facts = pack(facts)
        path = self._folder / "bridge"
        with written_whole(path, lasting=False) as part:
            number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "wb") as file:
                file.write(self._facts)

    def close(self) -> None:
        """Tell the script that nobody is there, and let go of a command in work soon.  May be called twice."""
        self._closing.set()
        self._remove_given()
        path = self._folder / "bridge"
        with suppress(OSError):
            if path.read_bytes() == self._facts:  # not that of another bridge
                path.unlink()

    def alive(self) -> Alive | None:
        """Who is there; None when nobody is.  Raises `SpoolError` when what is there cannot be understood."""
        data = self._sign_of_life()
        if data is None:
            return None
        head, _ = unpack(data)
        if len(head) != 7 or head[0] != "alive":
            raise SpoolError("a sign of life without its seven fields")
        return Alive(head[1], head[2], head[3], head[4], integer(head[5]), head[6])

    def command(
        self, verb: str, records: Iterable[Sequence[str]] = (), timeout_s: float = 5.0, session: str = ""
    ) -> list[Record]:
        """What the DAW answers to `verb`; `session`: only the one in which the session of this key is open.

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
            letter = pack([number, verb, *([session] if session else [])], records)
            self._post(mail, letter, number)
            try:
                data = self._wait(reply, timeout_s)
            finally:
                with suppress(OSError):
                    if mail.read_bytes() == letter:
                        mail.unlink()
                with suppress(OSError):
                    reply.unlink(missing_ok=True)
        head, answered = unpack(data)
        if len(head) < 2 or head[0] not in ("ok", "error"):
            raise SpoolError("a reply that says neither ok nor error")
        if head[0] == "error":
            raise InputError(f"{self._name} says: {_sentence(head[1])}", "Mend that in the DAW and try again.")
        return answered

    def _post(self, mail: Path, letter: bytes, number: str) -> None:
        """Another program's command may still lie there; a script that lives takes it at once, so one that stays is
        old and may be written over."""
        part = self._folder / f".cmd.{number}"
        write_bytes_whole(part, letter, lasting=False)
        deadline = time.monotonic() + _TAKEN_AT_ONCE_S
        try:
            while time.monotonic() < deadline:
                try:
                    mail.hardlink_to(part)  # unlike a rename, not over what is there
                    return
                except FileExistsError:
                    time.sleep(_POLL_S)
                except OSError:
                    break  # a file system without such links
            part.replace(mail)
        except OSError as error:
            raise MelismaError(f"{mail} could not be written: {error.strerror}.", "Check its permissions.") from error
        finally:
            part.unlink(missing_ok=True)

    def asks(self) -> list[tuple[str, Record, list[Record]]]:
        """(id, head, records) of every ask since the last call, oldest first.  What cannot be read is dropped.

        They are renamed at once, which tells the script that we heard, and go at the next call, when whoever got them
        has written them down: after a kill before that they are given again.
        """
        self._remove_given()
        found: list[tuple[int, str, Record, list[Record]]] = []
        for path in [*self._folder.glob(f"{_TAKEN}*"), *self._folder.glob("ask-*")]:
            ask_id = path.name.removeprefix(_TAKEN).removeprefix("ask-")
            taken = self._folder / f"{_TAKEN}{ask_id}"
            if taken.name in self._given:
                continue
            try:
                path.replace(taken)
                written_ns = taken.stat().st_mtime_ns
                data = _read(taken)
            except OSError:
                continue
            except SpoolError:
                data = b""
            self._given.add(taken.name)
            if time.time() - written_ns / 1e9 > _ASK_MAX_AGE_S:
                continue
            with suppress(SpoolError):
                found.append((written_ns, ask_id, *unpack(data)))
        return [(name, head, records) for _, name, head, records in sorted(found)]

    def answer(self, ask_id: str, message: str, failed: bool) -> None:
        """Leave a sentence for the user; the newest one counts.  Raises nothing: the DAW may be gone."""
        with suppress(MelismaError):
            letter = pack([ask_id, "error" if failed else "ok", message])
            write_bytes_whole(self._folder / "answer", letter, lasting=False)

    def _remove_given(self) -> None:
        """One that cannot be removed is never given again."""
        for name in tuple(self._given):
            with suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)
                self._given.discard(name)

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
        closing = False
        while True:
            problem: OSError | None = None
            try:
                return _read(reply)
            except FileNotFoundError:
                pass
            except OSError as error:  # on Windows also for a moment, while another program looks at it
                problem = error
            if time.monotonic() > deadline:
                break
            if self._closing.is_set() and not closing:
                closing, deadline = True, min(deadline, time.monotonic() + _CLOSING_S)
            time.sleep(_POLL_S)
        if problem is not None:
            raise MelismaError(f"{reply} could not be read: {problem.strerror}.", "Check its permissions.") from problem
        if closing:
            what = f"Melisma was closed before {self._name} had answered."
            raise InputError(what, f"Look in {self._name} whether it was done.")
        hint = "It may be busy or show a dialog; close that and try again."
        raise InputError(f"{self._name} did not answer within {timeout_s:g} s.", hint)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SpoolError("a file of more than 64 MB")
    return data


def _sentence(text: str) -> str:
    text = text.strip() or "no reason."
    return text if text.endswith((".", "!", "?")) else f"{text}."
