"""A model gets a folder among the user's own, whole or not at all; and loses it again."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.folders import data_folder
from engine.models.manifest import MANIFEST_NAME, Manifest, dump_manifest
from engine.models.registry import AnyModel, InstalledModel, scan_models

_MOST_BYTES = 2**31
"""What ONNX itself allows in one file."""
_BLOCK_BYTES = 2**20
_counter = itertools.count()


def own_folder() -> Path:
    """Where `add` puts models and `remove` takes them from.  May not exist yet."""
    return data_folder() / "models"


def check_new(model_id: str) -> None:
    """Raises `InputError` when there is such a model already, whole or broken."""
    if _own(model_id) or (own_folder() / model_id).exists():
        raise InputError(
            f"There is a model called {model_id} already.",
            "Remove it first, or choose another id.",
            command=f"models remove {model_id}",
        )
    if any(model.manifest.id == model_id for model in scan_models().models):
        raise InputError(f"A model called {model_id} came along with melisma.", "Choose another id.")


@contextmanager
def new_folder() -> Iterator[Path]:
    """An empty folder beside the models, hidden from the registry, that goes away when the block ends.

    Raises `MelismaError` when the disk refuses, in the block too.
    """
    place = own_folder() / f".add-{os.getpid()}-{next(_counter)}"
    try:
        place.mkdir(parents=True)
        yield place
    except OSError as error:
        reason = error.strerror or str(error)
        raise MelismaError(f"{error.filename or place} could not be written: {reason}.", _DISK) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def settle(place: Path, manifest: Manifest) -> AnyModel:
    """Make `place` (from `new_folder`) the folder of `manifest`, which is written into it.

    Raises `InputError` when another has taken the name since.
    """
    dump_manifest(manifest, place / MANIFEST_NAME)
    folder = own_folder() / manifest.id
    check_new(manifest.id)
    place.rename(folder)
    return InstalledModel(manifest, folder)


def copy_in(source: Path, target: Path, go_on: Callable[[int, int], None]) -> None:
    """Copy the user's `source`; `go_on(done, total)` bytes may raise.

    Raises `InputError` when `source` is no file, empty, unreadable or larger than 2 GiB.
    """
    total = check_file(source)
    try:
        reader = source.open("rb")
    except OSError as error:
        raise InputError(f"{source} could not be opened: {error.strerror}.", "Check its permissions.") from error
    with reader, target.open("wb") as writer:
        done = 0
        while block := reader.read(_BLOCK_BYTES):
            done += len(block)
            go_on(done, total)
            if done > _MOST_BYTES:  # it grows as it is read
                raise InputError(f"{source} is larger than 2 GiB.", _OTHER)
            writer.write(block)


def check_file(source: Path) -> int:
    """Its size in bytes.  Raises `InputError` as `copy_in`."""
    if source.is_dir():
        raise InputError(f"{source} is a folder without {MANIFEST_NAME}.", "Name an .onnx file or a model's folder.")
    if not source.is_file():
        raise InputError(f"There is no file {source}.", "Check the path.")
    size = source.stat().st_size
    if not 0 < size <= _MOST_BYTES:
        fault = "is empty" if size == 0 else f"is {size / 2**30:.1f} GiB large; no model has more than 2"
        raise InputError(f"{source} {fault}.", _OTHER)
    return size


def remove_model(model_id: str) -> Path:
    """Delete one of the user's own models; the folder that is gone.

    Raises `InputError` when there is none of this id, or it came along with the program.
    """
    folder = _own(model_id)
    if folder is None:
        if any(model.manifest.id == model_id for model in scan_models().models):
            raise InputError(f"{model_id} came along with melisma and stays.", "Only what you added can be removed.")
        raise InputError(
            f"There is no model called {model_id}.", "Choose one that is installed.", command="models list"
        )
    try:
        if folder.is_symlink():  # what it points to is not ours
            folder.unlink()
            return folder
        # Out of sight in one step; what a crash leaves of the rest no one finds.
        gone = folder.with_name(f".remove-{os.getpid()}-{next(_counter)}")
        folder.rename(gone)
    except OSError as error:
        raise MelismaError(f"{folder} could not be removed: {error.strerror}.", "Check its permissions.") from error
    with suppress(OSError):
        shutil.rmtree(gone)
    return folder


def _own(model_id: str) -> Path | None:
    scan = scan_models([own_folder()])
    found = [model.folder for model in scan.models if model.manifest.id == model_id]
    return next(iter([*found, *(entry.folder for entry in scan.broken if entry.folder.name == model_id)]), None)


_OTHER = "Choose another file."
_DISK = "Check free space and permissions."
