"""`melisma plugin ...`: our sound, live, through a bridge plugin in the DAW."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import InputError
from gui.cli.output import JsonOption, Output, QuietOption

if TYPE_CHECKING:
    from plugin_host.adapters.openutau import PluginServer

app = typer.Typer(no_args_is_help=True, help="Play live through the OpenUtau Bridge plugin in any DAW.")


@app.command("list")
def list_plugins(as_json: JsonOption = False) -> None:
    """List the bridge plugins that are open in DAWs on this machine."""
    from plugin_host.adapters.openutau import NO_PLUGIN, NO_PLUGIN_HINT, find_plugins

    found = find_plugins()
    facts = [
        {"name": server.name, "port": server.port, "version": server.version_text, "compatible": server.compatible}
        for server in found
    ]
    lines = [_line(server) for server in found] or [f"{NO_PLUGIN} {NO_PLUGIN_HINT}"]
    Output(as_json).answer({"plugins": facts}, lines)


@app.command()
def play(
    file: Annotated[Path, typer.Argument(help="Sound file, mono or stereo.", show_default=False)],
    at: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds on the timeline [the file's time stamp, else 0]."),
    ] = None,
    track: Annotated[str, typer.Option(help="Name of our track, as the plugin shows it.")] = "Melisma",
    name: Annotated[str | None, typer.Option(help="Name of the plugin, or a part of it [all that are open].")] = None,
    quiet: QuietOption = False,
) -> None:
    """Let the plugin play a sound file, and follow the DAW until Ctrl-C.  A file that is written anew is sent anew."""
    from gui.cli.cancellable import run_cancellable
    from gui.cli.plugin_play import follow
    from plugin_host.adapters.openutau import NO_PLUGIN, NO_PLUGIN_HINT, LivePart, find_plugins

    start_s = _stamp(file) if at is None else at
    found = find_plugins()
    if not found:
        raise InputError(NO_PLUGIN, NO_PLUGIN_HINT)
    chosen = [server for server in found if name is None or name.casefold() in server.name.casefold()]
    if not chosen:
        names = ", ".join(server.name for server in found)
        raise InputError(f"No open plugin is called {name!r}.", f"These are open: {names}.")
    part, output = LivePart(track, start_s, file), Output(quiet=quiet)
    run_cancellable(str(file), lambda context: follow(chosen, part, file, output, context), lambda _progress: None)


def _line(server: PluginServer) -> str:
    other = "" if server.compatible else "  (another version: update the plugin or Melisma)"
    return f"{server.name}  port {server.port}  version {server.version_text}{other}"


def _stamp(file: Path) -> float:
    """Where a WAV file says that it belongs; 0 when it says nothing.  Raises `InputError` when it is no sound."""
    from engine.audio import open_audio

    with open_audio(file) as stream:
        return (stream.time_reference_samples or 0) / stream.sample_rate
