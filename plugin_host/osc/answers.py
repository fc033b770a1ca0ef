"""The last answers of every client, so that a request that comes again is not run again."""

from __future__ import annotations

import enum
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from plugin_host.osc.handling import ClientId
from plugin_host.osc.peers import Peer

KEPT_PER_CLIENT = 2048
KEPT_CLIENTS = 64


class Standing(enum.Enum):
    """What is to be done with a request that has no answer yet."""

    NEW = "new"
    """Run it."""
    IN_WORK = "in_work"
    """It runs; whoever asked again is told when it ends."""
    OTHER = "other"
    """The id was used for another request."""


@dataclass(slots=True)
class _Entry:
    request: object
    peers: set[Peer] = field(default_factory=set)
    packet: bytes | None = None


class Answers:
    """Safe from any thread."""

    def __init__(self, per_client: int = KEPT_PER_CLIENT, clients: int = KEPT_CLIENTS) -> None:
        self._per_client, self._clients = per_client, clients
        self._by_client: OrderedDict[ClientId, OrderedDict[str, _Entry]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, client: ClientId, request_id: str, request: object, peer: Peer) -> Standing | bytes:
        """What to do about a request that `peer` sent, or its answer when it is known.

        `request` tells what is asked, to be compared with what was asked under the same id before.
        """
        with self._lock:
            entries = self._entries(client)
            entry = entries.get(request_id)
            if entry is None:
                entries[request_id] = _Entry(request, {peer})
                self._trim(entries)
                return Standing.NEW
            if entry.request != request:
                return Standing.OTHER
            if entry.packet is not None:
                return entry.packet
            entry.peers.add(peer)
            return Standing.IN_WORK

    def finish(self, client: ClientId, request_id: str, packet: bytes) -> frozenset[Peer]:
        """Keep the answer; gives those who wait for it."""
        with self._lock:
            entry = self._entries(client).get(request_id)
            if entry is None:
                return frozenset()
            entry.packet = packet
            peers, entry.peers = frozenset(entry.peers), set()
            return peers

    def forget(self, client: ClientId, request_id: str) -> None:
        """As if it had never come: the next one of this id is new."""
        with self._lock:
            self._entries(client).pop(request_id, None)

    def _entries(self, client: ClientId) -> OrderedDict[str, _Entry]:
        entries = self._by_client.setdefault(client, OrderedDict())
        self._by_client.move_to_end(client)
        if len(self._by_client) > self._clients:
            idle = next((name for name, kept in self._by_client.items() if _all_answered(kept)), None)
            if idle is not None and idle != client:
                del self._by_client[idle]
        return entries

    def _trim(self, entries: OrderedDict[str, _Entry]) -> None:
        """Let go of the oldest, but of none that is in work."""
        if len(entries) > self._per_client:
            oldest = next((request_id for request_id, entry in entries.items() if entry.packet is not None), None)
            if oldest is not None:
                del entries[oldest]


def _all_answered(entries: OrderedDict[str, _Entry]) -> bool:
    return all(entry.packet is not None for entry in entries.values())
