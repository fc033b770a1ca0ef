"""One request to the engine's process, and how it can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from PyQt6.QtCore import QObject, pyqtSignal

from engine.host import messages

_MOST_BITS = 31
"""Of a signal's numbers; bytes of a large file have more."""
_COMPUTE = frozenset(
    {"facts", "live", "sing", "isolate", "resing", "avatar", "avatar.open", "models.add", "bounce"}
    | {"train.check", "train.voice"}
)


@dataclass(frozen=True, slots=True)
class Failure:
    """`kind` is "input" (the user can mend it) or "ours"; `message` says what, `hint` what to do."""

    kind: str
    message: str
    hint: str = ""
    details: str = ""


class Engine(Protocol):
    """What a request needs of who sent it."""

    def stop(self, ask: Ask) -> None: ...


class Ask(QObject):
    """One request.  After one of `done`, `failed`, `cancelled`, `lost` it says nothing more.

    `precious`: once it has begun, the process is not ended for the sake of another request.  `repeatable`: where its
    process was ended for another one, it is asked once more, begun or not.
    """

    begun = pyqtSignal()  # until then it waits behind others
    progressed = pyqtSignal(str, int, int)  # stage, done, total
    part = pyqtSignal(dict)
    done = pyqtSignal(dict)
    failed = pyqtSignal(object)  # Failure
    cancelled = pyqtSignal()
    lost = pyqtSignal()  # the process died under it

    def __init__(self, engine: Engine, number: str, op: str, key: str) -> None:
        super().__init__()
        self.id, self.op, self.key = number, op, key
        self.precious = self.repeatable = False
        self._engine = engine
        self.begin()

    def begin(self) -> None:
        """It is asked, perhaps once more."""
        self.finished = self.has_begun = False
        self._pieces: list[Mapping[str, Any]] = []  # of a part that comes

    def cancel(self) -> None:
        """Ask to stop; `cancelled` comes when it has, `done` if it was faster.  May be called at any time."""
        if not self.finished:
            self._engine.stop(self)

    def hear(self, event: str, message: Mapping[str, Any]) -> None:
        """What the engine says about it becomes a signal.  Raises `ValueError` for what cannot be understood."""
        if event == messages.BEGUN:
            self.has_begun = True
            self.begun.emit()
        elif event == messages.PROGRESS:
            done, total = int(message.get("done", 0)), int(message.get("total", 0))
            shift = max(0, max(done, total).bit_length() - _MOST_BITS)
            self.progressed.emit(str(message.get("stage")), done >> shift, total >> shift)
        elif event == messages.MORE:
            self._pieces.append(message)
        elif event == messages.PART:
            pieces, self._pieces = self._pieces, []
            self.part.emit(messages.join(message.get("part", {}), pieces))
        elif event == messages.DONE:
            self.done.emit(message.get("result", {}))
        elif event == messages.CANCELLED:
            self.cancelled.emit()
        elif event == messages.FAILED:
            told = (str(message.get(name, "")) for name in ("kind", "message", "hint", "details"))
            self.failed.emit(Failure(*told))


def with_device(op: str, args: Mapping[str, Any], device: str) -> dict[str, Any]:
    """`args` as they are sent: an op that computes, and names no device itself, does so on `device`."""
    told = dict(args)
    if op in _COMPUTE:
        told.setdefault("device", device)
        if isinstance(told.get("sing"), Mapping):  # a video's song
            told["sing"] = {"device": told["device"], **told["sing"]}
    return told
