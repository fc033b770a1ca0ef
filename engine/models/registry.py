"""Which voices are installed, and whether their files are what their manifests say."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.folders import data_folder, presets_folder
from engine.models.manifest import MANIFEST_NAME, VoiceManifest, load_manifest

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A voice and the folder it lies in."""

    manifest: VoiceManifest
    folder: Path

    def path(self, name: str) -> Path:
        """The file that the manifest lists as `name`.  Raises `MelismaError` when it lists none."""
        if name not in self.manifest.files:
            raise MelismaError(f"The voice {self.manifest.id} has no file {name}.", "Install the voice again.")
        return self.folder / name


@dataclass(frozen=True, slots=True)
class BrokenModel:
    """A folder that looks like a voice and cannot be used; `reason` says why."""

    folder: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything found: `models` by folder order, then by name; the first is the default voice."""

    models: tuple[InstalledModel, ...]
    broken: tuple[BrokenModel, ...]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One file of a voice: `state` is "ok", "missing", "changed" or "unreadable"."""

    name: str
    state: str


def default_folders() -> tuple[Path, ...]:
    """Where voices lie: those that come along, then the user's own."""
    return presets_folder() / "models", data_folder() / "models"


def scan_models(folders: Sequence[Path] | None = None) -> Scan:
    """Look through `folders` (default: `default_folders()`); what cannot be read is kept apart, with the reason.

    Of two voices with the same id the first counts.
    """
    models: dict[str, InstalledModel] = {}
    broken: list[BrokenModel] = []
    for folder in default_folders() if folders is None else folders:
        for path in sorted(folder.glob(f"*/{MANIFEST_NAME}")):
            try:
                model = InstalledModel(load_manifest(path), path.parent)
            except MelismaError as error:
                _log.warning("%s", error.message)
                broken.append(BrokenModel(path.parent, error.message))
                continue
            models.setdefault(model.manifest.id, model)
    return Scan(tuple(models.values()), tuple(broken))


def list_models(folders: Sequence[Path] | None = None) -> tuple[InstalledModel, ...]:
    """The usable voices; the first is the default."""
    return scan_models(folders).models


def find_model(model_id: str | None = None, folders: Sequence[Path] | None = None) -> InstalledModel:
    """The voice `model_id`, or the default voice.

    Raises `InputError` for an id that is not installed, `MelismaError` when there is no voice at all.
    """
    scan = scan_models(folders)
    for model in scan.models:
        if model_id in (None, model.manifest.id):
            return model
    if not scan.models:
        looked = default_folders() if folders is None else folders
        raise MelismaError("No voice is installed.", f"Put one into {' or '.join(map(str, looked))}.")
    broken = next((entry for entry in scan.broken if entry.folder.name == model_id), None)
    if broken is not None:
        raise MelismaError(broken.reason, "Install the voice again.")
    known = ", ".join(model.manifest.id for model in scan.models)
    raise InputError(f"There is no voice called {model_id}.", f"Installed: {known}.")


def verify(model: InstalledModel) -> tuple[FileCheck, ...]:
    """Hash every file that the manifest lists, in its order."""
    return tuple(FileCheck(name, _state(model.folder / name, digest)) for name, digest in model.manifest.files.items())


def file_sha256(path: Path) -> str:
    """Lower-case hexadecimal digits.  Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path, digest: str) -> str:
    if not path.is_file():
        return "missing"
    try:
        return "ok" if file_sha256(path) == digest else "changed"
    except OSError:
        return "unreadable"
