"""Several tracks that are sung while they are edited: the one that was asked for last goes first."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.jobs import CancelToken


class Turns:
    """Requests take turns phrase by phrase: an edit does not wait until the song's other tracks are sung."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._open: set[int] = set()
        self._changed = threading.Condition()

    @contextmanager
    def taking_part(self) -> Iterator[int]:
        """While the block runs, a request of the number that it gets is there; a newer one has a higher number."""
        with self._changed:
            number = next(self._numbers)
            self._open.add(number)
        try:
            yield number
        finally:
            with self._changed:
                self._open.discard(number)
                self._changed.notify_all()

    def wait(self, number: int, token: CancelToken) -> None:
        """Until no newer request is there.  Raises `Cancelled`."""
        with token.calling(self._wake), self._changed:
            self._changed.wait_for(lambda: token.cancelled or number == max(self._open))
        token.raise_if_cancelled()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
