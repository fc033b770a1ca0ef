"""A bridge and one client of it around one DAW, for a program that wants the results itself: tests and the demo."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from engine.errors import Cancelled, InputError
from engine.files import write_bytes_whole
from engine.jobs import JobContext, JobState
from plugin_host.bridge.asks import Wishes
from plugin_host.bridge.events import Happened, JobEvent
from plugin_host.bridge.job import Job
from plugin_host.bridge.serving import Bridge, BridgeSettings
from plugin_host.osc import addresses
from plugin_host.osc.client import OscClient
from plugin_host.osc.handling import Value
from plugin_host.ports import DawAdapter

_CANCEL_S = 0.2


class Studio:
    """A context manager.  What is asked for goes by OSC to a bridge of its own, as from any other program.

    The progress of its jobs goes to `context`, whose cancel ends the waiting for them.
    """

    def __init__(self, adapter: DawAdapter, wishes: Wishes | None = None, context: JobContext | None = None) -> None:
        self._adapter, self._context = adapter, context or JobContext()
        self._bridge = Bridge(BridgeSettings((adapter,), wishes=wishes or Wishes()))
        self._client = OscClient("melisma-studio")
        self._changed = threading.Condition()
        self._stack = ExitStack()
        self.notices: list[tuple[str, dict[str, Value]]] = []
        """What the client heard of the bridge, oldest first."""

    def __enter__(self) -> Studio:
        with ExitStack() as stack:
            stack.enter_context(self._bridge)
            stack.callback(self._bridge.service.subscribe(self._happened))
            self._client.on_notice(lambda address, arguments: self.notices.append((address, dict(arguments))))
            stack.enter_context(self._client)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._stack.close()

    def sing(self, clip: str, lyrics: str | None = None) -> dict[str, Any]:
        """Sing a clip of the DAW and put the vocal there; the facts of the result file.  Raises as `wait`."""
        if lyrics is not None:
            self._keep_lyrics(clip, lyrics)
        return self.wait(self._client.request(addresses.DAW_SING, self._adapter.id, clip).text)

    def isolate(self, clip: str) -> dict[str, Any]:
        """Part a sound of the DAW and put both stems there; the facts of the result file.  Raises as `wait`."""
        return self.wait(self._client.request(addresses.DAW_ISOLATE, self._adapter.id, clip).text)

    def jobs(self) -> tuple[Job, ...]:
        """All, oldest first."""
        return self._bridge.service.jobs()

    def wait(self, job_id: str, within_s: float = 600.0) -> dict[str, Any]:
        """The result of a job.  Raises `InputError` with its sentence when it failed or takes longer, `Cancelled`."""
        service = self._bridge.service
        deadline = time.monotonic() + within_s
        with self._changed:
            while not self._changed.wait_for(lambda: service.get(job_id).ended, _CANCEL_S):
                self._context.token.raise_if_cancelled()
                if time.monotonic() > deadline:
                    raise InputError(f"{service.get(job_id).name} took longer than {within_s:g} s.", "Try again.")
        job = service.get(job_id)
        if job.state is JobState.CANCELLED:
            raise Cancelled
        if job.state is not JobState.DONE or job.result is None:
            raise InputError(job.sentence or f"{job.name} failed.")
        facts: dict[str, Any] = json.loads(job.result.read_text(encoding="utf-8"))
        return facts

    def _keep_lyrics(self, clip: str, lyrics: str) -> None:
        found = self._adapter.read_clip(clip)
        data = lyrics.encode()
        path = self._bridge.inbox / "lyrics.txt"
        write_bytes_whole(path, data)
        digest = hashlib.sha256(data).hexdigest()
        self._client.request(addresses.LYRICS_SET, found.session.key, found.key, str(path), len(data), digest)

    def _happened(self, event: JobEvent) -> None:
        if event.what is Happened.PROGRESS and event.job.progress is not None:
            self._context.progress_sink(event.job.progress)
        with self._changed:
            self._changed.notify_all()
