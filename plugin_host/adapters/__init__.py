"""The DAWs we know: a table from short names to adapters, each imported when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from plugin_host.ports import DawAdapter

FILES = "files"
FAKE = "fake"
"""For trying out; never taken without being asked for."""

Remark = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Watched:
    """`remark` hears of files in `folders` that cannot be taken, in sentences."""

    folders: tuple[Path, ...]
    remark: Remark


def _ardour(_: _Watched) -> DawAdapter:
    from plugin_host.adapters.ardour import ardour_adapter

    return ardour_adapter()


def _reaper(_: _Watched) -> DawAdapter:
    from plugin_host.adapters.reaper import reaper_adapter

    return reaper_adapter()


def _live(_: _Watched) -> DawAdapter:
    from plugin_host.adapters.live import live_adapter

    return live_adapter()


def _openutau(_: _Watched) -> DawAdapter:
    from plugin_host.adapters.openutau import OpenUtauAdapter

    return OpenUtauAdapter()


def _files(watch: _Watched) -> DawAdapter:
    from plugin_host.adapters.files import files_adapter

    return files_adapter(watch.folders, watch.remark)


def _fake(_: _Watched) -> DawAdapter:
    from plugin_host.adapters.fake import demo_adapter

    return demo_adapter()


_ADAPTERS: Mapping[str, Callable[[_Watched], DawAdapter]] = {
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


def make_adapters(
    ids: Sequence[str] = (), watch: Sequence[Path] = (), remark: Remark = lambda _line: None
) -> tuple[DawAdapter, ...]:
    """The adapters of `ids`; without any, those of all real DAWs, and `files` where folders are watched.

    `remark` hears of watched files that cannot be taken, in sentences.  Raises `InputError` for an unknown id, for
    `files` without a folder to watch, or when an adapter cannot be made.
    """
    watched = _Watched(tuple(watch), remark)
    wanted = list(dict.fromkeys(ids)) or [name for name in _ADAPTERS if name not in (FILES, FAKE)]
    if watched.folders and FILES not in wanted:
        wanted.append(FILES)
    for name in wanted:
        if name not in _ADAPTERS:
            known = ", ".join(known for known in _ADAPTERS if known != FAKE)
            raise InputError(f"There is no DAW called {name!r}.", f"Choose among {known}.")
        if name == FILES and not watched.folders:
            raise InputError("There is no folder to watch for files.", "Name one with --watch.")
    return tuple(_ADAPTERS[name](watched) for name in wanted)
