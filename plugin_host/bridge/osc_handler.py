"""The bridge as OSC clients see it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from engine.errors import MelismaError
from engine.jobs import JobState
from plugin_host.bridge.answer_files import write_answer
from plugin_host.bridge.asks import Asks
from plugin_host.bridge.codec import told_facts
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.events import Happened, JobEvent
from plugin_host.bridge.job_file import MAX_BYTES, parse_job
from plugin_host.bridge.lyrics_source import LyricsSource
from plugin_host.bridge.places import AllowedFolders
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.osc import addresses
from plugin_host.osc.handling import Answer, ClientId, Request, Value
from plugin_host.osc.paths import Confined

_log = logging.getLogger(__name__)


class Notifier(Protocol):
    """What the handler needs of a server."""

    def notify(self, client: ClientId, address: str, *arguments: Value) -> None: ...

    def clients(self) -> tuple[ClientId, ...]: ...


class BridgeHandler:
    """The `Handler` of an OSC server.

    `places`: where files of clients may lie; `runtime`: where answers are written; `wake` is told of DAWs that have
    something for us.  Notices go out once `attach` named the server.
    """

    def __init__(
        self,
        service: BridgeService,
        store: JobStore,
        asks: Asks,
        daws: Daws,
        lyrics: LyricsSource,
        places: AllowedFolders,
        runtime: Path,
        wake: Callable[[str], None] = lambda _daw: None,
    ) -> None:
        self._service, self._store, self._asks, self._daws, self._lyrics = service, store, asks, daws, lyrics
        self._places, self._files = places, Confined(places.folders, MAX_BYTES)
        self._runtime, self._wake = runtime, wake
        self._server: Notifier | None = None
        self._requests: Mapping[str, Callable[[Request], Answer]] = {
            addresses.HELLO: lambda _: self._list(),
            addresses.JOB_LIST: lambda _: self._list(),
            addresses.JOB_SUBMIT: self._submit,
            addresses.JOB_CANCEL: self._cancel,
            addresses.JOB_FORGET: self._forget,
            addresses.LYRICS_SET: self._set_lyrics,
            addresses.DAW_LIST: lambda _: self._list_daws(),
            addresses.DAW_SING: self._sing,
            addresses.DAW_AGAIN: self._sing_again,
            addresses.DAW_ISOLATE: self._isolate,
        }

    def attach(self, server: Notifier) -> Callable[[], None]:
        """Send notices through `server` from now on; what is returned ends that."""
        self._server = server
        return self._service.subscribe(self._happened)

    def handle(self, request: Request) -> Answer:
        """Raises `InputError` and `MelismaError` for the client."""
        return self._requests[request.address](request)

    def notice(self, address: str, arguments: Mapping[str, Value]) -> None:
        """Of a script inside a DAW."""
        if address == addresses.DAW_SPOOL:
            self._wake(str(arguments["daw"]))
        elif address == addresses.DAW_TRANSPORT and self._server is not None:
            for client in self._server.clients():
                self._notify(client, address, *arguments.values())

    def gone(self, client: ClientId) -> None:
        """Its jobs go on; it finds them in the list when it is back."""
        _log.info("the client %s is gone", client)

    def _submit(self, request: Request) -> Answer:
        data = self._files.read(*_file(request), suffixes=(".json",))
        job_request = parse_job(data, self._places, self._store.sounds(request.id))
        return Answer(self._service.submit(request.id, job_request, request.client).id)

    def _cancel(self, request: Request) -> Answer:
        return Answer(self._service.cancel(str(request.arguments["job"])).state.value)

    def _forget(self, request: Request) -> Answer:
        self._service.forget(str(request.arguments["job"]))
        return Answer()

    def _sing(self, request: Request) -> Answer:
        return Answer(self._asks.sing(request.id, *_clip(request), request.client).id)

    def _sing_again(self, request: Request) -> Answer:
        daw, name, session, clip = (str(request.arguments[name]) for name in ("daw", "name", "session", "clip"))
        return Answer(self._asks.sing(request.id, daw, name, request.client, meant=(session, clip)).id)

    def _isolate(self, request: Request) -> Answer:
        return Answer(self._asks.isolate(request.id, *_clip(request), request.client).id)

    def _set_lyrics(self, request: Request) -> Answer:
        data = self._files.read(*_file(request), suffixes=(".txt",))
        session, clip = (str(request.arguments[name]) for name in ("session", "clip"))
        self._lyrics.keep(session, clip, data.decode("utf-8-sig", "replace"))
        return Answer()

    def _list(self) -> Answer:
        jobs = self._service.jobs()
        count = "1 job" if len(jobs) == 1 else f"{len(jobs)} jobs"
        facts = {"format": "melisma-jobs", "version": 1, "jobs": [told_facts(job) for job in jobs]}
        return Answer(count, write_answer(self._runtime, "jobs", facts))

    def _list_daws(self) -> Answer:
        facts = self._daws.facts()
        there = ", ".join(daw["name"] for daw in facts if daw["present"]) or "none"
        told = {"format": "melisma-daws", "version": 1, "daws": facts}
        return Answer(there, write_answer(self._runtime, "daws", told))

    def _happened(self, event: JobEvent) -> None:
        if event.what is Happened.FORGOTTEN or self._server is None:
            return
        job = event.job
        for client in (job.client,) if job.client else self._server.clients():
            if event.what is Happened.PROGRESS and job.progress is not None:
                progress = job.progress
                self._notify(client, addresses.JOB_PROGRESS, job.id, progress.stage, progress.done, progress.total)
            elif event.what is Happened.STATE:
                self._notify(client, addresses.JOB_STATE, job.id, job.state.value, job.sentence)
                if job.state is JobState.DONE and job.result is not None:
                    self._notify(client, addresses.JOB_DONE, job.id, *_parcel(job.result))

    def _notify(self, client: ClientId, address: str, *arguments: Value) -> None:
        try:
            if self._server is not None:
                self._server.notify(client, address, *arguments)
        except MelismaError as error:
            _log.warning("%s was not told: %s", client, error)


def _file(request: Request) -> tuple[str, int, str]:
    given = request.arguments
    return str(given["path"]), int(given["size"]), str(given["sha256"])


def _clip(request: Request) -> tuple[str, str]:
    return str(request.arguments["daw"]), str(request.arguments["clip"])


def _parcel(path: Path) -> tuple[str, int, str]:
    data = path.read_bytes()
    return str(path), len(data), hashlib.sha256(data).hexdigest()
