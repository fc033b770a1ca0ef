"""Faults of ours in the window: written down and told, and the window goes on."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from types import TracebackType

from engine.errors import MelismaError
from engine.folders import log_folder
from gui.texts import shell as texts

LOG = "window.log"
_MOST_BYTES = 1 << 20


@contextmanager
def faults(tell: Callable[[MelismaError], object]) -> Iterator[None]:
    """While the block runs, an exception that nobody caught is logged and given to `tell`.

    Without this Qt ends the program at the first one in a slot, and the song with it.
    """
    before = sys.excepthook

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            before(kind, error, trace)
            return
        _write(traceback.format_exception(kind, error, trace))
        with suppress(Exception):  # a fault in telling would bring the same fault again
            tell(error if isinstance(error, MelismaError) else MelismaError(texts.FAULT, texts.FAULT_HINT))

    sys.excepthook = caught
    try:
        yield
    finally:
        sys.excepthook = before


def _write(lines: list[str]) -> None:
    """To the end of the log, which begins anew when it is long."""
    path = log_folder() / LOG
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = "w" if path.exists() and path.stat().st_size > _MOST_BYTES else "a"
        with path.open(mode, encoding="utf-8") as log:
            log.write(f"{datetime.now().isoformat(timespec='seconds')}\n{''.join(lines)}\n")
