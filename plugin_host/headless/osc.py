"""Ardour's own remote control by OSC: what a user would do by hand."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from engine.errors import MelismaError
from plugin_host.headless.processes import open_files

_FIRST_PORT, _PORTS = 3819, 20
"""Ardour takes the first of these that is free."""


def osc_port(leader: int) -> int | None:
    """The port of the Ardour among the processes of `leader`, None while it listens to none (Linux)."""
    wanted = range(_FIRST_PORT, _FIRST_PORT + _PORTS)
    by_socket: dict[str, int] = {}
    for table in ("/proc/net/udp", "/proc/net/udp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                words = line.split()
                port = int(words[1].rsplit(":", 1)[1], 16)
                if port in wanted:
                    by_socket[f"socket:[{words[9]}]"] = port
    return next((by_socket[name] for name in open_files(leader) if name in by_socket), None)


def send(port: int, address: str, *arguments: int | float | str) -> None:
    """Send Ardour a message.  Raises `MelismaError` when it cannot be sent."""
    from pythonosc.udp_client import SimpleUDPClient

    client = SimpleUDPClient("127.0.0.1", port)
    try:
        client.send_message(address, list(arguments))
    except OSError as error:
        raise MelismaError(f"Ardour could not be reached: {error}.", "Try again.") from error
    finally:
        client._sock.close()
