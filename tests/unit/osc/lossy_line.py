"""A line between client and server that loses what it is told to lose."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Loses = Callable[[bytes, bool], bool]


@contextmanager
def lossy_line(server_port: int, loses: Loses) -> Iterator[int]:
    """A UDP port that passes datagrams of one client on and back, but those that `loses(packet, is_answer)`."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as front,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back,
    ):
        front.bind(("127.0.0.1", 0))
        back.connect(("127.0.0.1", server_port))
        stop_in, stop_out = socket.socketpair()

        def pass_on() -> None:
            client: tuple[str, int] | None = None
            while True:
                readable, _, _ = select.select([front, back, stop_out], [], [])
                if stop_out in readable:
                    return
                if front in readable:
                    packet, client = front.recvfrom(65536)
                    if not loses(packet, False):
                        back.send(packet)
                if back in readable:
                    packet = back.recv(65536)
                    if client is not None and not loses(packet, True):
                        front.sendto(packet, client)

        thread = threading.Thread(target=pass_on)
        thread.start()
        try:
            yield front.getsockname()[1]
        finally:
            stop_in.send(b"\0")
            thread.join()
            stop_in.close()
            stop_out.close()
