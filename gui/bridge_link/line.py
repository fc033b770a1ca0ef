"""The thread that talks to the bridge: one request after the other, so that the window never waits for an answer."""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

from engine.errors import InputError, MelismaError
from gui.texts import connection as texts

if TYPE_CHECKING:
    from plugin_host.osc.client import Answer, OscClient

CLIENT_ID = f"window-{os.getpid()}"
"""Of each window its own: of two with one name the bridge hears only who came last."""
NAME = "Melisma"
_TIMEOUT_S = 3.0

Then = Callable[["Answer | MelismaError"], None]
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Line(QObject):
    """Signals come from threads of the client; Qt brings them to the window's own.

    `opened`: the bridge answers.  `absent`: none runs.  `heard(address, arguments, when)`: a notice, and when it came
    (monotonic clock).  `missed`: notices were lost, or the bridge was away: time to ask again.  `answered(then,
    answer)`: call `then(answer)`, an `Answer` or the `MelismaError` that came instead.
    """

    opened = pyqtSignal()
    absent = pyqtSignal(str)
    heard = pyqtSignal(str, dict, float)
    missed = pyqtSignal()
    answered = pyqtSignal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client: OscClient | None = None
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closing = False
        self.answered.connect(lambda then, answer: then(answer))

    @property
    def connected(self) -> bool:
        """Whether the bridge was heard of within the last three heartbeats."""
        client = self._client
        return client is not None and client.connected

    def open(self) -> None:
        """Look for a bridge that runs; `opened` or `absent` comes."""
        self._put(self._open)

    def ask(self, address: str, *arguments: Any, then: Then | None = None) -> None:
        """Send a request after those before it; `then` is called in the window's thread."""
        self._put(lambda: self._ask(address, arguments, then))

    def run(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Do work that waits for the bridge, after the requests before it; `then` as in `ask`."""
        self._put(lambda: self.answered.emit(then, work()))

    def leave(self) -> None:
        """Say goodbye; whoever answers next is found by `open`."""
        if self._thread is not None:
            self._put(self._let_go)

    def close(self) -> None:
        """Say goodbye and join the thread; requests that wait are not sent.  Takes up to a second where the bridge does
        not answer, and the rest of `_TIMEOUT_S` where it was being asked."""
        if self._thread is None:
            return
        self._closing = True
        self._work.put(self._let_go)
        self._work.put(None)
        self._thread.join()
        self._thread, self._closing = None, False

    def _put(self, work: Callable[[], None]) -> None:
        self._work.put(work)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="melisma-bridge-line", daemon=True)
            self._thread.start()

    # What follows runs on the thread.

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except Exception as error:  # the next ones are done all the same
                _log.exception("the bridge could not be talked to")
                self.absent.emit(str(error))

    def _open(self) -> None:
        from plugin_host.osc.client import OscClient

        if self._closing:
            return
        if self.connected:
            self.opened.emit()
            return
        self._let_go()
        client = OscClient(CLIENT_ID, NAME, timeout_s=_TIMEOUT_S)
        client.on_notice(self._notice)
        client.on_missed(self.missed.emit)
        try:
            client.__enter__()
        except MelismaError as error:
            self.absent.emit(str(error))
            return
        self._client = client
        self.opened.emit()

    def _ask(self, address: str, arguments: tuple[Any, ...], then: Then | None) -> None:
        if self._closing:
            return
        answer: Answer | MelismaError
        try:
            if self._client is None:
                raise InputError(texts.NOT_RUNNING, texts.NOT_RUNNING_HINT)
            answer = self._client.request(address, *arguments)
        except MelismaError as error:
            answer = error
        except Exception as error:
            _log.exception("the bridge could not be asked for %s", address)
            answer = MelismaError(str(error) or type(error).__name__)
        if then is not None:
            self.answered.emit(then, answer)

    def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _notice(self, address: str, arguments: Mapping[str, Any]) -> None:
        self.heard.emit(address, dict(arguments), time.monotonic())
