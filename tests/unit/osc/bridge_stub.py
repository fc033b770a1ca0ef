"""A handler that remembers, and a client that sends whatever it is told."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from plugin_host.osc.addresses import ACK, ERROR, HELLO, Way
from plugin_host.osc.client import Transport
from plugin_host.osc.handling import Answer, ClientId, Request, Value
from plugin_host.osc.link import Link
from plugin_host.osc.messages import Message, decode, encode
from plugin_host.osc.runtime_file import RuntimeEntry
from plugin_host.osc.ulid import new_ulid

LONG_S = 10.0


def answer_nothing(_: Request) -> Answer:
    return Answer()


@dataclass
class StubHandler:
    """`work` is what every request but the hello does."""

    work: Callable[[Request], Answer] = answer_nothing
    runs: Counter[str] = field(default_factory=Counter)
    requests: list[Request] = field(default_factory=list)
    reports: queue.Queue[tuple[str, Mapping[str, Value]]] = field(default_factory=queue.Queue)
    left: queue.Queue[ClientId] = field(default_factory=queue.Queue)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, request: Request) -> Answer:
        with self.lock:
            self.runs[request.id] += 1
            self.requests.append(request)
        return Answer("welcome") if request.address == HELLO else self.work(request)

    def notice(self, address: str, arguments: Mapping[str, Value]) -> None:
        self.reports.put((address, arguments))

    def gone(self, client: ClientId) -> None:
        self.left.put(client)


class RawClient:
    """One socket to the server, without any manners: no retries, no answers to heartbeats."""

    def __init__(self, entry: RuntimeEntry, transport: Transport = Transport.UDP) -> None:
        self.link, self.token = Link(entry, transport), entry.token
        self._unread: list[Message] = []

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()

    def send(self, path: str, *values: Value, request_id: str | None = None) -> str:
        """Send a request and do not wait; gives its id."""
        request_id = request_id or new_ulid()
        self.link.send(encode(path, Way.REQUEST, request_id, self.token, *values, limit=self.link.limit))
        return request_id

    def ask(self, path: str, *values: Value, request_id: str | None = None) -> Message:
        """Send a request and give its reply."""
        return self.reply(self.send(path, *values, request_id=request_id))

    def hello(self, client: str = "raw") -> None:
        assert self.ask(HELLO, client, "Raw", "0").address.path == ACK

    def reply(self, request_id: str) -> Message:
        return self.expect(lambda message: message.way is Way.REPLY and message.text("id") == request_id)

    def error(self) -> Message:
        """The next `/error`."""
        return self.expect(lambda message: message.address.path == ERROR)

    def expect(self, wanted: Callable[[Message], bool], deadline_s: float = LONG_S) -> Message:
        """The next message that is wanted; others are dropped."""
        end = time.monotonic() + deadline_s
        while time.monotonic() < end:
            while self._unread:
                message = self._unread.pop(0)
                if wanted(message):
                    return message
            for packet in self.link.receive():
                self._unread += decode(packet, Way.REPLY | Way.NOTICE, self.link.limit)
        raise TimeoutError

    def count_errors(self, until_id: str) -> int:
        """How many `/error` came before the reply to `until_id`."""
        errors = 0
        while True:
            message = self.expect(lambda _: True)
            if message.way is Way.REPLY and message.text("id") == until_id:
                return errors
            errors += message.address.path == ERROR
