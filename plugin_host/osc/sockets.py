"""The sockets of the server and the one thread that reads them.  Loopback only, and there is no way to ask for more."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from engine.errors import InputError
from plugin_host.osc.messages import PacketError
from plugin_host.osc.peers import LOOPBACK, Peer, TcpPeer, UdpPeer

_MAX_CONNECTIONS = 256
_DATAGRAM = 65536
_IN_ONE_GO = 64
"""Datagrams that are read before the connections have their turn."""

_log = logging.getLogger(__name__)


class Sockets:
    """`on_packet(packet or why it is none, peer)`, `on_closed(peer)` and `on_tick()` are called on the one thread.

    `on_tick` comes every `tick_s`.  A connection without a word for `patience_s` is closed.
    """

    def __init__(
        self,
        on_packet: Callable[[bytes | PacketError, Peer], None],
        on_closed: Callable[[TcpPeer], None],
        on_tick: Callable[[], None],
        tick_s: float,
        patience_s: float,
    ) -> None:
        self._on_packet, self._on_closed, self._on_tick = on_packet, on_closed, on_tick
        self._tick_s, self._patience_s = tick_s, patience_s
        self._connections: set[TcpPeer] = set()
        self._changed: deque[TcpPeer] = deque()
        self._open = False
        self._deaf = False

    def open(self, udp_port: int, tcp_port: int) -> tuple[int, int]:
        """Bind and begin to read; 0 means any port.  Gives the ports.  Raises `InputError` when one is taken."""
        self._udp = _bound(socket.SOCK_DGRAM, udp_port)
        try:
            self._listener = _bound(socket.SOCK_STREAM, tcp_port)
        except InputError:
            self._udp.close()
            raise
        self._wake_in, self._wake_out = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        for readable, call in (
            (self._udp, self._read_datagrams),
            (self._listener, self._accept),
            (self._wake_out, self._woken),
        ):
            readable.setblocking(False)
            self._selector.register(readable, selectors.EVENT_READ, call)
        self._wake_in.setblocking(False)
        self._open = True
        self._thread = threading.Thread(target=self._serve, name="melisma-osc", daemon=True)
        self._thread.start()
        return self._udp.getsockname()[1], self._listener.getsockname()[1]

    def close(self) -> None:
        """Stop reading, join the thread and close every socket.  May be called twice."""
        if not self._open:
            return
        self._open = False
        self._wake()
        self._thread.join()
        for peer in self._connections:
            with suppress(OSError):
                peer.flush()
            peer.connection.close()
        self._selector.close()
        for ours in (self._udp, self._listener, self._wake_in, self._wake_out):
            ours.close()

    def _serve(self) -> None:
        next_tick = time.monotonic() + self._tick_s
        while self._open:
            for key, _ in self._selector.select(max(0.0, next_tick - time.monotonic())):
                self._guarded(key.data)
            while self._changed:
                peer = self._changed.popleft()
                self._guarded(partial(self._settle, peer))
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + self._tick_s
                self._guarded(self._tick)

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception:  # whatever came in, the next packet has its turn
            _log.exception("The thread of the OSC sockets met something unforeseen.")

    def _read_datagrams(self) -> None:
        for _ in range(_IN_ONE_GO):
            try:
                packet, (_, port) = self._udp.recvfrom(_DATAGRAM)
            except OSError:  # nothing more; on Windows also: somebody we answered has closed
                return
            self._on_packet(packet, UdpPeer(port, self._udp))

    def _accept(self) -> None:
        try:
            connection, (_, port) = self._listener.accept()
        except BlockingIOError:  # it has gone again
            return
        except OSError as error:
            _log.warning("No connection can be taken for now: %s", error)
            self._selector.unregister(self._listener)  # else it would be asked for without a pause
            self._deaf = True
            return
        if len(self._connections) >= _MAX_CONNECTIONS:
            connection.close()
            return
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = TcpPeer(connection, port, self._note_change)
        self._connections.add(peer)
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._serve_connection(peer))

    def _serve_connection(self, peer: TcpPeer) -> None:
        """Readable, writable or broken: reading tells."""
        try:
            data = peer.connection.recv(_DATAGRAM)
        except BlockingIOError:
            self._settle(peer)
            return
        except OSError:
            data = b""
        if not data:
            self._drop(peer)
            return
        for packet in peer.reader.feed(data):
            self._on_packet(packet, peer)
        if peer.wants_to_write:
            self._settle(peer)

    def _note_change(self, peer: TcpPeer) -> None:
        self._changed.append(peer)
        if threading.current_thread() is not self._thread:
            self._wake()

    def _settle(self, peer: TcpPeer) -> None:
        """Write what waits, and wait for room when not all of it fits."""
        if peer not in self._connections:
            return
        try:
            peer.flush()
        except OSError:
            peer.give_up()
        if peer.given_up:
            self._drop(peer)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if peer.wants_to_write else 0)
        self._selector.modify(peer.connection, events, self._selector.get_key(peer.connection).data)

    def _drop(self, peer: TcpPeer) -> None:
        if peer not in self._connections:
            return
        self._connections.remove(peer)
        self._selector.unregister(peer.connection)
        peer.connection.close()
        self._on_closed(peer)

    def _tick(self) -> None:
        if self._deaf:
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
            self._deaf = False
        silent_since = time.monotonic() - self._patience_s
        for peer in [peer for peer in self._connections if peer.heard_s < silent_since]:
            self._drop(peer)
        self._on_tick()

    def _wake(self) -> None:
        with suppress(OSError):  # full: it will wake anyway
            self._wake_in.send(b"\0")

    def _woken(self) -> None:
        with suppress(OSError):
            self._wake_out.recv(4096)


def _bound(kind: socket.SocketKind, port: int) -> socket.socket:
    try:
        if kind is socket.SOCK_STREAM:
            return socket.create_server((LOOPBACK, port))
        ours = socket.socket(socket.AF_INET, kind)
        try:
            ours.bind((LOOPBACK, port))
        except OSError:
            ours.close()
            raise
        return ours
    except (OSError, OverflowError) as error:
        what = f"Port {port} of this machine cannot be used: {error}."
        raise InputError(what, "Choose another port, or none.") from error
