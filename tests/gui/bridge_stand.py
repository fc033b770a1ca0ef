"""Bridges of a few lines: one in the test's own process, and one that is a process."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.folders import runtime_folder
from gui.bridge_link.line import CLIENT_ID
from plugin_host.osc import addresses
from plugin_host.osc.handling import Answer, Request
from plugin_host.osc.runtime_file import RuntimeFile
from plugin_host.osc.server import OscServer

RATE = 44_100
ARDOUR = {
    "id": "ardour",
    "name": "Ardour",
    "present": True,
    "capabilities": ["read_clip", "transport"],
    "session": {"key": "k", "name": "Night Train", "sample_rate": RATE, "folder": None},
}
REAPER = {"id": "reaper", "name": "REAPER", "present": False, "capabilities": ["read_clip"], "session": None}
_PROCESS = """
    import json, signal, sys
    from plugin_host.osc.handling import Answer
    from plugin_host.osc.runtime_file import RuntimeFile
    from plugin_host.osc.server import OscServer

    class Handler:
        def handle(self, request): return Answer()
        def notice(self, address, arguments): pass
        def gone(self, client): pass

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    with RuntimeFile() as file, OscServer(Handler(), "token") as server:
        file.publish(server.udp_port, server.tcp_port, "token")
        print(json.dumps({"udp_port": server.udp_port, "words": sys.argv[1:]}), flush=True)
        signal.sigwait({signal.SIGTERM})
"""


@dataclass
class Bridge:
    """A bridge's OSC side: says which DAWs and jobs there are, remembers what it was asked for."""

    daws: list[dict[str, Any]] = field(default_factory=lambda: [ARDOUR, REAPER])
    jobs: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    server: OscServer | None = None
    number: int = 0

    def handle(self, request: Request) -> Answer:
        self.asked.append(request)
        if request.address == addresses.DAW_LIST:
            return Answer("", self._file({"format": "melisma-daws", "daws": self.daws}))
        if request.address in (addresses.JOB_LIST, addresses.HELLO):
            return Answer("", self._file({"format": "melisma-jobs", "jobs": self.jobs}))
        return Answer("job")

    def notice(self, address: str, arguments: Any) -> None: ...

    def gone(self, client: str) -> None: ...

    def tell(self, address: str, *arguments: Any) -> None:
        assert self.server is not None
        self.server.notify(CLIENT_ID, address, *arguments)

    def _file(self, facts: dict[str, Any]) -> Path:
        self.number += 1
        path = runtime_folder() / f"answer-{self.number}.json"
        path.write_text(json.dumps(facts))
        return path


@contextmanager
def running_bridge(token: str = "token") -> Iterator[Bridge]:
    """It runs, and the runtime file says where."""
    made = Bridge()
    with RuntimeFile() as file, OscServer(made, token, heartbeat_s=0.2) as server:
        made.server = server
        file.publish(server.udp_port, server.tcp_port, token)
        yield made


def process_command(folder: Path) -> list[str]:
    """Of a process that takes the lock, answers, prints one line, and ends when it is told to."""
    script = folder / "bridge.py"
    script.write_text(textwrap.dedent(_PROCESS))
    root = str(Path(__file__).resolve().parents[2])
    code = f"import sys, runpy; sys.path.insert(0, {root!r}); runpy.run_path({str(script)!r}, run_name='__main__')"
    return [sys.executable, "-c", code]
