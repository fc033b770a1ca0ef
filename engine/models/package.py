"""A model as it travels: a folder, or a zip of one, with a manifest and the files that this lists."""

from __future__ import annotations

import lzma
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.models.add import check_new, copy_in, new_folder, settle
from engine.models.manifest import MANIFEST_NAME, Manifest, load_manifest
from engine.models.registry import AnyModel, InstalledModel, verify

_MOST_MANIFEST_BYTES = 2**22
_MOST_BYTES = 2**32
"""Unpacked.  A zip of a few kilobytes can claim to hold any number of terabytes."""

GoOn = Callable[[int, int], None]


def is_package(path: Path) -> bool:
    """Whether `path` is a folder with a manifest, or a zip."""
    return (path / MANIFEST_NAME).is_file() or (path.is_file() and path.suffix.lower() == ".zip")


def install_package(path: Path, go_on: GoOn) -> AnyModel:
    """Copy the manifest's files, check each against its sha256, and install; `go_on(done, total)` files may raise.

    Nothing else of a package is taken.  Raises `InputError` when it is not whole or its id is taken.
    """
    with new_folder() as place:
        if path.is_dir():
            manifest = _manifest(path / MANIFEST_NAME, path)
            _copy_folder(path, place, manifest, go_on)
        else:
            with _opened(path) as archive:
                manifest = _unpack(archive, path, place, go_on)
        bad = [check.name for check in verify(InstalledModel(manifest, place)) if check.state != "ok"]
        if bad:
            raise InputError(f"{path} is not whole: {', '.join(bad)} differs from its checksum.", "Fetch it again.")
        return settle(place, manifest)


def _manifest(file: Path, package: Path) -> Manifest:
    try:
        manifest = load_manifest(file)
    except MelismaError as error:
        reason = error.message.replace(str(file), MANIFEST_NAME)
        raise InputError(f"{package} cannot be added: {reason}", "Fetch it again, or choose another.") from error
    check_new(manifest.id)
    return manifest


def _copy_folder(source: Path, place: Path, manifest: Manifest, go_on: GoOn) -> None:
    for done, name in enumerate(manifest.files):
        go_on(done, len(manifest.files))
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        copy_in(source / name, place / name, lambda *_: None)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Everything that a broken or locked zip raises, in the block too, becomes one sentence."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, RuntimeError, zlib.error, lzma.LZMAError) as error:
        raise InputError(f"{path} could not be unpacked: {error}.", "Fetch it again.") from error


def _unpack(archive: zipfile.ZipFile, path: Path, place: Path, go_on: GoOn) -> Manifest:
    """The manifest lies at the top, or in the one folder there."""
    found = [name for name in archive.namelist() if name.split("/")[-1] == MANIFEST_NAME and name.count("/") <= 1]
    if len(found) != 1:
        raise InputError(f"{path} holds {len(found) or 'no'} {MANIFEST_NAME}, where one is needed.", "Choose another.")
    top = found[0].removesuffix(MANIFEST_NAME)
    if archive.getinfo(found[0]).file_size > _MOST_MANIFEST_BYTES:
        raise InputError(f"The {MANIFEST_NAME} of {path} is too large.", "Choose another.")
    (place / MANIFEST_NAME).write_bytes(archive.read(found[0]))
    manifest = _manifest(place / MANIFEST_NAME, path)
    missing = [name for name in manifest.files if top + name not in archive.NameToInfo]
    if missing:
        raise InputError(f"{path} is not whole: {', '.join(missing)} is missing.", "Fetch it again.")
    if sum(archive.getinfo(top + name).file_size for name in manifest.files) > _MOST_BYTES:
        raise InputError(f"{path} unpacks to more than 4 GiB.", "Choose another.")
    for done, name in enumerate(manifest.files):
        go_on(done, len(manifest.files))
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        # `zipfile` reads no more than the size that was checked.
        with archive.open(top + name) as packed, (place / name).open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
    return manifest
