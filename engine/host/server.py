"""Reads requests, puts them into their lanes, tells how they end; ends itself with its input."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from engine.errors import Cancelled, MelismaError
from engine.host.call import Call, Kept
from engine.host.coding import plain
from engine.host.faults import failed
from engine.host.messages import BEGUN, CANCEL, CANCELLED, DONE, MAX_LINE_BYTES, MORE, PART, from_line, split
from engine.host.table import LANES, OPS, Op
from engine.host.wire import ProgressTeller, Wire
from engine.jobs import JobContext, JobHandle, JobQueue

MOST_OPEN = 1000
"""Requests that wait or run; a window that asks for more has lost count."""
GRACE_S = 0.5
"""What is still at work when the input ends may tidy up so long."""
_LONGEST_ID = 200


class Server:
    """Serves one window.  `ops` by name; `kept` outlives requests, and is closed by whoever made it."""

    def __init__(
        self, requests: BinaryIO, wire: Wire, kept: Kept, ops: Mapping[str, Op] = OPS, grace_s: float = GRACE_S
    ) -> None:
        self._requests, self._wire, self._kept, self._ops, self._grace_s = requests, wire, kept, ops, grace_s
        self._queue = JobQueue(LANES)
        self._progress = ProgressTeller(wire)
        self._open: dict[str, JobHandle[Any]] = {}
        self._lock = threading.RLock()  # a job that is superseded ends on the thread that asks for the next

    def run(self) -> bool:
        """Serve until the input ends, then cancel what is left; whether all of it ended within `grace_s`."""
        while line := self._read():
            self._take(line)
        return self._end()

    def _read(self) -> bytes:
        """A line; b"" at the end.  What is too long is left out, and told."""
        while True:
            line = self._requests.readline(MAX_LINE_BYTES + 1)
            if len(line) <= MAX_LINE_BYTES:
                return line
            while line and not line.endswith(b"\n"):
                line = self._requests.readline(MAX_LINE_BYTES)
            self._refuse("", f"A request is longer than {MAX_LINE_BYTES >> 20} MB.")

    def _take(self, line: bytes) -> None:
        try:
            message = from_line(line)
        except ValueError as error:
            self._refuse("", f"A request is no JSON object: {error}.")
            return
        name, op = message.get("id"), message.get("op")
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_ID:
            self._refuse("", "A request has no id.")
        elif op == CANCEL:
            self._cancel(name)
        elif not isinstance(op, str) or op not in self._ops:
            self._refuse(name, f"The engine knows no op {op!r}.")
        else:
            self._begin(name, self._ops[op], message)

    def _begin(self, name: str, op: Op, message: Mapping[str, Any]) -> None:
        args, key = message.get("args", {}), message.get("key", "")
        if not isinstance(args, dict) or not isinstance(key, str):
            self._refuse(name, "A request's arguments are no object.")
            return
        with self._lock:
            if name in self._open:
                self._refuse("", f"There is a request {name} already.")
                return
            if len(self._open) >= MOST_OPEN:
                self._refuse(name, f"More than {MOST_OPEN} requests wait.")
                return
            handle = self._queue.submit(
                op.lane,
                f"key {key}" if key else f"id {name}",
                lambda context: self._work(name, op, args, context),
                lambda progress: self._progress.tell(name, progress),
            )
            self._open[name] = handle
        handle.on_finish(lambda ended: self._finish(name, ended))

    def _work(self, name: str, op: Op, args: Mapping[str, Any], context: JobContext) -> Any:
        """The op's answer, as JSON holds it.  On a worker's thread."""
        self._wire.send({"id": name, "event": BEGUN})

        def part(told: Mapping[str, Any]) -> None:
            context.token.raise_if_cancelled()
            whole = plain(told)
            for piece in split(whole):
                self._wire.send({"id": name, "event": MORE, **piece})
            self._wire.send({"id": name, "event": PART, "part": whole})

        return plain(op.function()(Call(args, context, part, self._kept)))

    def _finish(self, name: str, ended: JobHandle[Any]) -> None:
        """The last word, on the worker's thread; an answer that cannot be told is a fault like any other."""
        with self._lock:
            self._open.pop(name, None)
        self._progress.forget(name)
        try:
            self._wire.send({"id": name, "event": DONE, "result": ended.result(0)})
        except Cancelled:
            self._wire.send({"id": name, "event": CANCELLED})
        except BaseException as error:
            self._wire.send(failed(name, error))

    def _cancel(self, name: str) -> None:
        with self._lock:
            handle = self._open.get(name)
        if handle is not None:  # else it has ended, and was told so
            handle.cancel()

    def _refuse(self, name: str, what: str) -> None:
        self._wire.send(failed(name, MelismaError(what, "Please report this.")))

    def _end(self) -> bool:
        with self._lock:
            left = list(self._open.values())
        for handle in left:
            handle.cancel()
        deadline = time.monotonic() + self._grace_s
        ended = all(handle.wait(max(0.0, deadline - time.monotonic())) for handle in left)
        self._progress.close()
        if ended:
            self._queue.shutdown()
        return ended
