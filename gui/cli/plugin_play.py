"""What `melisma plugin play` does until Ctrl-C: keep plugins in step with a file, and say what the DAW does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

from engine.errors import InputError
from engine.jobs import JobContext
from gui.cli.output import Output
from plugin_host.adapters.openutau import LivePart, OpenUtauPlugin, PluginServer, PluginState, TakeStore, file_state
from plugin_host.ports import Transport

_LOOK_S = 0.5
_SETTLE_S = 15.0
_JUMP_S = 0.25  # less is the way of a transport that rolls


def follow(servers: Sequence[PluginServer], part: LivePart, file: Path, output: Output, context: JobContext) -> None:
    """Show `part`, which is in `file`, to all `servers` that answer, and stay until the context is cancelled.

    Raises `InputError` when none answers, or all are gone.
    """
    with ExitStack() as stack:
        state = _state(file)
        plugins = _connect(servers, part, output, stack)
        for plugin in plugins:
            if plugin.wait_settled(_SETTLE_S):
                output.remark(
                    f"{plugin.server.name} plays {file.name} on {part.track} from {part.start_s:.3f} s.  Ctrl-C ends."
                )
            else:
                output.remark(f"{plugin.server.name} has not taken the sound yet; it is sent when it asks.")
        while not context.token.wait(_LOOK_S):
            if all(plugin.state is PluginState.LOST for plugin in plugins):
                raise InputError("The plugin is gone.", "Open it in the DAW again, then start anew.")
            if _state(file) not in {state, None}:
                state = _state(file)
                _send_anew(plugins, part, output)
    output.remark("Disconnected.  The plugin keeps what it has until it is closed.")


def _connect(servers: Sequence[PluginServer], part: LivePart, output: Output, stack: ExitStack) -> list[OpenUtauPlugin]:
    takes = TakeStore()
    plugins: list[OpenUtauPlugin] = []
    problems: list[InputError] = []
    for number, server in enumerate(servers):
        plugin = OpenUtauPlugin(server, takes)
        stack.callback(plugin.close)
        plugin.update([part])
        if number == 0:  # all stand in one DAW: one tells
            plugin.on_transport(TransportLines().show)
        plugin.on_state(partial(_tell_state, server.name, output))
        try:
            plugin.connect()
        except InputError as error:
            problems.append(error)
            continue
        plugins.append(plugin)
    if not plugins:
        raise problems[0]
    for problem in problems:
        output.remark(str(problem))
    return plugins


def _tell_state(name: str, output: Output, state: PluginState) -> None:
    if state is PluginState.RECONNECTING:
        output.remark(f"The connection to {name} broke; trying again.")
    elif state is PluginState.LOST:
        output.remark(f"{name} is gone.")
    elif state is PluginState.CONNECTED:
        output.remark(f"Connected to {name}.")


def _send_anew(plugins: Sequence[OpenUtauPlugin], part: LivePart, output: Output) -> None:
    try:
        for plugin in plugins:
            plugin.update([part])
    except InputError as error:  # perhaps half written; the plugin keeps playing what it has
        output.remark(str(error))
    else:
        output.remark("The file has changed; sent anew.")


def _state(file: Path) -> tuple[int, int, int] | None:
    """None while the file is away: programs delete before they write."""
    with suppress(OSError):
        return file_state(file)
    return None


class TransportLines:
    """One line for every start, stop, jump and tempo; none for a playhead that just moves."""

    def __init__(self) -> None:
        self._last: Transport | None = None

    def show(self, transport: Transport) -> None:
        """Print what is new."""
        line = self._news(transport)
        if line:
            print(line, flush=True)
        self._last = transport

    def _news(self, now: Transport) -> str:
        last = self._last
        at_s = now.position_samples / now.sample_rate
        tempo = f" at {now.bpm:g} BPM" if now.bpm else ""
        if last is None or last.speed != now.speed:
            return f"{'Playing' if now.speed else 'Stopped'} at {at_s:.3f} s{tempo}"
        if last.bpm != now.bpm:
            return f"Tempo {now.bpm:g} BPM"
        if not now.speed and abs(now.position_samples - last.position_samples) > _JUMP_S * now.sample_rate:
            return f"Moved to {at_s:.3f} s"
        return ""
