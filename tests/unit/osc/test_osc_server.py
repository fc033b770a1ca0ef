"""Requests run once and are answered, strangers are kept out, and nobody's packet stops the server."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import InputError, MelismaError
from plugin_host.osc.addresses import (
    ACK,
    DAW_SING,
    DAW_SPOOL,
    ERROR,
    HELLO,
    JOB_CANCEL,
    JOB_FORGET,
    JOB_LIST,
    JOB_STATE,
    PING,
    Way,
)
from plugin_host.osc.client import Transport
from plugin_host.osc.handling import Answer, Request
from plugin_host.osc.messages import UDP_LIMIT, encode
from plugin_host.osc.runtime_file import RuntimeEntry
from plugin_host.osc.server import OscServer
from plugin_host.osc.slip import framed
from plugin_host.osc.ulid import new_ulid
from tests.unit.osc.bridge_stub import LONG_S, RawClient, StubHandler

both = pytest.mark.parametrize("transport", list(Transport))


@both
def test_a_request_reaches_the_handler_and_its_file_is_told(
    entry: RuntimeEntry, handler: StubHandler, transport: Transport, tmp_path: Path
) -> None:
    file = tmp_path / "jobs with ümlaut.json"
    file.write_bytes(b"[]" * 1000)
    handler.work = lambda _: Answer("here", file)
    with RawClient(entry, transport) as client:
        client.hello("me")
        reply = client.ask(JOB_LIST)
    assert reply.own == {
        "text": "here", "path": str(file), "size": 2000, "sha256": hashlib.sha256(b"[]" * 1000).hexdigest(),
    }  # fmt: skip
    assert handler.requests[-1] == Request(reply.text("id"), JOB_LIST, {}, "me")


@both
@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (InputError("No such job.", "Look at the list."), ("input", "No such job.", "Look at the list.")),
        (MelismaError("The disk is full.", "Make room."), ("fault", "The disk is full.", "Make room.")),
        (KeyError("secret"), ("fault", "Something went wrong in the bridge: KeyError.", "Its log says more.")),
        (InputError("\udcff\0" + "long " * 9000, "h" * 9000), None),
    ],
)
def test_what_a_handler_raises_is_told(
    entry: RuntimeEntry,
    handler: StubHandler,
    transport: Transport,
    problem: Exception,
    expected: tuple[str, ...] | None,
) -> None:
    def fail(_: Request) -> Answer:
        raise problem

    handler.work = fail
    with RawClient(entry, transport) as client:
        client.hello()
        reply = client.ask(JOB_CANCEL, "x")
        again = client.ask(JOB_CANCEL, "x", request_id=reply.text("id"))
    assert reply.address.path == ERROR
    assert again == reply
    assert handler.runs[reply.text("id")] == 1
    if expected is not None:
        assert tuple(reply.own.values()) == expected


def test_an_answer_whose_file_is_gone_is_a_fault(entry: RuntimeEntry, handler: StubHandler, tmp_path: Path) -> None:
    handler.work = lambda _: Answer("", tmp_path / "never.json")
    with RawClient(entry) as client:
        client.hello()
        assert client.ask(JOB_LIST).arguments["kind"] == "fault"


@both
def test_the_same_id_twice_is_one_run_and_one_answer(
    entry: RuntimeEntry, handler: StubHandler, transport: Transport
) -> None:
    handler.work = lambda request: Answer(str(len(handler.runs)))
    with RawClient(entry, transport) as client:
        client.hello()
        first = client.ask(JOB_CANCEL, "a")
        client.ask(JOB_CANCEL, "b")
        assert client.ask(JOB_CANCEL, "a", request_id=first.text("id")) == first
        other = client.ask(JOB_CANCEL, "c", request_id=first.text("id"))
        assert (other.address.path, other.arguments["kind"]) == (ERROR, "refused")
    assert handler.runs[first.text("id")] == 1


def test_a_repeat_while_the_first_is_in_work_waits_for_its_answer(entry: RuntimeEntry, handler: StubHandler) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def work(_: Request) -> Answer:
        begun.set()
        assert may_end.wait(LONG_S)
        return Answer("at last")

    handler.work = work
    with RawClient(entry) as first, RawClient(entry) as second:
        first.hello("me")
        request_id = first.send(JOB_CANCEL, "a")
        assert begun.wait(LONG_S)
        second.hello("me")  # the same client, started again meanwhile
        second.send(JOB_CANCEL, "a", request_id=request_id)
        second.ask(PING)  # so the repeat was seen
        may_end.set()
        assert [raw.reply(request_id).own["text"] for raw in (first, second)] == ["at last"] * 2
    assert handler.runs[request_id] == 1


def test_slow_handlers_hold_up_neither_others_nor_the_socket(entry: RuntimeEntry, handler: StubHandler) -> None:
    may_end = threading.Event()

    def work(request: Request) -> Answer:
        if request.address == DAW_SING:
            assert may_end.wait(LONG_S)
        return Answer()

    handler.work = work
    with RawClient(entry) as client:
        client.hello()
        slow = [client.send(DAW_SING, "ardour", str(i)) for i in range(4)]
        assert client.ask(JOB_CANCEL, "a").address.path == ACK
        more = [client.send(DAW_SING, "ardour", str(i)) for i in range(4, 40)]
        assert client.ask(PING).address.path == ACK
        may_end.set()
        missing = {*slow, *more}
        while missing:
            missing.discard(client.expect(lambda _: True).text("id"))


@both
@pytest.mark.parametrize("token", ["", "the toke", "the token ", "THE TOKEN", "ключ"])
def test_without_the_token_nothing_is_run(
    entry: RuntimeEntry, handler: StubHandler, transport: Transport, token: str
) -> None:
    with RawClient(replace(entry, token=token), transport) as client:
        reply = client.ask(HELLO, "me", "", "")
        assert (reply.address.path, reply.arguments["kind"]) == (ERROR, "refused")
        client.link.send(encode(DAW_SPOOL, Way.REPORT, token, "ardour"))
        assert "the token" not in client.error().text("text")
    assert (handler.requests, handler.reports.qsize()) == ([], 0)


_IMMEDIATELY = b"#bundle\0" + bytes(7) + b"\1"
_SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "a web browser": lambda _: b"GET / HTTP/1.1\r\n\r\n",
    "unknown address": lambda good: good.replace(b"/cancel", b"/canceI"),
    "address of another way": lambda _: encode(JOB_STATE, Way.NOTICE, 1, "a", "done", ""),
    "wrong type": lambda good: good.replace(b",sss", b",ssi"),
    "unknown type": lambda good: good.replace(b",sss", b",ssz"),
    "too few": lambda good: good.replace(b",sss\0\0\0\0", b",ss\0"),
    "too many": lambda good: good.replace(b",sss", b",ssss"),
    "no UTF-8": lambda good: good.replace(b"clip", b"\xc3\x28\xff\xff"),
    "an id that is a path": lambda good: re.sub(rb"[0-9A-Z]{26}", b"../" * 8 + b"..", good),
    "cut off": lambda good: good[:-4],
    "cut off in a word": lambda good: good[:-1],
    "something left over": lambda good: good + bytes(4),
    "slack": lambda good: good[:-1] + b"x",
    "too large": lambda _: b"/" + b"x" * UDP_LIMIT * 8 + bytes(3),
    "a bundle of another time": lambda good: _IMMEDIATELY[:-1] + b"\2" + len(good).to_bytes(4, "big") + good,
    "a bundle in a bundle": lambda _: _IMMEDIATELY + bytes([0, 0, 0, 16]) + _IMMEDIATELY,
    "a bundle of no size": lambda good: _IMMEDIATELY + bytes(4) + good,
    "a bundle of negative size": lambda good: _IMMEDIATELY + b"\xff\xff\xff\xfc" + good,
    "a bundle that is too short": lambda good: _IMMEDIATELY + b"\0\0\1\0" + good,
    "one bad in a bundle": lambda good: _IMMEDIATELY + (len(good).to_bytes(4, "big") + good) + b"\0\0\0\4/bad",
}


@both
@pytest.mark.parametrize("spoil", list(_SPOILED.values()), ids=list(_SPOILED))
def test_what_is_wrong_is_said_and_the_next_request_is_served(
    entry: RuntimeEntry, handler: StubHandler, transport: Transport, spoil: Callable[[bytes], bytes]
) -> None:
    packet = spoil(encode(JOB_CANCEL, Way.REQUEST, new_ulid(), entry.token, "clip"))
    with RawClient(entry, transport) as client:
        client.hello()
        client.link.send(packet[:65_000] if transport is Transport.UDP else packet)
        error = client.error()
        assert (error.arguments["kind"], bool(error.text("text"))) == ("refused", True)
        assert client.ask(JOB_FORGET, "b").address.path == ACK
    assert [request.address for request in handler.requests] == [HELLO, JOB_FORGET]


def test_nothing_at_all_is_refused_too(entry: RuntimeEntry) -> None:
    with RawClient(entry) as client:
        client.link.send(b"")
        assert client.error().arguments["kind"] == "refused"


def test_friends_hear_of_every_mistake(entry: RuntimeEntry) -> None:
    with RawClient(entry) as client:
        client.hello()
        for _ in range(200):
            request_id = new_ulid()
            good = encode(JOB_CANCEL, Way.REQUEST, request_id, entry.token, "abc")
            client.link.send(good.replace(b",sss", b",ssf"))
            reply = client.reply(request_id)
            assert reply.own["kind"] == "refused"
            assert "sss" in reply.text("text")


def test_a_flood_of_garbage_is_not_answered_by_a_flood(entry: RuntimeEntry) -> None:
    begun = time.monotonic()
    with RawClient(entry) as client:
        errors = 0
        for _ in range(40):
            for _ in range(50):
                client.link.send(b"garbage!")
            errors += client.count_errors(client.send(PING))
    assert 1 <= errors <= 8 + 4 * (time.monotonic() - begun) + 1


def test_a_huge_tcp_packet_is_given_up_and_the_connection_lives(entry: RuntimeEntry) -> None:
    with RawClient(entry, Transport.TCP) as client:
        client.hello()
        client.link.socket.sendall(framed(b"/" * 3_000_000))
        assert "too large" in client.error().text("text")
        client.link.socket.sendall(b"\xc0/a\xdb\x01\xc0")
        assert "SLIP" in client.error().text("text")
        assert client.ask(PING).address.path == ACK


def test_bundles_of_requests(entry: RuntimeEntry, handler: StubHandler) -> None:
    with RawClient(entry) as client:
        client.hello()
        ids = [new_ulid(), new_ulid()]
        elements = [encode(JOB_CANCEL, Way.REQUEST, one, entry.token, "a") for one in ids]
        bundle = b"#bundle\0" + bytes(7) + b"\1"
        client.link.send(bundle + b"".join(len(one).to_bytes(4, "big") + one for one in elements))
        for _ in ids:
            assert client.expect(lambda message: message.address.path == ACK).text("id") in ids
    assert [handler.runs[one] for one in ids] == [1, 1]


def test_loopback_only(server: OscServer) -> None:
    for kind, port in ((socket.SOCK_STREAM, server.tcp_port), (socket.SOCK_DGRAM, server.udp_port)):
        # Were it bound to every address, this machine's other loopback addresses would be taken as well.
        with socket.socket(socket.AF_INET, kind) as other:
            other.bind(("127.0.0.2", port))
        with socket.socket(socket.AF_INET, kind) as same, pytest.raises(OSError, match="in use"):
            same.bind(("127.0.0.1", port))


def test_taken_ports_are_the_users_to_choose(server: OscServer) -> None:
    for ports in ({"udp_port": server.udp_port}, {"tcp_port": server.tcp_port}, {"tcp_port": 70_000}):
        with pytest.raises(InputError), OscServer(StubHandler(), "t", **ports):
            pass


def test_no_room_for_connections_is_got_over(
    beating: tuple[OscServer, RuntimeEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failed = socket.socket.accept, threading.Event()

    def full(self: socket.socket) -> tuple[socket.socket, object]:
        if not failed.is_set():
            failed.set()
            raise OSError(24, "Too many open files")
        return real(self)

    monkeypatch.setattr(socket.socket, "accept", full)
    with RawClient(beating[1], Transport.TCP) as client:
        assert client.ask(PING).address.path == ACK
    assert failed.is_set()
