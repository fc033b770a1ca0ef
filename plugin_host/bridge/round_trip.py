"""`melisma bench bridge`: how long the bridge takes from a request to its acknowledgement, and whether any is lost.

Exit codes: 0 measured, 2 the user's input.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import MelismaError
from engine.files import write_bytes_whole
from plugin_host.bridge.asks import Asks
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.osc_handler import BridgeHandler
from plugin_host.bridge.places import AllowedFolders
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.task import Outcome, Task
from plugin_host.lyrics import LyricsBook
from plugin_host.osc.addresses import JOB_CANCEL, JOB_LIST, JOB_SUBMIT
from plugin_host.osc.bench import Measured, Nothing, measure
from plugin_host.osc.client import Transport

TARGET_MS = 50.0
_SOME_ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    transport: Transport
    measured: Measured


def run(clients: int, requests: int) -> list[Row]:
    """All rows: the way alone, then what the real bridge does with jobs (which do nothing here: they are not timed)."""
    rows: list[Row] = []
    for transport in Transport:
        alone = measure(Nothing(), JOB_CANCEL, _SOME_ID, clients=clients, requests=requests, transport=transport)
        rows.append(Row("the way alone", transport, alone))
        rows.append(Row("a job submitted and kept on the disk", transport, _submitting(clients, requests, transport)))
        rows.append(Row("the list of 200 jobs", transport, _listing(clients, requests, transport)))
    return rows


def _submitting(clients: int, requests: int, transport: Transport) -> Measured:
    with tempfile.TemporaryDirectory() as folder, closing(_Bridge(Path(folder))) as bridge:
        job = bridge.job_file()
        return measure(bridge.handler, JOB_SUBMIT, *job, clients=clients, requests=requests, transport=transport)


def _listing(clients: int, requests: int, transport: Transport) -> Measured:
    with tempfile.TemporaryDirectory() as folder, closing(_Bridge(Path(folder))) as bridge:
        bridge.fill(200)
        return measure(bridge.handler, JOB_LIST, clients=clients, requests=requests, transport=transport)


class _Bridge:
    """The real handler, service and store, without DAWs and with work that ends at once."""

    def __init__(self, folder: Path) -> None:
        for name in ("files", "runtime"):
            (folder / name).mkdir()
        self._files = folder / "files"
        store = JobStore(folder / "bridge")
        self.service = BridgeService(store, _no_work)
        self.service.start()
        daws, lyrics = Daws([]), LyricsBook(folder / "lyrics")
        asks = Asks(self.service, daws, lyrics)
        places = AllowedFolders([self._files])
        self.handler = BridgeHandler(self.service, store, asks, daws, lyrics, places, folder / "runtime")

    def job_file(self) -> tuple[str, int, str]:
        """Path, size and hash of a job that can be submitted."""
        clip = self._files / "clip.mid"
        clip.write_bytes(b"")
        path = self._files / "job.json"
        data = json.dumps({"format": "melisma-job", "version": 1, "kind": "sing", "clip": str(clip)}).encode()
        path.write_bytes(data)
        return str(path), len(data), hashlib.sha256(data).hexdigest()

    def fill(self, count: int) -> None:
        """So many jobs that have been."""
        from engine.api import SingRequest

        request = SingRequest(clip=self._files / "clip.mid", out=self._files / "sung.wav")
        for number in range(count):
            self.service.submit(f"{number:026d}", request)

    def close(self) -> None:
        self.service.close()


def _no_work(_task: Task) -> Outcome:
    return Outcome({}, "Done.")


def page(rows: Sequence[Row], clients: int, requests: int) -> str:
    """docs/bench-bridge.md."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    lines = [
        "# How long the bridge takes to answer",
        "",
        "Written by `melisma bench bridge`.",
        "",
        f"{requests:,} requests from {clients} clients at once, each a process of its own that waits for every answer;",
        f"from request to acknowledgement.  The target is {TARGET_MS:g} ms at the median, none lost, none run twice.",
        f"Load of the machine at the end: {load:.1f} on {os.cpu_count()} cores.",
        "",
        "| What | Over | Median, ms | 99th percentile, ms | Lost | Run twice |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        m = row.measured
        lines.append(
            f"| {row.what} | {row.transport.upper()} | {m.median_ms:.1f} | {m.p99_ms:.1f} | {m.lost} | {m.run_twice} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="melisma bench bridge", description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=8, help="clients at once [8]")
    parser.add_argument("--requests", type=int, default=1000, help="requests in all, shared among them [1000]")
    parser.add_argument("--markdown", type=Path, help="write the page of docs/ here")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    options = parser.parse_args(arguments)
    if not 1 <= options.clients <= 64 or not options.clients <= options.requests <= 1_000_000:
        parser.error("1 to 64 clients, and at least one request for each")
    rows = run(options.clients, options.requests)
    text = page(rows, options.clients, options.requests)
    if options.markdown:
        try:
            write_bytes_whole(options.markdown, text.encode())
        except MelismaError as error:
            print(error, file=sys.stderr)
            return error.exit_code
    facts = [{"what": row.what, "over": row.transport.value, **asdict(row.measured)} for row in rows]
    print(json.dumps(facts) if options.json else text.split("\n\n", 3)[-1].rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
