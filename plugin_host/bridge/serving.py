"""The whole bridge, put together: for `melisma serve`, and for a window."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from engine.folders import data_folder, runtime_folder
from plugin_host.bridge.asks import Asks, Wishes
from plugin_host.bridge.daws import Daws, Seen
from plugin_host.bridge.osc_handler import BridgeHandler
from plugin_host.bridge.places import AllowedFolders
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.watch_daws import DawWatch
from plugin_host.bridge.work import make_work
from plugin_host.lyrics import LyricsBook
from plugin_host.osc.runtime_file import RuntimeEntry, RuntimeFile, new_token
from plugin_host.osc.server import OscServer
from plugin_host.ports import DawAdapter

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
    """Hears of DAWs that come, go or change session, on the watching thread."""


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

    def _build(self, stack: ExitStack) -> None:
        import engine.api  # noqa: F401 - takes a second, for which the first request must not wait

        settings, folder, runtime = self._settings, bridge_folder(), runtime_folder()
        self.daws = Daws(settings.adapters)
        stack.callback(self.daws.close)
        file = stack.enter_context(RuntimeFile(runtime))
        self.inbox = folder / "inbox"
        self.inbox.mkdir(parents=True, exist_ok=True, mode=0o700)
        store = JobStore(folder)
        self.service = BridgeService(store, make_work(self.daws))
        stack.callback(self.service.close)
        lyrics = LyricsBook()
        asks = Asks(self.service, self.daws, lyrics, settings.wishes)
        watch = DawWatch(self.daws, asks.take, settings.changed)
        places = AllowedFolders((self.inbox, *settings.folders))
        handler = BridgeHandler(self.service, store, asks, self.daws, lyrics, places, runtime, watch.wake)
        token = new_token()
        server = stack.enter_context(OscServer(handler, token, settings.udp_port))
        stack.callback(handler.attach(server))
        self.remarks = self.service.start()
        for remark in self.remarks:
            _log.warning(remark)
        self.entry: RuntimeEntry = file.publish(server.udp_port, server.tcp_port, token)
        self._tell_scripts(server.udp_port, token)
        watch.look()
        stack.enter_context(watch)

    def _tell_scripts(self, udp_port: int, token: str) -> None:
        """Scripts inside DAWs that can send notices learn where to."""
        for adapter in self._settings.adapters:
            spool = getattr(adapter, "spool", None)
            if spool is not None:
                spool.write_bridge(udp_port, token)
