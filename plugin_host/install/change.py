"""What an installation or a removal will do, known before it is done."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.files import write_bytes_whole
from engine.version import VERSION
from plugin_host.install.manifest import NAME, Manifest, digest, read_manifest
from plugin_host.install.places import Target
from plugin_host.install.state import hash_of, shipped


@dataclass(frozen=True, slots=True)
class Installation:
    """`writes`: path to content, the list of files last.  `deletes`: files of an older version that are no more."""

    target: Target
    writes: Mapping[Path, bytes]
    deletes: tuple[Path, ...]
    folders: tuple[Path, ...]
    """Those that are made, outermost first."""

    def carry_out(self) -> None:
        """Raises `MelismaError`; a first installation that fails leaves nothing behind."""
        new = [path for path in self.writes if not path.exists()]
        made: list[Path] = []
        try:
            for folder in self.folders:
                folder.mkdir()
                made.append(folder)
            for path, data in self.writes.items():
                write_bytes_whole(path, data)
            for path in self.deletes:
                path.unlink(missing_ok=True)
        except BaseException as error:
            for path in new:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            _remove_empty(reversed(made))
            if isinstance(error, OSError):
                what = f"{self.target.folder} could not be written: {error.strerror or error}."
                raise MelismaError(what, "Check its permissions.") from error
            raise


@dataclass(frozen=True, slots=True)
class Removal:
    """`deletes`: what we wrote and nobody changed.  `kept`: what was changed since, which stays."""

    deletes: tuple[Path, ...]
    kept: tuple[Path, ...]
    folders: tuple[Path, ...]
    """Those that we made, innermost first; they go when they are empty."""

    def carry_out(self) -> None:
        """Raises `MelismaError`."""
        try:
            for path in self.deletes:
                path.unlink(missing_ok=True)
        except OSError as error:
            what = f"{error.filename} could not be removed: {error.strerror or error}."
            raise MelismaError(what, "Check its permissions.") from error
        _remove_empty(self.folders)


def plan_installation(target: Target, spool: Path) -> Installation:
    """Raises `InputError` where something is in the way that is not ours, or the folder cannot be written to."""
    old = read_manifest(target.folder)
    files = {target.folder / name: data for name, data in shipped(target.daw, spool).items()}
    for path in (*files, target.folder / NAME):
        _refuse_links(target, path)
    for path, data in files.items():
        _refuse_strangers(target, path, data, old)
    _refuse_read_only(target.folder)
    folders = tuple(_missing({path.parent for path in files}))
    hashes = {path.relative_to(target.folder).as_posix(): digest(data) for path, data in files.items()}
    inside = [f.relative_to(target.folder).as_posix() for f in folders if target.folder in f.parents]
    manifest = Manifest(
        VERSION,
        hashes,
        tuple(sorted({*inside, *(old.folders if old else ())})),
        max(len(folders) - len(inside), old.parents if old else 0),
    )
    gone = {name: value for name, value in (old.files.items() if old else ()) if name not in hashes}
    writes = {path: data for path, data in files.items() if hash_of(path) != digest(data)}
    list_path, list_data = target.folder / NAME, manifest.to_bytes()
    if hash_of(list_path) != digest(list_data):
        writes[list_path] = list_data
    unchanged = [target.folder / name for name, value in gone.items() if hash_of(target.folder / name) == value]
    return Installation(target, writes, tuple(unchanged), folders)


def plan_removal(target: Target) -> Removal:
    """Raises `InputError` where we are not installed."""
    manifest = read_manifest(target.folder)
    if manifest is None:
        raise InputError(f"melisma is not installed in {target.folder}.", "There is nothing to remove.")
    deletes: list[Path] = []
    kept: list[Path] = []
    for name, value in manifest.files.items():
        path = target.folder / name
        if _leaves(target, path):
            kept.append(path)
        elif (found := hash_of(path)) == value:
            deletes += [path, *_compiled(path)]
        elif found is not None or path.is_symlink():
            kept.append(path)
    inside = sorted((target.folder / name for name in manifest.folders), key=lambda f: len(f.parts), reverse=True)
    caches = {path.parent for path in deletes if path.parent.name == "__pycache__"}
    upwards = [target.folder, *target.folder.parents][: manifest.parents]
    return Removal((*deletes, target.folder / NAME), tuple(kept), (*sorted(caches), *inside, *upwards))


def _compiled(path: Path) -> Iterator[Path]:
    """What Live's Python keeps of a script beside it."""
    if path.suffix == ".py":
        yield from (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc")


def _missing(folders: set[Path]) -> Iterator[Path]:
    """All that have to be made, with those above them, outermost first."""
    wanted = {f for folder in folders for f in (folder, *folder.parents) if not f.exists()}
    yield from sorted(wanted, key=lambda folder: len(folder.parts))


def _leaves(target: Target, path: Path) -> bool:
    """Whether a link leads out of the DAW's folder on the way to `path`."""
    steps = [path, *path.parents]
    return any(step.is_symlink() for step in steps[: len(path.parts) - len(target.root.parts)])


def _refuse_links(target: Target, path: Path) -> None:
    if _leaves(target, path):
        what = f"{path} lies behind a link, and melisma does not write through links."
        raise InputError(what, f"Name the real folder with --to: {target.daw.folder_name}.")
    for folder in path.parents:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} is a file, not a folder.", "Move it away and try again.")


def _refuse_strangers(target: Target, path: Path, data: bytes, old: Manifest | None) -> None:
    found = hash_of(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder.", "Move it away and try again.")
    if found is None or found == digest(data):
        return
    ours = old.files.get(path.relative_to(target.folder).as_posix()) if old else None
    if ours is None:
        # Ours too, where it was changed and stayed when the rest was removed: nothing tells the two apart.
        what = f"{path} is there already: somebody else's file, or one of melisma's that was changed."
        raise InputError(what, "Look into it, move it away if it can go, and try again.")
    if found != ours:
        raise InputError(f"{path} was changed since it was installed.", "Move it away and try again.")


def _refuse_read_only(folder: Path) -> None:
    """Of the folder, or of what is there of the way to it."""
    there = next(f for f in (folder, *folder.parents) if f.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(f"The folder {there} cannot be written to.", "Check its permissions.")


def _remove_empty(folders: Iterator[Path] | tuple[Path, ...]) -> None:
    for folder in folders:
        with suppress(OSError):  # somebody else's file is in it, or it is gone
            folder.rmdir()
