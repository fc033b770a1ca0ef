from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from plugin_host.osc.runtime_file import RuntimeEntry, new_token
from plugin_host.osc.server import OscServer
from tests.unit.osc.bridge_stub import StubHandler

HEARTBEAT_S = 0.3


@pytest.fixture(autouse=True)
def _no_thread_leaks() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture
def handler() -> StubHandler:
    return StubHandler()


@pytest.fixture
def server(handler: StubHandler, _no_thread_leaks: None) -> Iterator[OscServer]:
    """A server whose heartbeats are so rare that they disturb nobody."""
    with OscServer(handler, "the token", heartbeat_s=60) as server:
        yield server


@pytest.fixture
def entry(server: OscServer) -> RuntimeEntry:
    return RuntimeEntry(server.udp_port, server.tcp_port, "the token", 1)


@pytest.fixture
def beating(handler: StubHandler, _no_thread_leaks: None) -> Iterator[tuple[OscServer, RuntimeEntry]]:
    """A server whose heart beats fast."""
    token = new_token()
    with OscServer(handler, token, heartbeat_s=HEARTBEAT_S) as server:
        yield server, RuntimeEntry(server.udp_port, server.tcp_port, token, 1)
