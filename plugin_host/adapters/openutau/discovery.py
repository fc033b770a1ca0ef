"""Which plugins are open: each leaves a small file that says where it listens.

Source: OpenUtau's DAW Integration API 1.2, section 4.  The folder may lie where other users write too (`/tmp`), so only
files of our own user are believed: whoever is connected to hears our sound.
"""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MAJOR = 1
"""The version that is spoken here is 1.2; another major number is another language."""
_MAX_FILES = 256
_MAX_BYTES = 1 << 16
_LOWEST_PORT = 1024  # a port that the system hands out is never lower


@dataclass(frozen=True, slots=True)
class PluginServer:
    """A plugin that listens on `port` of this machine.  `version` (major, minor), None when it says none."""

    name: str
    port: int
    version: tuple[int, int] | None
    path: Path

    @property
    def compatible(self) -> bool:
        return self.version is not None and self.version[0] == MAJOR

    @property
    def version_text(self) -> str:
        return "?" if self.version is None else f"{self.version[0]}.{self.version[1]}"


def discovery_folder() -> Path:
    """Where plugins announce themselves; may not exist."""
    if os.name == "posix":
        temporary = Path(os.environ.get("TMPDIR") or "/tmp")
    else:
        temporary = Path(os.environ.get("TMP") or os.environ.get("TEMP") or tempfile.gettempdir())
    return temporary / "OpenUtau" / "PluginServers"


def find_plugins(folder: Path | None = None) -> tuple[PluginServer, ...]:
    """The plugins that listen now, by name.  Never raises.

    Files of plugins that are gone are deleted, as the specification wants of the program that looks.
    """
    place = discovery_folder() if folder is None else folder
    by_port: dict[int, tuple[float, PluginServer]] = {}
    for path in _files(place):
        found = _read(path)
        if found is None:
            continue
        written, server = found
        if not _listens(server.port):
            _delete_stale(path)
        elif server.port not in by_port or by_port[server.port][0] < written:
            by_port[server.port] = (written, server)  # of two, the older was left by another plugin on this port
    return tuple(sorted((server for _, server in by_port.values()), key=lambda server: (server.name, server.port)))


def parse_version(text: object) -> tuple[int, int] | None:
    """`"1.2"` -> (1, 2); None for anything else."""
    match = re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,4})", text) if isinstance(text, str) else None
    return None if match is None else (int(match[1]), int(match[2]))


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".json")[:_MAX_FILES]
    except OSError:
        return []


def _read(path: Path) -> tuple[float, PluginServer] | None:
    """When the file was written and what it says; None for everything that is not a plugin of this user."""
    try:
        # Neither links nor pipes: the one leads elsewhere, the other would let us wait for ever.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as file:
            facts = os.fstat(number)
            ours = os.name != "posix" or facts.st_uid == os.getuid()
            if not stat.S_ISREG(facts.st_mode) or not ours or facts.st_size > _MAX_BYTES:
                return None
            said = json.loads(file.read(_MAX_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    port, name = said.get("port"), said.get("name")
    if type(port) is not int or not _LOWEST_PORT <= port <= 65535 or not isinstance(name, str | None):
        return None
    shown = _printable(name or "") or _printable(path.stem) or "?"
    return facts.st_mtime, PluginServer(shown, port, parse_version(said.get("apiVersion")), path)


def _printable(text: str) -> str:
    """Without what would steer a terminal, and not endless."""
    return "".join(character for character in text if character.isprintable()).strip()[:100]


def _listens(port: int) -> bool:
    """Asked by trying to take the port: a plugin serves one connection, so connecting would be felt."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # without it, Windows would give us a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _delete_stale(path: Path) -> None:
    if path.parent.is_symlink() or path.parent.parent.is_symlink():
        return  # whoever laid the link may want something of ours deleted
    with suppress(OSError):
        path.unlink()
