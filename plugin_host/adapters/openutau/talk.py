"""What is said on one connection to a plugin, in the specification's order (sections 6, 7 and 9)."""

from __future__ import annotations

import enum
import logging
from dataclasses import dataclass

from engine.errors import InputError
from plugin_host.adapters.openutau.discovery import MAJOR, PluginServer, parse_version
from plugin_host.adapters.openutau.lines import Request
from plugin_host.adapters.openutau.link import Link, LinkLost, Listener, NobodyThere, Refused
from plugin_host.adapters.openutau.messages import (
    Layout,
    missing_hashes,
    parts_payload,
    project_info_payload,
    project_payload,
    tracks_payload,
)

_log = logging.getLogger(__name__)


class PluginState(enum.StrEnum):
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    LOST = "lost"
    """Given up; `connect` tries anew."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, as the specification has them (sections 3.1 and 7), but for the last.

    `debounce_s`: how long an update waits for the next one.  The specification waits for somebody who types; ours are
    takes that are done.
    """

    init_s: float = 5.0
    request_s: float = 10.0
    dead_s: float = 15.0
    check_s: float = 2.0
    backoff_s: tuple[float, ...] = (0.5, 1.0, 2.0)
    debounce_s: float = 0.25


class Talk:
    """One connection and what the plugin was told on it.  Raises `NobodyThere`; the methods raise `LinkLost`."""

    def __init__(self, server: PluginServer, listener: Listener, timing: Timing) -> None:
        self._server = server
        self._timing = timing
        self._link = Link(server.port, listener, timing.init_s)
        self._version = (MAJOR, 0)
        self._said: Layout | None = None

    @property
    def alive(self) -> bool:
        return self._link.open and self._link.silence_s <= self._timing.dead_s

    def introduce(self, layout: Layout) -> None:
        """The first word.  Raises `InputError` when the answer is another version than was announced."""
        try:
            data = self._link.request("init", project_payload(layout), self._timing.init_s)
        except Refused as error:
            raise LinkLost(f"init was refused: {error}") from error
        answered = data.get("apiVersion", self._server.version_text)
        version = parse_version(answered)
        if version is None or version[0] != MAJOR:
            raise other_version(self._server, str(answered)[:20])
        self._version = version

    def say(self, layout: Layout) -> frozenset[str]:
        """Where the parts lie, and before it what else changed since the last time; gives the hashes it lacks now."""
        said = self._said
        if said is None or said.tracks != layout.tracks:
            if said is not None:  # the first time, `init` has just said it
                self._link.notify("updateUstx", project_payload(layout))
            self._link.notify("updateTracks", tracks_payload(layout, self._version))
        if said is None and self._version >= (1, 1):
            self._link.notify("updateProjectInfo", project_info_payload())
        self._said = layout
        try:
            answer = self._link.request("updatePartLayout", parts_payload(layout), self._timing.request_s)
        except Refused as error:
            _log.warning("%s did not take the parts: %s", self._server.name, error)
            return frozenset()
        return missing_hashes(answer) & {sounding.stretch.hash for sounding in layout.soundings}

    def answer(self, request: Request, layout: Layout) -> str:
        """Send the sound that is asked for, or refuse; gives its hash, "" when none was sent."""
        if request.kind != "getAudio":
            self._link.refuse(request, f"Unsupported request kind: {request.kind}"[:200])
            return ""
        wanted = (request.payload or {}).get("hash")
        found = layout.find(wanted) if isinstance(wanted, str) else None
        if found is None:
            self._link.refuse(request, "There is no such sound.")
            return ""
        take, stretch = found
        self._link.send_audio(stretch.hash, stretch.num_bytes, take.blocks(stretch))
        return stretch.hash

    def close(self) -> None:
        """Say goodbye.  May be called twice, from any thread."""
        self._link.close()


def unreachable(server: PluginServer, error: LinkLost) -> InputError:
    """Why a plugin could not be connected to, for people."""
    _log.info("%s: %s", server.name, error)
    if isinstance(error, NobodyThere):
        return InputError(f"The plugin {server.name} is not open any more.", "Open it in the DAW again.")
    what = f"The plugin {server.name} does not answer."
    return InputError(what, "Is OpenUtau connected to it? It serves one program at a time.")


def other_version(server: PluginServer, version: str) -> InputError:
    """A plugin of another major version."""
    what = f"The plugin {server.name} speaks version {version} of the protocol; Melisma speaks {MAJOR}.2."
    return InputError(what, "Update the older of the two.")
