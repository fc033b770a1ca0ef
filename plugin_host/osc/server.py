"""The server: requests in, each run once, answers and notices out."""

from __future__ import annotations

import hmac
import logging
import re
import time
from collections.abc import Sequence
from functools import partial
from itertools import chain, repeat
from types import TracebackType

from engine.errors import MelismaError
from plugin_host.osc import addresses, replies
from plugin_host.osc.addresses import ADDRESSES, HEARTBEAT, HEARTBEAT_S, MISSED_HEARTBEATS, Way
from plugin_host.osc.answers import Answers, Standing
from plugin_host.osc.clients import Clients
from plugin_host.osc.handling import Answer, ClientId, Handler, Request, Value
from plugin_host.osc.limiter import Limiter
from plugin_host.osc.messages import Message, PacketError, decode, encode, sendable
from plugin_host.osc.peers import Peer, TcpPeer
from plugin_host.osc.sockets import Sockets
from plugin_host.osc.workers import Workers

__all__ = ["Answer", "ClientId", "Handler", "OscServer", "Request", "Value"]

_HANDLERS = 8
_WAITING = 1024
_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_FOR_PEOPLE = frozenset({"sentence", "stage"})

_log = logging.getLogger(__name__)


class OscServer:
    """Listens on loopback while its block runs; the ports are known inside.

    `token`: the secret that every message must carry.  A port of 0 means any; `InputError` when one is taken.
    """

    def __init__(
        self, handler: Handler, token: str, udp_port: int = 0, tcp_port: int = 0, *, heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        self.udp_port, self.tcp_port = udp_port, tcp_port
        self._handler, self._token = handler, token.encode()
        self._clients, self._answers, self._limiter = Clients(), Answers(), Limiter()
        self._patience_s = MISSED_HEARTBEATS * heartbeat_s
        self._sockets = Sockets(self._packet, self._left, self._tick, heartbeat_s, self._patience_s)

    def __enter__(self) -> OscServer:
        self._requests = Workers("osc-request", _HANDLERS, _WAITING)
        self._reports = Workers("osc-report", 1, _WAITING)
        try:
            self.udp_port, self.tcp_port = self._sockets.open(self.udp_port, self.tcp_port)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Answer what is being handled, then let go of every thread and socket.  May be called twice."""
        self._requests.close()
        self._reports.close()
        self._sockets.close()

    def notify(self, client: ClientId, address: str, *arguments: Value) -> None:
        """Send a notice to a client; nothing happens when it is not there, for it is told everything at its hello.

        Sentences that are too long are cut.  Raises `MelismaError` when the arguments do not fit the table.
        """
        try:
            self._clients.tell(client, partial(_notice, address, arguments))
        except PacketError as error:
            raise MelismaError(f"A notice cannot be sent: {error.reason}") from error

    def clients(self) -> tuple[ClientId, ...]:
        """Who is there."""
        return self._clients.everyone()

    # What follows runs on the thread of the sockets, until `_run`.

    def _packet(self, packet: bytes | PacketError, peer: Peer) -> None:
        try:
            if isinstance(packet, PacketError):
                raise packet
            messages = decode(packet, Way.REQUEST | Way.REPORT, peer.limit)
        except PacketError as error:
            self._refuse(peer, error)
            return
        for message in messages:
            self._message(message, peer)

    def _message(self, message: Message, peer: Peer) -> None:
        if not self._is_friend(message.text("token")):
            request_id = message.text("id") if message.way is Way.REQUEST else ""
            self._refuse(peer, PacketError("The token is not the one of the runtime file.", request_id))
            return
        now = time.monotonic()
        self._clients.hear(peer, now)
        if isinstance(peer, TcpPeer):
            peer.heard_s = now
        if message.way is Way.REQUEST:
            self._request(message, peer)
        elif not self._reports.put(partial(self._handler.notice, message.address.path, message.own)):
            _log.warning("Too many reports of DAWs at once; one was dropped.")

    def _request(self, message: Message, peer: Peer) -> None:
        request_id, path = message.text("id"), message.address.path
        if path == addresses.PING:
            peer.send(replies.ack(request_id, Answer()))
        elif path == addresses.BYE:
            self._left(peer)
            peer.send(replies.ack(request_id, Answer()))
        elif path == addresses.HELLO:
            self._hello(message, peer)
        elif (client := self._clients.at(peer)) is None:
            peer.send(replies.error(request_id, replies.STRANGER, "Say /hello first."))
        else:
            self._once(Request(request_id, path, message.own, client), peer)

    def _hello(self, message: Message, peer: Peer) -> None:
        client, request_id = message.text("client"), message.text("id")
        if not _CLIENT_ID.fullmatch(client):
            what = "A client's name is 1 to 64 of A-Z a-z 0-9 . _ -"
            peer.send(replies.error(request_id, replies.REFUSED, what))
            return
        before = self._clients.come(client, peer, time.monotonic())
        if before is not None:
            self._say_gone(before)
        self._once(Request(request_id, message.address.path, message.own, client), peer)

    def _once(self, request: Request, peer: Peer) -> None:
        """Run a request unless it was run before, or is being run."""
        standing = self._answers.begin(request.client, request.id, (request.address, request.arguments), peer)
        if isinstance(standing, bytes):
            peer.send(standing)
        elif standing is Standing.OTHER:
            what = "This id was used for another request."
            peer.send(replies.error(request.id, replies.REFUSED, what, "Make a new id for every request."))
        elif standing is Standing.NEW and not self._requests.put(partial(self._run, request)):
            self._answers.forget(request.client, request.id)
            peer.send(replies.error(request.id, replies.FAULT, "The bridge has too much to do.", "Try again later."))

    def _refuse(self, peer: Peer, error: PacketError) -> None:
        """Say what is wrong, to friends always, to others now and then."""
        allowed = self._limiter.allows(peer.source, time.monotonic())
        if allowed:
            _log.warning("Refused from %s: %s (%d more unsaid)", peer.source, error.reason, self._limiter.withheld())
        if allowed or self._is_friend(error.token):
            peer.send(replies.error(error.request_id, replies.REFUSED, error.reason))

    def _is_friend(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._token)

    def _left(self, peer: Peer) -> None:
        client = self._clients.leave(peer)
        if client is not None:
            self._say_gone(client)

    def _say_gone(self, client: ClientId) -> None:
        def say() -> None:
            if client not in self._clients.everyone():  # it may be back by now
                self._handler.gone(client)

        self._reports.put(say, urgent=True)

    def _tick(self) -> None:
        for peer in self._clients.silent_since(time.monotonic() - self._patience_s):
            self._left(peer)
        for client in self._clients.everyone():
            self._clients.tell(client, partial(_notice, HEARTBEAT, ()), counted=False)

    # On a worker.

    def _run(self, request: Request) -> None:
        try:
            packet = replies.ack(request.id, self._handler.handle(request))
        except Exception as problem:  # the client must hear of any
            packet = replies.failure(request.id, problem)
        for peer in self._answers.finish(request.client, request.id, packet):
            peer.send(packet)


def _notice(path: str, arguments: Sequence[Value], number: int) -> bytes:
    """A notice as a packet; of what is said to people, the end is cut off when it is too long."""
    address = ADDRESSES.get(path)
    names = [argument.name for argument in address.arguments] if address else []
    values = [
        sendable(value) if name in _FOR_PEOPLE and isinstance(value, str) else value
        for name, value in zip(chain(names, repeat("")), arguments, strict=False)
    ]
    return encode(path, Way.NOTICE, number, *values)
