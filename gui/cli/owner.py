"""Whether the program that started this one is still there: it holds the other end of our standard input."""

from __future__ import annotations

import os
import threading

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_BLOCK = 4096


class Owner:
    """Looks for the end of standard input.  However the other program died, the system closes its end."""

    def __init__(self) -> None:
        self._gone = threading.Event()
        threading.Thread(target=self._read, name="melisma-owner", daemon=True).start()

    @property
    def gone(self) -> bool:
        return self._gone.is_set()

    def _read(self) -> None:
        try:
            # Not through `sys.stdin`: at the end of the program Python would wait for its lock.
            while os.read(_STDIN, _BLOCK):
                pass
        except OSError:
            return  # there is no standard input, so nobody said that he would hold it
        _hush()
        self._gone.set()


def _hush() -> None:
    """Nobody reads what is said from now on, and a pipe without a reader is an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (_STDOUT, _STDERR):
        os.dup2(nowhere, stream)
    os.close(nowhere)
