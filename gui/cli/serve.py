"""`melisma serve`: the bridge to DAWs, without a window, until Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gui.cli.output import JsonOption, Output, QuietOption, harmless
from gui.cli.owner import Owner
from gui.cli.sing import Device

if TYPE_CHECKING:
    from engine.jobs import CancelToken, JobContext
    from plugin_host.bridge.daws import Seen
    from plugin_host.bridge.serving import Bridge, BridgeSettings

_LOG_BYTES = 1 << 20
_LOOK_S = 1.0


def serve(
    folder: Annotated[
        list[Path] | None, typer.Option(help="Folder in which files of clients may lie; may be given often.")
    ] = None,
    watch: Annotated[
        list[Path] | None, typer.Option(help="Folder to watch for clips and mixes; may be given often.")
    ] = None,
    daw: Annotated[list[str] | None, typer.Option(help="Only these DAWs, such as ardour [all].")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="UDP port to listen on; 0: any that is free.")] = 0,
    voice: Annotated[str | None, typer.Option(help="The voice, or a speaker in one, that sings for DAWs.")] = None,
    separator: Annotated[str | None, typer.Option(help="Id of the separator that isolates for DAWs.")] = None,
    device: Annotated[Device, typer.Option(help="What computes for DAWs.")] = Device.AUTO,
    owned: Annotated[
        bool,
        typer.Option(
            "--owned", help="End once standard input has ended, no other program is served and nothing is being made."
        ),
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Serve DAWs and other programs on this machine until Ctrl-C: clips in, sung tracks and stems out."""
    from engine.api import check_singer
    from engine.errors import InputError
    from gui.cli.cancellable import run_cancellable
    from gui.cli.told_jobs import ToldJobs
    from plugin_host.adapters import FILES, make_adapters
    from plugin_host.bridge.asks import Wishes
    from plugin_host.bridge.serving import BridgeSettings

    folders, watched = tuple(folder or ()), tuple(watch or ())
    for given in (*folders, *watched):
        if not given.is_dir():
            raise InputError(f"There is no folder {given}.", "Name one that is there.")
    if voice is not None:
        check_singer(voice)
    _check_separator(separator)
    output = Output(as_json, quiet)
    names: dict[str, str] = {}
    told = ToldJobs(names, output.remark)
    adapters = make_adapters(tuple(daw or ()), watched, lambda line: told.say(f"{names[FILES]}: {line}"))
    names |= {adapter.id: adapter.name for adapter in adapters}

    def changed(daw_id: str, seen: Seen) -> None:
        if started:
            told.say(_line_of(daw_id, names[daw_id], seen))

    started: list[bool] = []
    settings = BridgeSettings(adapters, folders, Wishes(voice, separator, str(device)), port, changed, told)
    owner = Owner() if owned else None

    def work(context: JobContext) -> None:
        with _begun(settings, watched, output) as bridge:
            started.append(True)
            _stay(bridge, owner, context.token)

    with _log_file():
        run_cancellable("serve", work, lambda _: None)
    output.remark("Stopped; jobs that were not done go on next time.")


def _check_separator(model: str | None) -> None:
    """A slip in a name is said now, and not at two in the morning by the first mix."""
    from engine.api import list_models, model_info
    from engine.errors import InputError

    if model is None:
        return
    fitting = [found.manifest.id for found in list_models(role="separator")]
    if model not in fitting:
        with suppress(InputError):
            model_info(model)  # a broken one says what is wrong with it
        hint = f"Installed: {', '.join(fitting)}." if fitting else "See `melisma models list`."
        raise InputError(f"There is no separator called {model}.", hint)


@contextmanager
def _begun(settings: BridgeSettings, watched: tuple[Path, ...], output: Output) -> Iterator[Bridge]:
    """A bridge that has said where it listens."""
    from plugin_host.bridge.serving import Bridge

    with Bridge(settings) as bridge:
        for remark in bridge.remarks:
            output.remark(remark)
        output.answer(_facts(bridge), (_line(bridge, watched),))
        sys.stdout.flush()  # whoever reads a pipe waits for this line
        yield bridge


def _stay(bridge: Bridge, owner: Owner | None, token: CancelToken) -> None:
    while not token.wait(_LOOK_S):
        if owner is not None and owner.gone and not bridge.needed:
            return


def _facts(bridge: Bridge) -> dict[str, Any]:
    entry = bridge.entry
    return {
        "udp_port": entry.udp_port,
        "tcp_port": entry.tcp_port,
        "pid": entry.pid,
        "inbox": str(bridge.inbox),
        "daws": bridge.daws.facts(),
        "jobs_waiting": _waiting(bridge),
        "remarks": list(bridge.remarks),
    }


def _line(bridge: Bridge, watched: tuple[Path, ...]) -> str:
    from plugin_host.adapters import FILES

    daws = [daw for daw in bridge.daws.facts() if daw["id"] != FILES]
    there = ", ".join(daw["name"] for daw in daws if daw["present"]) or "no DAW yet"
    seen = [f"sees {there}"] if daws else []
    sees = " and ".join(seen + ([f"watches {', '.join(map(str, watched))}"] if watched else []))
    waiting = _waiting(bridge)
    left = (
        "" if not waiting else f"; {waiting} jobs of last time go on" if waiting > 1 else "; a job of last time goes on"
    )
    return f"Listening on 127.0.0.1, UDP {bridge.entry.udp_port} and TCP {bridge.entry.tcp_port}; {sees}{left}."


def _waiting(bridge: Bridge) -> int:
    return sum(not job.ended for job in bridge.service.jobs())


def _line_of(daw_id: str, name: str, seen: Seen) -> str:
    from plugin_host.adapters import FILES

    if daw_id == FILES:
        return "The watched folders are there again." if seen.present else "No watched folder is there any more."
    if not seen.present:
        return f"{name} is gone."
    return f"{name} is there, with the session {seen.session.name}." if seen.session else f"{name} is there."


@contextmanager
def _log_file() -> Iterator[None]:
    """Details of what goes wrong, for reports; the terminal is for the user."""
    import logging
    from logging.handlers import RotatingFileHandler

    from engine.folders import log_folder

    class _Lines(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return harmless(super().format(record))  # somebody will read it in a terminal

    path = log_folder() / "serve.log"
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()
