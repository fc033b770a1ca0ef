"""The DAWs we know: a table from short names to adapters, each imported when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from engine.errors import InputError
from plugin_host.ports import DawAdapter

FILES = "files"
FAKE = "fake"
"""For trying out; never taken without being asked for."""

WatchFolders = tuple[Path, ...]


def _ardour(_: WatchFolders) -> DawAdapter:
    from plugin_host.adapters.ardour import ardour_adapter

    return ardour_adapter()


def _reaper(_: WatchFolders) -> DawAdapter:
    from plugin_host.adapters.reaper import reaper_adapter

    return reaper_adapter()


def _live(_: WatchFolders) -> DawAdapter:
    from plugin_host.adapters.live import live_adapter

    return live_adapter()


def _openutau(_: WatchFolders) -> DawAdapter:
    from plugin_host.adapters.openutau import OpenUtauAdapter

    return OpenUtauAdapter()


def _files(watch: WatchFolders) -> DawAdapter:
    from plugin_host.adapters.files import files_adapter

    return files_adapter(watch)


def _fake(_: WatchFolders) -> DawAdapter:
    from plugin_host.adapters.fake import demo_adapter

    return demo_adapter()


_ADAPTERS: Mapping[str, Callable[[WatchFolders], DawAdapter]] = {
    "ardour": _ardour,
    "reaper": _reaper,
    "live": _live,
    "openutau": _openutau,
    FILES: _files,
    FAKE: _fake,
}


def adapter_ids() -> tuple[str, ...]:
    """All that can be asked for by name."""
    return tuple(_ADAPTERS)


def make_adapters(ids: Sequence[str] = (), watch: Sequence[Path] = ()) -> tuple[DawAdapter, ...]:
    """The adapters of `ids`; without any, those of all real DAWs, and `files` where folders are watched.

    Raises `InputError` for an unknown id, for `files` without a folder to watch, or when an adapter cannot be made.
    """
    folders = tuple(watch)
    wanted = list(dict.fromkeys(ids)) or [name for name in _ADAPTERS if name not in (FILES, FAKE)]
    if folders and FILES not in wanted:
        wanted.append(FILES)
    for name in wanted:
        if name not in _ADAPTERS:
            raise InputError(f"There is no DAW called {name!r}.", f"Choose among {', '.join(_ADAPTERS)}.")
        if name == FILES and not folders:
            raise InputError("There is no folder to watch for files.", "Name one with --watch.")
    return tuple(_ADAPTERS[name](folders) for name in wanted)
