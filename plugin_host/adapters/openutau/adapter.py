"""All open bridge plugins as one DAW: they play what is placed and tell where the transport is, and no more.

The plugin sees no clips, so there is nothing to read, and it keeps no steps to undo.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from engine.errors import InputError
from plugin_host.adapters.openutau.discovery import PluginServer, find_plugins
from plugin_host.adapters.openutau.plugin import OpenUtauPlugin
from plugin_host.adapters.openutau.stretches import WIRE_RATE
from plugin_host.adapters.openutau.takes import LivePart, TakeStore
from plugin_host.adapters.openutau.talk import PluginState, Timing
from plugin_host.ports import Ask, Capability, DawClip, DawSound, Placement, Session, Transport

_log = logging.getLogger(__name__)
SAME_PLACE_S = 0.25
"""A sound that begins so near to an older one on its track is a new take of it: first consonants differ in length."""
_SETTLE_S = 10.0
_ASK_AGAIN_S = 30.0  # a plugin that serves OpenUtau lets us wait five seconds each time
NO_PLUGIN = "No bridge plugin is open."
NO_PLUGIN_HINT = "Load OpenUtau Bridge as an instrument on a track of your DAW first."


class OpenUtauAdapter:
    """`DawAdapter` over every bridge plugin that is open; each plays the track that is chosen in it.

    Positions count at 44.1 kHz, the rate of the wire: the plugin tells neither the session nor its rate.
    `folder`: where plugins announce themselves, for tests.
    """

    id = "openutau"
    name = "OpenUtau Bridge"
    capabilities = frozenset({Capability.PLACE_AUDIO, Capability.TRANSPORT})

    def __init__(self, folder: Path | None = None, timing: Timing | None = None) -> None:
        self._folder = folder
        self._timing = timing
        self._takes = TakeStore()
        self._plugins: list[OpenUtauPlugin] = []
        self._parts: tuple[LivePart, ...] = ()
        self._refused: dict[PluginServer, tuple[float, InputError]] = {}  # when and why
        self._listeners: list[Callable[[Transport], None]] = []

    def probe(self) -> bool:
        return any(server.compatible for server in find_plugins(self._folder))

    def session(self) -> Session:
        """What stands for a session here; its name is the first plugin's."""
        return Session(self.id, self._connected()[0].server.name, WIRE_RATE)

    def read_clip(self, name: str | None = None) -> DawClip:
        _cannot("read clips", name)

    def read_sound(self, name: str | None = None) -> DawSound:
        _cannot("read sounds", name)

    def place_audio(self, placements: Sequence[Placement], label: str) -> tuple[Placement, ...]:
        """Add sounds, each in the place of an older take on its track (see `SAME_PLACE_S`)."""
        self._refused.clear()  # the user wants it now
        plugins = self._connected()
        parts = _still_there(self._parts)
        for placement in placements:
            if placement.start_samples < 0:
                raise InputError(f"{placement.path} cannot begin before the timeline does.", "Place it at 0 or later.")
            parts = _with(parts, LivePart(placement.track, placement.start_samples / WIRE_RATE, placement.path))
        for plugin in plugins:
            plugin.update(parts)
        self._parts = parts
        _log.info("%s: %d sounds for %d plugins", label, len(parts), len(plugins))
        if not any(plugin.wait_settled(_SETTLE_S) for plugin in plugins):
            raise InputError("The plugin took no sound.", "See that it is switched on in the DAW, then try again.")
        return tuple(placements)

    def transport(self) -> Transport:
        told = [transport for plugin in self._connected() if (transport := plugin.transport) is not None]
        if not told:
            raise InputError("The plugin has not told where the DAW is.", "Press play in the DAW once.")
        return next((transport for transport in told if transport.speed), told[0])

    def on_transport(self, callback: Callable[[Transport], None]) -> None:
        """Call `callback` when the DAW moves.  All plugins stand in one DAW, so only the first one tells."""
        self._listeners.append(callback)

    def asks(self) -> tuple[Ask, ...]:
        """None, ever: the plugin has no button."""
        return ()

    def answer(self, ask_id: str, message: str, failed: bool = False) -> None:
        """The plugin has no place to show it."""

    def close(self) -> None:
        for plugin in self._plugins:
            plugin.close()
        self._plugins = []

    def _connected(self) -> list[OpenUtauPlugin]:
        """All that are open by now, those that answer first.  Raises `InputError` when there is none."""
        alive = {PluginState.CONNECTED, PluginState.RECONNECTING}
        for plugin in [plugin for plugin in self._plugins if plugin.state not in alive]:
            plugin.close()
            self._plugins.remove(plugin)
        known = {plugin.server for plugin in self._plugins}
        problem = InputError(NO_PLUGIN, NO_PLUGIN_HINT)
        for server in find_plugins(self._folder):
            if server in known:
                continue
            asked_at, problem = self._refused.get(server, (-_ASK_AGAIN_S, problem))
            if time.monotonic() - asked_at < _ASK_AGAIN_S:
                continue
            try:
                self._plugins.append(self._joined(server))
            except InputError as error:
                self._refused[server] = time.monotonic(), error
                problem = error
        if not self._plugins:
            raise problem
        return sorted(self._plugins, key=lambda plugin: plugin.state is not PluginState.CONNECTED)

    def _joined(self, server: PluginServer) -> OpenUtauPlugin:
        plugin = OpenUtauPlugin(server, self._takes, self._timing)
        plugin.on_transport(lambda transport: self._hear(plugin, transport))
        plugin.update(_still_there(self._parts))
        plugin.connect()
        return plugin

    def _hear(self, plugin: OpenUtauPlugin, transport: Transport) -> None:
        first = next((known for known in self._plugins if known.state is PluginState.CONNECTED), plugin)
        if first is plugin:
            for callback in tuple(self._listeners):
                callback(transport)


def _still_there(parts: tuple[LivePart, ...]) -> tuple[LivePart, ...]:
    """Without those whose file the user deleted meanwhile: one of them must not keep the others from sounding."""
    return tuple(part for part in parts if not isinstance(part.audio, Path) or part.audio.is_file())


def _with(parts: tuple[LivePart, ...], new: LivePart) -> tuple[LivePart, ...]:
    """`new` among `parts`, in the slot of an older take when there is one."""
    for number, part in enumerate(parts):
        if part.track == new.track and abs(part.start_s - new.start_s) < SAME_PLACE_S:
            return (*parts[:number], new, *parts[number + 1 :])
    return (*parts, new)


def _cannot(what: str, _name: str | None) -> NoReturn:
    raise InputError(
        f"A bridge plugin cannot {what} of the DAW.", "Export the clip to a file, or use your DAW's own way."
    )
