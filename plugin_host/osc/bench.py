"""How long the way to a handler and back takes, and whether anything is lost; every client is a process of its own."""

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
from dataclasses import dataclass

from plugin_host.osc.client import OscClient, Transport
from plugin_host.osc.handling import Answer, ClientId, Handler, Request, Value
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
    """Counts how often every request of one address is handled, before it is."""

    def __init__(self, inner: Handler, address: str) -> None:
        self.runs: Counter[str] = Counter()
        self._inner, self._address = inner, address
        self._lock = threading.Lock()

    def handle(self, request: Request) -> Answer:
        if request.address == self._address:
            with self._lock:
                self.runs[request.id] += 1
        return self._inner.handle(request)

    def notice(self, address: str, arguments: Mapping[str, Value]) -> None:
        self._inner.notice(address, arguments)

    def gone(self, client: ClientId) -> None:
        self._inner.gone(client)


class Nothing:
    """A handler that says yes to everything: what is left is the way there and back."""

    def handle(self, _request: Request) -> Answer:
        return Answer()

    def notice(self, address: str, arguments: Mapping[str, Value]) -> None: ...

    def gone(self, client: ClientId) -> None: ...


def measure(
    handler: Handler, address: str, *arguments: Value, clients: int, requests: int, transport: Transport
) -> Measured:
    """`requests` of `address` in all, shared among `clients` that ask at once, each one request after the other."""
    counting, token = _Counting(handler, address), new_token()
    with OscServer(counting, token) as server:
        entry = {"udp_port": server.udp_port, "tcp_port": server.tcp_port, "token": token, "pid": 1}
        told = json.dumps({"entry": entry, "address": address, "arguments": arguments})
        processes = [
            _start(f"bench-{i}", requests // clients + (i < requests % clients), transport) for i in range(clients)
        ]
        for process in processes:
            _write(process, told)
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
        lost=requests - min(len(taken_ms), len(counting.runs)),
        run_twice=sum(runs > 1 for runs in counting.runs.values()),
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
    """One client: where the server is and what to ask comes in, then "go"; the times of the answers go out."""
    told = json.loads(sys.stdin.readline())
    entry = RuntimeEntry(**told["entry"])
    taken_ms = []
    with OscClient(name, transport=transport, entry=entry) as client:
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(requests):
            begun = time.perf_counter()
            client.request(told["address"], *told["arguments"])
            taken_ms.append(1e3 * (time.perf_counter() - begun))
    print(json.dumps(taken_ms), flush=True)


def main() -> None:
    """One client of `measure`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", required=True)
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--over", type=Transport, choices=list(Transport), required=True)
    options = parser.parse_args()
    _ask(options.client, options.requests, options.over)


if __name__ == "__main__":
    main()
