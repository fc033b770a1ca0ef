"""The folder through which melisma and this script talk (docs/decisions/0005-daw.md).

`spool.txt` beside the script says where it may be; `melisma install live` writes that.  Files are tiny and local;
nothing here waits.
"""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # an older Live, which is told why it is too old, has an older Python
    from collections.abc import Iterable, Sequence

    Record = tuple[str, ...]

_MAGIC = ("melisma", "1")
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_PLAIN = {"t": "\t", "n": "\n", "r": "\r"}


def pack(head: Sequence[str], records: Iterable[Sequence[str]] = ()) -> bytes:
    """A whole file."""
    lines = [_line((*_MAGIC, *head)), *(_line(record) for record in records)]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def unpack(data: bytes) -> tuple[Record, list[Record]]:
    """Head and records.  Raises `ValueError` for anything but a whole file of ours."""
    if not data.endswith(b"\n"):
        raise ValueError("a file without an end")
    first, *others = data.decode("utf-8", "surrogateescape")[:-1].split("\n")
    head = _fields(first)
    if head[:2] != _MAGIC:
        raise ValueError("a file of another format or version")
    return head[2:], [_fields(line) for line in others if line]


class Spool:
    """`folder` is None when the script was copied by hand and does not know where melisma is."""

    def __init__(self, script_folder: Path) -> None:
        try:
            lines = (script_folder / "spool.txt").read_text(encoding="utf-8").splitlines()
        except OSError:
            lines = []
        self._places = [Path(line.strip()) for line in lines if line.strip()]
        self.folder: Path | None = self._places[0] if self._places else None

    def write(self, name: str, head: Sequence[str], records: Iterable[Sequence[str]] = ()) -> bool:
        """Written beside its place, then renamed; False while melisma has not made the folder."""
        if self.folder is None:
            return False
        part = self.folder / f".{name}.part"
        try:
            part.write_bytes(pack(head, records))
            part.replace(self.folder / name)
        except OSError:
            return False
        return True

    def command(self, session_key: str) -> tuple[str, str, list[Record]] | None:
        """Id, verb and arguments of the command that waits, unless it is for another session."""
        waiting = self._read("cmd")
        if waiting is not None and len(waiting[0]) > 2 and waiting[0][2] != session_key:
            return None
        taken = self._take("cmd")
        if taken is None or not taken[0] or not re.fullmatch(r"[\w-]+", taken[0][0]):
            return None
        (number, *rest), records = taken
        return number, rest[0] if rest else "", records

    def answer(self) -> tuple[str, bool, str] | None:
        """What melisma says about an ask: its id, whether it went well, a sentence."""
        taken = self._take("answer")
        if taken is None or len(taken[0]) < 3:
            return None
        return taken[0][0], taken[0][1] == "ok", taken[0][2]

    def bridge(self) -> tuple[int, str] | None:
        """Where notices go: UDP port and token; None when melisma is not there.

        Goes where melisma came last, for it may have been started in other surroundings.
        """
        found: list[tuple[float, int, str, Path]] = []
        for place in self._places:
            try:
                head, _ = unpack((place / "bridge").read_bytes())
                if len(head) > 4 and head[0] == "bridge":
                    found.append((float(head[4]), int(head[1]), head[2], place))
            except (OSError, ValueError):
                continue
        if not found:
            return None
        _, port, token, self.folder = max(found)
        return port, token

    def ask(self, action: str, records: Iterable[Sequence[str]]) -> str | None:
        """The id of the user's wish; None when melisma is not there to see it."""
        ask_id = uuid.uuid4().hex
        there = self.bridge() is not None and self.write(f"ask-{ask_id}", [action], records)
        return ask_id if there else None

    def take_back(self, ask_id: str) -> bool:
        """Take a wish back; False when it was heard."""
        try:
            if self.folder is not None:
                (self.folder / f"ask-{ask_id}").unlink()
                return True
        except OSError:
            pass
        return False

    def leave(self) -> None:
        """No sign of life any more."""
        if self.folder is not None:
            try:
                (self.folder / "alive").unlink()
            except OSError:
                return

    def _read(self, name: str) -> tuple[Record, list[Record]] | None:
        if self.folder is None:
            return None
        try:
            return unpack((self.folder / name).read_bytes())
        except (OSError, ValueError):
            return None

    def _take(self, name: str) -> tuple[Record, list[Record]] | None:
        if self.folder is None:
            return None
        taken = self.folder / f"{name}.taken"
        try:
            (self.folder / name).replace(taken)
            data = taken.read_bytes()
            taken.unlink()
            return unpack(data)
        except (OSError, ValueError):
            return None


def _line(fields: Sequence[str]) -> str:
    return "\t".join(re.sub(r"[\\\t\n\r]", lambda found: _ESCAPES[found[0]], str(field)) for field in fields)


def _fields(line: str) -> Record:
    return tuple(
        re.sub(r"\\(.)", lambda found: _PLAIN.get(found[1], found[1]), field, flags=re.DOTALL)
        for field in line.split("\t")
    )
