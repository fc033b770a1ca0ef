"""A hundred thousand packets of garbage: the server lives, and touches no file but those it may."""

from __future__ import annotations

import hashlib
import random
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from plugin_host.osc import server as server_module
from plugin_host.osc.addresses import ADDRESSES, JOB_LIST, JOB_SUBMIT, PING, Way
from plugin_host.osc.client import Transport
from plugin_host.osc.handling import Answer, Request
from plugin_host.osc.messages import decode, encode
from plugin_host.osc.paths import Confined
from plugin_host.osc.runtime_file import RuntimeEntry
from plugin_host.osc.server import OscServer
from plugin_host.osc.slip import framed
from plugin_host.osc.ulid import new_ulid
from tests.unit.osc.bridge_stub import RawClient, StubHandler

UDP_PACKETS, TCP_PACKETS = 90_000, 10_000
_BURST = 100  # more would be lost before the server sees them

_opened: list[str] | None = None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Once in place an audit hook stays, so it looks only while somebody asks it to."""
    names_file = event in ("open", "os.remove", "os.rename", "os.mkdir") and not isinstance(arguments[0], int)
    if names_file and _opened is not None and threading.current_thread().name.startswith("melisma-osc"):
        _opened.append(str(arguments[0]))


@contextmanager
def files_touched_by_the_server() -> Iterator[list[str]]:
    global _opened  # noqa: PLW0603 - see `_watch`
    sys.addaudithook(_watch)
    _opened = touched = []
    try:
        yield touched
    finally:
        _opened = None


def valid_packets(token: str, file: Path) -> list[bytes]:
    """One of every address that a client may send, and a bundle."""
    size, digest = file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()
    by_tag: dict[str, object] = {"i": 7, "h": 1 << 40, "d": 1.5, "s": "word"}
    by_name: dict[str, object] = {"token": token, "path": str(file), "size": size, "sha256": digest}
    packets = []
    for address in ADDRESSES.values():
        for way in address.way & (Way.REQUEST | Way.REPORT):
            values = [
                new_ulid() if argument.name == "id" else by_name.get(argument.name, by_tag[argument.tag])
                for argument in address.on_wire(way)
            ]
            packets.append(encode(address.path, way, *values))
    elements = b"".join(struct.pack(">i", len(packet)) + packet for packet in packets[:3])
    return [*packets, b"#bundle\0" + bytes(7) + b"\1" + elements]


class Spoiler:
    """Makes packets from good ones, and from nothing."""

    def __init__(self, good: list[bytes], seed: int) -> None:
        self._good, self._random = good, random.Random(seed)

    def packet(self) -> bytes:
        random_ = self._random
        if random_.random() < 0.2:
            head = random_.choice([b"", b"/", b"/melisma/1/", b"#bundle\0", b"#bundle\0" + bytes(7) + b"\1"])
            return head + random_.randbytes(random_.choice([0, 3, 8, 40, 200]))
        if random_.random() < 0.002:
            return random_.choice(self._good) + random_.randbytes(20_000)
        packet = bytearray(random_.choice(self._good))
        for _ in range(random_.randint(1, 4)):
            self._spoil(packet)
        if random_.random() < 0.7:  # else hardly any would get past the first look
            packet += bytes(-len(packet) % 4)
        return bytes(packet)

    def _spoil(self, packet: bytearray) -> None:
        random_ = self._random
        at = random_.randrange(len(packet) + 1)
        kind = random_.randrange(7)
        if kind == 0:
            del packet[at:]
        elif kind == 1:
            packet[at : at + 4] = struct.pack(">i", random_.choice([-4, -1, 0, 1, 4, 2**31 - 1, -(2**31)]))
        elif kind == 2:
            packet[at:at] = random_.randbytes(random_.choice([1, 4, 8]))
        elif kind == 3:
            del packet[at : at + random_.choice([1, 4])]
        elif kind == 4:
            packet[at:at] = random_.choice([b"../", b"/etc/passwd", b"%n", b"\0\0\0\0", b",sss", b"\xff\xfe"])
        elif at < len(packet):
            packet[at] = random_.randrange(256) if kind == 5 else packet[at] ^ (1 << random_.randrange(8))


def test_a_hundred_thousand_packets(
    server: OscServer, entry: RuntimeEntry, handler: StubHandler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    (allowed / "job.json").write_text("{}")
    (tmp_path / "secret.json").write_text("{}")

    def work(request: Request) -> Answer:
        if request.address == JOB_SUBMIT:
            path, size, sha256 = request.arguments.values()
            Confined([allowed]).checked(str(path), int(size), str(sha256), (".json",))
        return Answer()

    handler.work = work
    packets = 0

    def counting(packet: bytes, ways: Way, limit: int) -> object:
        nonlocal packets
        packets += 1
        return decode(packet, ways, limit)

    monkeypatch.setattr(server_module, "decode", counting)
    spoiler = Spoiler(valid_packets(entry.token, allowed / "job.json"), seed=5)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with RawClient(entry) as udp, RawClient(entry, Transport.TCP) as tcp:
        for client in (udp, tcp):
            client.hello(f"fuzz-{client.link.limit}")
            assert client.ask(JOB_LIST)
        threads = set(threading.enumerate())
        with files_touched_by_the_server() as touched:
            send(udp, spoiler, UDP_PACKETS, udp.link.send)
            send(tcp, spoiler, TCP_PACKETS, lambda packet: tcp.link.socket.sendall(framed(packet)))
            hostile_streams(entry, spoiler)
        assert set(threading.enumerate()) == threads
        for client in (udp, tcp):
            client.hello("still-here")
            assert client.ask(JOB_LIST)
    assert packets > 0.98 * (UDP_PACKETS + TCP_PACKETS)
    assert max(Counter((request.client, request.id) for request in handler.requests).values()) == 1
    assert {Path(path).parent for path in touched} <= {allowed}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def send(client: RawClient, spoiler: Spoiler, count: int, put: Callable[[bytes], None]) -> None:
    """In bursts, each of them taken in before the next."""
    for _ in range(count // _BURST):
        for _ in range(_BURST):
            put(spoiler.packet())
        client.ask(PING)


def hostile_streams(entry: RuntimeEntry, spoiler: Spoiler) -> None:
    """Connections that send unframed garbage and go."""
    for _ in range(50):
        with RawClient(entry, Transport.TCP) as client:
            for _ in range(20):
                client.link.socket.sendall(spoiler.packet().replace(b"\0", b"\xc0", 1))
