"""How long the way to the bridge and back takes, and whether anything is lost: `python -m plugin_host.osc.bench`.

The server runs here with a handler that only counts; every client is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from plugin_host.osc.addresses import JOB_CANCEL
from plugin_host.osc.client import OscClient, Transport
from plugin_host.osc.handling import Answer, ClientId, Request, Value
from plugin_host.osc.runtime_file import RuntimeEntry, new_token
from plugin_host.osc.server import OscServer


@dataclass(frozen=True, slots=True)
class Measured:
    """From request to acknowledgement, in milliseconds.  `lost`: unanswered; `run_twice`: handled more than once."""

    median_ms: float
    p99_ms: float
    lost: int
    run_twice: int


class _Counting:
    """Counts how often every request is handled."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self._lock = threading.Lock()

    def handle(self, request: Request) -> Answer:
        if request.address == JOB_CANCEL:
            with self._lock:
                self.runs[request.id] += 1
        return Answer()

    def notice(self, address: str, arguments: Mapping[str, Value]) -> None: ...

    def gone(self, client: ClientId) -> None: ...


def measure(clients: int = 8, requests: int = 1000, transport: Transport = Transport.UDP) -> Measured:
    """`requests` in all, shared among `clients` that ask at once, each one request after the other."""
    handler, token = _Counting(), new_token()
    with OscServer(handler, token) as server:
        where = json.dumps({"udp_port": server.udp_port, "tcp_port": server.tcp_port, "token": token, "pid": 1})
        processes = [
            _start(f"bench-{i}", requests // clients + (i < requests % clients), transport) for i in range(clients)
        ]
        for process in processes:
            _write(process, where)
        for process in processes:  # everybody has said hello before anybody begins
            _read(process)
        for process in processes:
            _write(process, "go")
        taken_ms = [taken for process in processes for taken in json.loads(_read(process) or "[]")]
        for process in processes:
            process.communicate()
    taken_ms.sort()
    return Measured(
        median_ms=statistics.median(taken_ms),
        p99_ms=taken_ms[math.ceil(0.99 * len(taken_ms)) - 1],
        lost=requests - min(len(taken_ms), len(handler.runs)),
        run_twice=sum(runs > 1 for runs in handler.runs.values()),
    )


def _start(name: str, requests: int, transport: Transport) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", __spec__.name, "--client", name, "--requests", str(requests), "--over", transport]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _write(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    print(line, file=process.stdin, flush=True)


def _read(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _ask(name: str, requests: int, transport: Transport) -> None:
    """One client: where the server is comes in, then "go"; the times of the answered requests go out."""
    entry = RuntimeEntry(**json.loads(sys.stdin.readline()))
    taken_ms = []
    with OscClient(name, transport=transport, entry=entry) as client:
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(requests):
            begun = time.perf_counter()
            client.request(JOB_CANCEL, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
            taken_ms.append(1e3 * (time.perf_counter() - begun))
    print(json.dumps(taken_ms), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the round trip of the OSC bridge.")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--over", type=Transport, choices=list(Transport), default=Transport.UDP)
    parser.add_argument("--client", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        _ask(options.client, options.requests, options.over)
    else:
        print(json.dumps(asdict(measure(options.clients, options.requests, options.over))))


if __name__ == "__main__":
    main()
