"""Who is there, who has gone, and what they are told."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping

import pytest

from engine.errors import MelismaError
from plugin_host.osc.addresses import (
    ACK,
    BYE,
    DAW_SPOOL,
    DAW_TRANSPORT,
    ERROR,
    HELLO,
    JOB_CANCEL,
    JOB_LIST,
    JOB_STATE,
    JOB_SUBMIT,
    PING,
    ROOT,
    Way,
)
from plugin_host.osc.client import Transport
from plugin_host.osc.handling import Value
from plugin_host.osc.messages import encode
from plugin_host.osc.runtime_file import RuntimeEntry
from plugin_host.osc.server import OscServer
from tests.unit.osc.bridge_stub import LONG_S, RawClient, StubHandler

both = pytest.mark.parametrize("transport", list(Transport))


@both
def test_strangers_are_asked_to_say_hello(entry: RuntimeEntry, handler: StubHandler, transport: Transport) -> None:
    with RawClient(entry, transport) as client:
        assert client.ask(PING).address.path == ACK
        assert client.ask(JOB_LIST).arguments["kind"] == "stranger"
        client.hello("me")
        assert client.ask(JOB_LIST).address.path == ACK
        assert client.ask(BYE).address.path == ACK
        assert handler.left.get(timeout=LONG_S) == "me"
        assert client.ask(BYE).address.path == ACK
        assert client.ask(JOB_LIST).arguments["kind"] == "stranger"


def test_a_tcp_client_that_never_reads_is_let_go(
    entry: RuntimeEntry, server: OscServer, handler: StubHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin_host.osc.peers._OUTBOX_LIMIT", 10_000)  # beside what the system keeps
    with RawClient(entry, Transport.TCP) as client:
        client.hello("deaf")
        end = time.monotonic() + LONG_S
        while "deaf" in server.clients() and time.monotonic() < end:
            server.notify("deaf", JOB_STATE, "a", "running", "x" * 900)
        assert handler.left.get(timeout=LONG_S) == "deaf"


def test_reports_of_scripts_come_in_order_without_their_token(entry: RuntimeEntry, handler: StubHandler) -> None:
    with RawClient(entry) as script:
        for sample in range(100):
            script.link.send(encode(DAW_TRANSPORT, Way.REPORT, entry.token, "ardour", sample, 1.0, 120.5))
        script.link.send(encode(DAW_SPOOL, Way.REPORT, entry.token, "ardour"))
    for sample in range(100):
        own = {"daw": "ardour", "sample": sample, "speed": 1.0, "bpm": 120.5}
        assert handler.reports.get(timeout=LONG_S) == (DAW_TRANSPORT, own)
    assert handler.reports.get(timeout=LONG_S) == (DAW_SPOOL, {"daw": "ardour"})


@both
def test_notices_are_numbered_for_each_client(entry: RuntimeEntry, server: OscServer, transport: Transport) -> None:
    with RawClient(entry, transport) as one, RawClient(entry, transport) as two:
        one.hello("one")
        two.hello("two")
        assert set(server.clients()) == {"one", "two"}
        for i in range(50):
            server.notify("one", JOB_STATE, "job", "running", str(i))
        server.notify("two", JOB_STATE, "job", "running", "s" * 20_000)
        server.notify("nobody", JOB_STATE, "job", "running", "")
        for i in range(50):
            notice = one.expect(lambda message: message.way is Way.NOTICE)
            assert (notice.arguments["number"], notice.own["sentence"]) == (i + 1, str(i))
        notice = two.expect(lambda message: message.way is Way.NOTICE)
        assert notice.arguments["number"] == 1
        for wrong in [(JOB_STATE, "a"), (JOB_STATE, "a", "b", 1), (f"{ROOT}/nothing",), (JOB_SUBMIT, "a", 1, "b")]:
            with pytest.raises(MelismaError):
                server.notify("one", *wrong)


def test_the_silent_are_gone_and_the_talking_stay(
    beating: tuple[OscServer, RuntimeEntry], handler: StubHandler
) -> None:
    server, entry = beating
    with RawClient(entry) as silent, RawClient(entry, Transport.TCP) as mute, RawClient(entry) as talking:
        silent.hello("silent")
        mute.hello("mute")
        talking.hello("talking")
        left = set()
        end = time.monotonic() + LONG_S
        while left != {"silent", "mute"} and time.monotonic() < end:
            assert talking.ask(PING).address.path == ACK
            left |= {handler.left.get_nowait() for _ in range(handler.left.qsize())}
        assert server.clients() == ("talking",)
        assert handler.left.qsize() == 0
        with pytest.raises(ConnectionResetError):  # the server closed it
            mute.expect(lambda _: False)


def test_a_closed_connection_is_gone_at_once(entry: RuntimeEntry, server: OscServer, handler: StubHandler) -> None:
    with RawClient(entry, Transport.TCP) as client:
        client.hello("me")
    assert handler.left.get(timeout=LONG_S) == "me"
    assert server.clients() == ()


def test_a_client_that_was_started_again_is_not_gone(
    entry: RuntimeEntry, server: OscServer, handler: StubHandler
) -> None:
    with RawClient(entry, Transport.TCP) as new:
        with RawClient(entry, Transport.TCP) as old:
            old.hello("me")
            new.hello("me")
            assert old.ask(JOB_LIST).arguments["kind"] == "stranger"
        server.notify("me", JOB_STATE, "job", "done", "")
        assert new.expect(lambda message: message.way is Way.NOTICE).arguments["number"] == 1
        new.hello("myself")
        assert handler.left.get(timeout=LONG_S) == "me"
        assert server.clients() == ("myself",)
    assert handler.left.get(timeout=LONG_S) == "myself"
    with pytest.raises(queue.Empty):
        handler.left.get_nowait()


@pytest.mark.parametrize("name", ["", "a/b", "..\\x", "a b", "x" * 65, "ü", "a\n"])
def test_names_of_clients_fit_into_file_names(entry: RuntimeEntry, handler: StubHandler, name: str) -> None:
    with RawClient(entry) as client:
        assert client.ask(HELLO, name, "", "").address.path == ERROR
    assert handler.requests == []


def test_many_clients_at_once(entry: RuntimeEntry, handler: StubHandler) -> None:
    def talk(name: str, transport: Transport) -> None:
        with RawClient(entry, transport) as client:
            client.hello(name)
            for i in range(40):
                assert client.ask(JOB_CANCEL, f"{name}-{i}").address.path == ACK

    threads = [threading.Thread(target=talk, args=(f"c{i}", list(Transport)[i % 2])) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = [request for request in handler.requests if request.address == JOB_CANCEL]
    assert len({request.arguments["job"] for request in asked}) == len(asked) == 16 * 40
    assert all(str(request.arguments["job"]).startswith(f"{request.client}-") for request in asked)


def test_who_is_back_before_the_handler_hears_of_it_was_never_gone(
    entry: RuntimeEntry, handler: StubHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, remember = threading.Event(), handler.notice

    def slow(address: str, arguments: Mapping[str, Value]) -> None:
        assert may_go_on.wait(LONG_S)
        remember(address, arguments)

    monkeypatch.setattr(handler, "notice", slow)
    with RawClient(entry) as client:
        for path in (HELLO, BYE, HELLO):
            client.link.send(encode(DAW_SPOOL, Way.REPORT, entry.token, "ardour"))
            client.ask(path, *(("me", "", "") if path == HELLO else ()))
        client.link.send(encode(DAW_SPOOL, Way.REPORT, entry.token, "ardour"))
        client.ask(PING)
        may_go_on.set()
        for _ in range(4):
            handler.reports.get(timeout=LONG_S)
        assert handler.left.empty()
