"""What comes out of a pipe, line by line, without holding up the window."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

_TURN_S = 0.008
"""Lines are read so long at a time; then the window has its turn."""


class Lines(QObject):
    """Bytes in; each whole line goes to `hear`, in order, when the event loop comes round."""

    def __init__(self, hear: Callable[[bytes], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hear = hear
        self._whole: deque[bytes] = deque()
        self._rest: list[bytes] = []
        self.rest_bytes = 0
        """Of the line that has not ended yet."""
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._read_on)

    def push(self, data: bytes) -> None:
        """What was read, wherever it is cut."""
        first, *others = data.split(b"\n")
        self._rest.append(first)  # a long line comes in many pieces: none is looked at twice
        self.rest_bytes += len(first)
        if others:
            self._whole.append(b"".join(self._rest))
            self._whole.extend(others[:-1])
            self._rest, self.rest_bytes = [others[-1]], len(others[-1])
        if self._whole and not self._turn.isActive():
            self._turn.start(0)

    def finish(self) -> None:
        """No more comes: all that is there is heard now."""
        self._turn.stop()
        while self._whole:
            self._hear(self._whole.popleft())

    def clear(self) -> None:
        """Nothing of what is there is heard."""
        self._turn.stop()
        self._whole.clear()
        self._rest, self.rest_bytes = [], 0

    def _read_on(self) -> None:
        deadline = time.monotonic() + _TURN_S
        while self._whole and time.monotonic() < deadline:
            self._hear(self._whole.popleft())
        if self._whole:
            self._turn.start(0)
