"""What was taken from watched folders, kept over restarts: nothing is sung twice, and results find their input."""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import InputError, MelismaError
from engine.files import make_folder, write_bytes_whole
from plugin_host.bridge.strict import StrictObject, dump, parse_object
from plugin_host.ports import Action

FORMAT, VERSION = "melisma-watch", 1
MAX_FILES = 100_000
MAX_LINES = 10_000
_HINT = "Remove it; files that lie in watched folders are then taken once more."


class State(enum.StrEnum):
    ASKED = "asked"
    """Given to the bridge, not yet answered."""
    DONE = "done"
    FAILED = "failed"
    PASSED = "passed"
    """Not meant for us: our own result, or no score."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was taken.  `stamp`: see `Found`, as text; `digest`: of its content and lyrics.

    `ask`: under which its work is answered; `bpm` at a clip's start; `problems`: in sentences, known before the work;
    `note`: the file in which the user was told, "" when he was not; `beside`: whether the words lay beside the clip.
    """

    key: str
    stamp: str
    digest: str
    action: Action
    state: State
    ask: str = ""
    bpm: float = 120.0
    problems: tuple[str, ...] = ()
    note: str = ""
    beside: bool = False


class Ledger:
    """Entries by file.  `path` None: remembered only while it lives.  For one thread at a time."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._entries: dict[str, Entry] = _read(path) if path is not None else {}
        self._changed = False

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries.values()))

    def get(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def by_ask(self, ask: str) -> Entry | None:
        """The file that was given under this ask."""
        return next((entry for entry in self._entries.values() if entry.ask == ask), None)

    def put(self, entry: Entry) -> None:
        if self._entries.get(entry.key) != entry:
            self._entries[entry.key] = entry
            self._changed = True

    def change(self, key: str, **changes: Any) -> None:
        """Change fields of an entry that is there."""
        self.put(replace(self._entries[key], **changes))

    def forget(self, key: str) -> None:
        if self._entries.pop(key, None) is not None:
            self._changed = True

    def save(self) -> None:
        """Write it down when something changed.  Raises `MelismaError` when the disk refuses."""
        if self._path is None or not self._changed:
            return
        make_folder(self._path.parent)
        files = [asdict(entry) for entry in self._entries.values()]
        write_bytes_whole(self._path, dump({"format": FORMAT, "version": VERSION, "files": files}))
        self._changed = False


def _read(path: Path) -> dict[str, Entry]:
    """Empty when there is none, or it is damaged: files taken twice are better than no watching."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise MelismaError(f"{path} could not be read: {error.strerror}.", "Check its permissions.") from error
    with contextlib.suppress(InputError):
        fields = parse_object(data, path.name, _HINT)
        if fields.text("format") == FORMAT and fields.integer("version", 0, 2**31) == VERSION:
            entries = [_entry(item, path.name) for item in fields.items("files", MAX_FILES)]
            fields.done()
            return {entry.key: entry for entry in entries}
    return {}


def _entry(item: object, what: str) -> Entry:
    fields = StrictObject(item, f"{what}, in a file,", _HINT)
    problems = fields.items("problems", MAX_LINES)
    if not all(isinstance(line, str) for line in problems):
        fields.refuse("has problems that are not texts")
    entry = Entry(
        key=fields.text("key"),
        stamp=fields.text("stamp"),
        digest=fields.text("digest"),
        action=Action(fields.text("action", [action.value for action in Action])),
        state=State(fields.text("state", [state.value for state in State])),
        ask=fields.text("ask"),
        bpm=fields.number("bpm", 1e-3, 1e9),
        problems=tuple(problems),
        note=fields.text("note"),
        beside=fields.flag("beside"),
    )
    fields.done()
    return entry
