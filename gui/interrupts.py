"""Ctrl-C and a polite kill end the window without a question: nobody may be there to answer."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PyQt6.QtCore import QSocketNotifier
from PyQt6.sip import voidptr


@contextmanager
def interrupts(close: Callable[[], object]) -> Iterator[None]:
    """While the block runs, SIGINT, SIGTERM and a terminal that is closed call `close` in the event loop.

    Python hears of a signal when its interpreter runs next, and Qt's loop may sleep for long: a socket wakes it.
    """
    mine, theirs = socket.socketpair()
    for end in (mine, theirs):
        end.setblocking(False)
    notifier = QSocketNotifier(voidptr(mine.fileno()), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: mine.recv(64))
    woken = signal.set_wakeup_fd(theirs.fileno())
    numbers = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.signal(number, lambda *_: close()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken)
        notifier.setEnabled(False)
        mine.close()
        theirs.close()
