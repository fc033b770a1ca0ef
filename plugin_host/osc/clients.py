"""Who is there: clients by their own name, and where they are reached."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from plugin_host.osc.handling import ClientId
from plugin_host.osc.peers import Peer


@dataclass(slots=True)
class _Entry:
    peer: Peer
    heard_s: float
    number: int = 0


class Clients:
    """Safe from any thread.  `heard_s`: seconds of any steady clock."""

    def __init__(self) -> None:
        self._entries: dict[ClientId, _Entry] = {}
        self._names: dict[Peer, ClientId] = {}
        self._lock = threading.Lock()

    def come(self, client: ClientId, peer: Peer, heard_s: float) -> ClientId | None:
        """`client` is now at `peer`; its notices count on when it was there already, else from 1.

        Gives the client that was at `peer` under another name, if there was one: it is gone.
        """
        with self._lock:
            before = self._names.get(peer)
            if before == client:
                self._entries[client].heard_s = heard_s
                return None
            if before is not None:
                del self._entries[before]
            older = self._entries.get(client)
            if older is not None:  # started again, or two of one name: the newest has it
                del self._names[older.peer]
            self._entries[client] = _Entry(peer, heard_s)
            self._names[peer] = client
            return before

    def at(self, peer: Peer) -> ClientId | None:
        with self._lock:
            return self._names.get(peer)

    def hear(self, peer: Peer, heard_s: float) -> None:
        """Something came from `peer`."""
        with self._lock:
            client = self._names.get(peer)
            if client is not None:
                self._entries[client].heard_s = heard_s

    def leave(self, peer: Peer) -> ClientId | None:
        """Whoever was at `peer` is gone; gives its name."""
        with self._lock:
            client = self._names.pop(peer, None)
            if client is not None:
                del self._entries[client]
            return client

    def silent_since(self, heard_s: float) -> list[Peer]:
        """Where nothing came from since `heard_s`."""
        with self._lock:
            return [entry.peer for entry in self._entries.values() if entry.heard_s < heard_s]

    def everyone(self) -> tuple[ClientId, ...]:
        with self._lock:
            return tuple(self._entries)

    def tell(self, client: ClientId, packet: Callable[[int], bytes], counted: bool = True) -> None:
        """Send `packet(number)` to a client, if it is there, in the order of the numbers.

        `counted`: the number is the next one; else the last one again.
        """
        with self._lock:
            entry = self._entries.get(client)
            if entry is not None:
                number = entry.number + 1 if counted else entry.number
                entry.peer.send(packet(number))
                entry.number = number
