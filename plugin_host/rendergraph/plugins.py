"""The user's plugins: VST3 by path, LV2 by URI."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S+")  # more than one letter: C:\ is a drive
_DECLARED = re.compile(r"<([^<>\s]+)>\s+a\s+(?:[^.;]*,\s*)?lv2:Plugin\b")
_SUFFIX = ".vst3"


@dataclass(frozen=True, slots=True)
class PluginUse:
    """One plugin on the voice.  `load_state`: a file that `save_state` once named (see `states`)."""

    path: str
    load_state: Path | None = None
    save_state: Path | None = None


def is_uri(path: str) -> bool:
    """Whether this is an LV2 plugin's name rather than a place on the disk."""
    return _URI.fullmatch(path) is not None


def plugin_title(path: str) -> str:
    """What people call it: `ZamComp` of `/usr/lib/vst3/ZamComp.vst3`, `room` of `urn:dragonfly:room`."""
    if is_uri(path):
        return re.split(r"[:/#]", path.rstrip("/#:"))[-1]
    return Path(path).stem


def check_plugin(path: str) -> str:
    """`path` as the host wants it.  Raises `InputError` when it is neither a VST3 on this disk nor a URI."""
    if is_uri(path):
        return path
    place = Path(path).expanduser()
    if place.suffix.lower() == ".lv2":
        raise InputError(f"{path} is a folder of LV2 plugins, which go by their URI.", _uris_hint(place))
    if place.suffix.lower() != _SUFFIX:
        raise InputError(
            f"{path} names no plugin.", "Name a .vst3 by its path, or an LV2 plugin by its URI (lv2ls lists them)."
        )
    if not place.exists():
        raise InputError(f"There is no plugin {path}.", "Check the path.")
    return str(place.resolve())


def check_state(path: Path) -> Path:
    """Raises `InputError` when there is no file to load."""
    if not path.is_file():
        raise InputError(f"There is no plugin state {path}.", "Save one with --save-state first.")
    return path.resolve()


def _uris_hint(bundle: Path) -> str:
    try:
        manifest = (bundle / "manifest.ttl").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "Name the plugin by its URI; lv2ls lists them."
    uris = sorted(set(_DECLARED.findall(manifest)))
    return f"Write {' or '.join(uris)}." if uris else "Name the plugin by its URI; lv2ls lists them."
