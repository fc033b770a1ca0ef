"""The client asks again without having it done twice, and finds a bridge that was away."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from queue import Queue

import pytest

from engine.errors import InputError, MelismaError
from plugin_host.osc.addresses import (
    DAW_LIST,
    DAW_TRANSPORT,
    HELLO,
    JOB_CANCEL,
    JOB_DONE,
    JOB_LIST,
    JOB_PROGRESS,
    JOB_STATE,
    ROOT,
    Way,
)
from plugin_host.osc.client import OscClient, Transport
from plugin_host.osc.handling import Answer, Request, Value
from plugin_host.osc.messages import decode
from plugin_host.osc.runtime_file import RuntimeEntry, RuntimeFile
from plugin_host.osc.server import OscServer
from plugin_host.osc.ulid import new_ulid
from tests.unit.osc.bridge_stub import LONG_S, StubHandler
from tests.unit.osc.conftest import HEARTBEAT_S
from tests.unit.osc.lossy_line import lossy_line

both = pytest.mark.parametrize("transport", list(Transport))


def wait_until(condition: threading.Event) -> None:
    assert condition.wait(LONG_S)


@both
def test_answers_and_errors_come_as_they_were_meant(
    entry: RuntimeEntry, handler: StubHandler, transport: Transport, tmp_path: Path
) -> None:
    file = tmp_path / "list.json"
    file.write_text("[]")

    def work(request: Request) -> Answer:
        if request.address == JOB_CANCEL:
            raise InputError("No such job.", "Look.")
        if request.address == DAW_LIST:
            raise MelismaError("Broken.", "Wait.")
        return Answer("all", file)

    handler.work = work
    with OscClient("me", transport=transport, entry=entry) as client:
        assert client.welcome == Answer("welcome")
        assert client.request(JOB_LIST) == Answer("all", file)
        with pytest.raises(InputError, match=r"No such job\. Look\."):
            client.request(JOB_CANCEL, "x")
        with pytest.raises(MelismaError, match=r"Broken\.") as caught:
            client.request(DAW_LIST)
        assert not isinstance(caught.value, InputError)
        for wrong in [(JOB_CANCEL,), (JOB_CANCEL, 1), (f"{ROOT}/nothing",), (JOB_STATE, "a", "b", "c")]:
            with pytest.raises(MelismaError):
                client.request(*wrong)
        assert client.connected
    assert handler.left.get(timeout=LONG_S) == "me"


def test_a_file_that_is_not_the_one_told_is_not_taken(
    entry: RuntimeEntry, handler: StubHandler, tmp_path: Path
) -> None:
    file = tmp_path / "list.json"
    file.write_text("[1]")
    handler.work = lambda _: Answer("", file)
    with OscClient("me", entry=entry) as client:
        request_id = new_ulid()
        assert client.request(JOB_LIST, request_id=request_id).file == file
        file.write_text("[2]")
        with pytest.raises(MelismaError, match="not the one"):
            client.request(JOB_LIST, request_id=request_id)
        file.unlink()
        with pytest.raises(MelismaError, match="cannot be read"):
            client.request(JOB_LIST, request_id=request_id)


@pytest.mark.parametrize("lost_answers", [0, 1, 2])
@pytest.mark.parametrize("lost_requests", [0, 1])
def test_what_is_lost_is_asked_again_and_done_once(
    entry: RuntimeEntry,
    handler: StubHandler,
    lost_answers: int,
    lost_requests: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("plugin_host.osc.client.RETRY_S", (0.02, 0.04, 0.08))
    seen: Counter[tuple[str, bool]] = Counter()

    def loses(packet: bytes, is_answer: bool) -> bool:
        (message,) = decode(packet, Way.REPLY if is_answer else Way.REQUEST)
        seen[message.text("id"), is_answer] += 1
        return seen[message.text("id"), is_answer] <= (lost_answers if is_answer else lost_requests)

    handler.work = lambda _: Answer(str(len(handler.runs)))
    with lossy_line(entry.udp_port, loses) as port, OscClient("me", entry=replace(entry, udp_port=port)) as client:
        request_id = new_ulid()
        assert client.request(JOB_LIST, request_id=request_id).text == "2"
        assert client.request(JOB_LIST, request_id=request_id).text == "2"
        seen.update({(request_id, True): 9})  # nothing is lost from here on
    assert handler.runs[request_id] == 1
    assert seen[request_id, False] >= 1 + lost_requests + lost_answers


def test_a_slow_answer_is_waited_for_and_asked_for_under_one_id(entry: RuntimeEntry, handler: StubHandler) -> None:
    asked: Counter[str] = Counter()
    repeated = threading.Event()

    def watches(packet: bytes, is_answer: bool) -> bool:
        if not is_answer:
            (message,) = decode(packet, Way.REQUEST)
            asked[message.text("id")] += 1
            if asked[message.text("id")] == 3:
                repeated.set()
        return False

    def work(_: Request) -> Answer:
        wait_until(repeated)
        return Answer("at last")

    handler.work = work
    with lossy_line(entry.udp_port, watches) as port, OscClient("me", entry=replace(entry, udp_port=port)) as client:
        assert client.request(JOB_LIST).text == "at last"
    assert set(handler.runs.values()) == {1}


def test_a_bridge_that_does_not_answer_is_said_so(entry: RuntimeEntry) -> None:
    line = lossy_line(entry.udp_port, lambda _, is_answer: is_answer)
    with line as port, pytest.raises(InputError, match="does not answer"):
        OscClient("me", entry=replace(entry, udp_port=port), timeout_s=0.6).__enter__()


@both
def test_notices_come_in_order_and_callbacks_may_ask(
    entry: RuntimeEntry, server: OscServer, handler: StubHandler, transport: Transport
) -> None:
    seen: Queue[tuple[str, Mapping[str, Value]]] = Queue()
    answers: Queue[str] = Queue()
    missed: Queue[None] = Queue()
    handler.work = lambda _: Answer("listed")
    with OscClient("me", transport=transport, entry=entry) as client:

        def note(address: str, arguments: Mapping[str, Value]) -> None:
            seen.put((address, arguments))
            if address == JOB_DONE:
                answers.put(client.request(JOB_LIST).text)

        client.on_notice(note)
        client.on_missed(lambda: missed.put(None))
        server.notify("me", JOB_STATE, "a", "running", "…")
        for done in range(100):
            server.notify("me", JOB_PROGRESS, "a", "Singing", done, 100)
        server.notify("me", DAW_TRANSPORT, "ardour", 2**40, 1, 120)
        server.notify("me", JOB_DONE, "a", "/x", 1, "0" * 64)
        assert seen.get(timeout=LONG_S) == (JOB_STATE, {"job": "a", "state": "running", "sentence": "…"})
        assert [seen.get(timeout=LONG_S)[1]["done"] for _ in range(100)] == list(range(100))
        assert seen.get(timeout=LONG_S)[1] == {"daw": "ardour", "sample": 2**40, "speed": 1.0, "bpm": 120.0}
        assert answers.get(timeout=LONG_S) == "listed"
    assert missed.empty()


def test_a_lost_notice_is_missed_by_the_next_or_by_the_heartbeat(
    beating: tuple[OscServer, RuntimeEntry], handler: StubHandler
) -> None:
    server, entry = beating
    missed: Queue[None] = Queue()

    def loses(packet: bytes, is_answer: bool) -> bool:
        return is_answer and decode(packet, Way.REPLY | Way.NOTICE)[0].own.get("sentence") == "lost"

    line = lossy_line(entry.udp_port, loses)
    with line as port, OscClient("me", entry=replace(entry, udp_port=port), heartbeat_s=HEARTBEAT_S) as client:
        client.on_missed(lambda: missed.put(None))
        for _ in range(3):
            server.notify("me", JOB_STATE, "a", "running", "lost")
            missed.get(timeout=LONG_S)
        assert missed.empty()


@both
def test_heartbeats_are_answered_for_the_user(
    beating: tuple[OscServer, RuntimeEntry], handler: StubHandler, transport: Transport
) -> None:
    server, entry = beating
    with (
        OscClient("quiet", transport=transport, entry=entry, heartbeat_s=HEARTBEAT_S) as quiet,
        OscClient("other", entry=entry, heartbeat_s=HEARTBEAT_S) as other,
    ):
        end = time.monotonic() + 5 * HEARTBEAT_S
        while time.monotonic() < end:
            other.request(JOB_LIST)
        assert set(server.clients()) == {"quiet", "other"}
        assert quiet.connected
    assert {handler.left.get(timeout=LONG_S) for _ in range(2)} == {"quiet", "other"}
    assert handler.left.empty()


def test_a_client_that_the_server_forgot_says_hello_again(
    entry: RuntimeEntry, server: OscServer, handler: StubHandler
) -> None:
    with OscClient("me", entry=entry) as client:
        client.request(f"{ROOT}/bye")
        assert server.clients() == ()
        client.request(JOB_LIST)
        assert server.clients() == ("me",)
    assert [request.address for request in handler.requests] == [HELLO, HELLO, JOB_LIST]


@both
def test_a_bridge_that_was_started_again_is_found(
    transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    first, second = StubHandler(), StubHandler(lambda _: Answer("second"))
    back = threading.Event()
    client = OscClient("me", transport=transport, heartbeat_s=HEARTBEAT_S)
    with ExitStack() as stack:
        with RuntimeFile() as file, OscServer(first, "one", heartbeat_s=HEARTBEAT_S) as server:
            file.publish(server.udp_port, server.tcp_port, "one")
            stack.enter_context(client)
            client.on_missed(back.set)
        with RuntimeFile() as file, OscServer(second, "two", heartbeat_s=HEARTBEAT_S) as server:
            file.publish(server.udp_port, server.tcp_port, "two")
            wait_until(back)
            assert client.request(JOB_LIST).text == "second"
            assert server.clients() == ("me",)
            stack.close()


def test_without_a_bridge_the_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    with pytest.raises(InputError, match="not running"):
        OscClient("me").__enter__()


@both
def test_nobody_waits_for_a_bridge_that_has_ended(
    transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    away = threading.Event()
    with ExitStack() as stack:
        with RuntimeFile() as file, OscServer(StubHandler(), "one", heartbeat_s=HEARTBEAT_S) as server:
            file.publish(server.udp_port, server.tcp_port, "one")
            client = stack.enter_context(OscClient("me", transport=transport, timeout_s=60, heartbeat_s=HEARTBEAT_S))
        threading.Thread(target=lambda: (_fail(client), away.set())).start()
        assert away.wait(LONG_S)
        assert not client.connected


def _fail(client: OscClient) -> None:
    with pytest.raises(InputError):
        client.request(JOB_LIST)
