"""What we ship for a DAW, and what of it lies in its folder."""

from __future__ import annotations

import enum
from pathlib import Path

from engine.errors import InputError
from plugin_host.install.manifest import Manifest, digest, read_manifest
from plugin_host.install.places import Daw, Target, find_targets
from plugin_host.spool import spool_places


class State(enum.StrEnum):
    """How an installation stands."""

    ABSENT = "not installed"
    CURRENT = "up to date"
    OTHER = "of another version"
    CHANGED = "changed by hand"


def shipped(daw: Daw, spool: Path) -> dict[str, bytes]:
    """Path below the folder (with slashes) to content, `spool_file` included.

    That names every place where the bridge may be, a line each: `spool`, and those of other surroundings.
    """
    files = {
        path.relative_to(daw.scripts).as_posix(): path.read_bytes()
        for path in sorted(daw.scripts.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    usual = spool_places(daw.id)
    places = usual if spool in usual else (spool, *usual)
    return files | {daw.spool_file: "".join(f"{place}\n" for place in places).encode("utf-8", "surrogateescape")}


def elsewhere(daw: Daw, spool: Path) -> tuple[Path, ...]:
    """Folders of installed scripts that do not look for the bridge in `spool`."""
    found: list[Path] = []
    for target in find_targets(daw):
        try:
            told = (target.folder / daw.spool_file).read_text("utf-8", "surrogateescape").splitlines()
        except OSError:
            continue  # not installed
        if str(spool) not in told:
            found.append(target.folder)
    return tuple(found)


def state_of(target: Target, spool: Path) -> tuple[State, Manifest | None]:
    """Compares what lies there with what was installed, and that with what we ship.  Raises `InputError`."""
    manifest = read_manifest(target.folder)
    if manifest is None:
        return State.ABSENT, None
    if any(hash_of(target.folder / name) != value for name, value in manifest.files.items()):
        return State.CHANGED, manifest
    wanted = {name: digest(data) for name, data in shipped(target.daw, spool).items()}
    return (State.CURRENT if wanted == manifest.files else State.OTHER), manifest


def hash_of(path: Path) -> str | None:
    """None for what is no plain file.  Raises `InputError` for a file that cannot be read."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return digest(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.", "Check its permissions.") from error
