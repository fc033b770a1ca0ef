"""The whole bridge, put together: for `melisma serve`, and for a window."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from engine.folders import data_folder, runtime_folder
from plugin_host.bridge.answer_files import remove_answers
from plugin_host.bridge.asks import Asks, Wishes
from plugin_host.bridge.daws import Daws, Seen
from plugin_host.bridge.events import Listener
from plugin_host.bridge.inbox import tidy_inbox
from plugin_host.bridge.osc_handler import BridgeHandler
from plugin_host.bridge.places import AllowedFolders
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.watch_daws import DawWatch
from plugin_host.bridge.work import make_work
from plugin_host.install import DAWS, elsewhere
from plugin_host.lyrics import LyricsBook
from plugin_host.osc.runtime_file import RuntimeEntry, RuntimeFile, new_token
from plugin_host.osc.server import OscServer
from plugin_host.ports import DawAdapter
from plugin_host.spool import Spool

_FIRST_LOOK_S = 2.0

_log = logging.getLogger(__name__)


def bridge_folder() -> Path:
    """Where jobs lie, and files of clients.  May not exist yet."""
    return data_folder() / "bridge"


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """`folders`: where files that clients name may lie, besides the bridge's own inbox; `udp_port` 0: any."""

    adapters: Sequence[DawAdapter] = ()
    folders: tuple[Path, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    udp_port: int = 0
    changed: Callable[[str, Seen], None] = lambda _daw, _seen: None
    """Hears of DAWs that come, go or change session, on the threads that watch them."""
    happened: Listener = lambda _event: None
    """Hears of all jobs, also of those of last time; see `Listeners.subscribe`."""


class Bridge:
    """Runs while its block does.

    Raises `InputError` when another one runs or the port is taken, `MelismaError` when a folder cannot be written.
    Jobs that have not ended at the end of the block are taken up by the next bridge.
    """

    def __init__(self, settings: BridgeSettings) -> None:
        self._settings = settings
        self._stack = ExitStack()
        self.remarks: tuple[str, ...] = ()
        """What was wrong with jobs of last time, in sentences."""

    def __enter__(self) -> Bridge:
        with ExitStack() as stack:
            self._build(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def needed(self) -> bool:
        """Whether any program is served, or anything is being made."""
        return bool(self._server.clients()) or any(not job.ended for job in self.service.jobs())

    def _build(self, stack: ExitStack) -> None:
        # Imported early: it takes a second, for which the first request must not wait.
        from engine.api import isolate_vocals, render_clip  # noqa: F401

        settings, folder, runtime = self._settings, bridge_folder(), runtime_folder()
        self.daws = Daws(settings.adapters)
        stack.callback(self.daws.close)
        file = stack.enter_context(RuntimeFile(runtime))
        remove_answers(runtime)  # of a bridge that was killed
        stack.callback(remove_answers, runtime)
        self.inbox = folder / "inbox"
        self.inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
        places = AllowedFolders((self.inbox, *settings.folders))
        store = JobStore(folder)
        self.service = BridgeService(store, make_work(self.daws, places), self.daws.ids)
        self.service.subscribe(settings.happened)
        stack.callback(self.service.close)
        lyrics = LyricsBook()
        asks = Asks(self.service, self.daws, lyrics, settings.wishes)
        watch = DawWatch(self.daws, asks.take, settings.changed)
        handler = BridgeHandler(self.service, store, asks, self.daws, lyrics, places, runtime, watch.wake)
        token = new_token()
        server = self._server = stack.enter_context(OscServer(handler, token, settings.udp_port))
        stack.callback(handler.attach(server))
        stack.callback(watch.close)
        for spool in self._spools():
            stack.callback(spool.close)  # before the watch and the service, which would wait for a DAW that hangs
            spool.open(server.udp_port, token)
        self.remarks = (*self._astray(), *self.service.start())
        tidy_inbox(self.inbox, self.service.jobs())
        for remark in self.remarks:
            _log.warning(remark)
        self.entry: RuntimeEntry = file.publish(server.udp_port, server.tcp_port, token)
        stack.callback(watch.stop)  # first of all: nothing new comes in
        watch.start()
        watch.wait_for_first_look(_FIRST_LOOK_S)

    def _astray(self) -> Iterator[str]:
        """Scripts in DAWs that would never find us."""
        for spool in self._spools():
            name = spool.folder.name
            for folder in elsewhere(DAWS[name], spool.folder) if name in DAWS else ():
                yield f"The scripts in {folder} look for melisma elsewhere; run `melisma install {name}` once more."

    def _spools(self) -> list[Spool]:
        """Through them the scripts inside DAWs learn that we are there, and where notices go."""
        spools = (getattr(adapter, "spool", None) for adapter in self._settings.adapters)
        return [spool for spool in spools if isinstance(spool, Spool)]
