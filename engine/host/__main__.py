"""`python -m engine.host`: the engine's process, started by the window."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.host.call import Kept
    from engine.host.table import Op


def main(ops: Mapping[str, Op] | None = None, grace_s: float | None = None) -> None:
    """Serve the window at the other end of stdin and stdout, then end at once, whatever is still at work.

    `ops`: others than the engine's own; `grace_s`: how long what is at work then may tidy up.
    """
    requests, answers = _pipes()
    faulthandler.enable()  # where a library took the process down stands in the window's report
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the window's terminal is the window's business
    from engine.folders import cache_folder
    from engine.host.call import Kept
    from engine.host.messages import READY
    from engine.host.server import GRACE_S, Server
    from engine.host.table import OPS
    from engine.host.wire import Wire
    from engine.version import VERSION

    wire, kept = Wire(answers), Kept(cache_folder())
    signal.signal(signal.SIGTERM, lambda *_: _leave(kept))
    wire.send({"event": READY, "version": VERSION, "pid": os.getpid()})
    if ops is None:
        from engine.host.loads import tell_loads  # only now: the window waits for the line above

        tell_loads(wire)
    Server(requests, wire, kept, OPS if ops is None else ops, GRACE_S if grace_s is None else grace_s).run()
    _leave(kept)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """Input and output that nobody else has: what libraries print goes to stderr, what children read is empty."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def _leave(kept: Kept) -> None:
    """Without waiting for threads: a network that does not stop must not keep a process without a window."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    kept.close()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
