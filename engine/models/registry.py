"""Which voices, separators and animators are installed, and whether their files are what their manifests say."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeAlias, TypeVar, cast, overload

from engine.errors import InputError, MelismaError
from engine.folders import data_folder, presets_folder
from engine.models.manifest import (
    MANIFEST_NAME,
    AnimatorManifest,
    Manifest,
    Role,
    SeparatorManifest,
    VoiceManifest,
    load_manifest,
)

_log = logging.getLogger(__name__)
ManifestT_co = TypeVar("ManifestT_co", bound=Manifest, covariant=True)


@dataclass(frozen=True)  # with slots, calling one of the aliases below fails in Python 3.11
class InstalledModel(Generic[ManifestT_co]):
    """A model and the folder it lies in."""

    manifest: ManifestT_co
    folder: Path

    def path(self, name: str) -> Path:
        """The file that the manifest lists as `name`.  Raises `MelismaError` when it lists none."""
        if name not in self.manifest.files:
            role, model_id = self.manifest.role, self.manifest.id
            raise MelismaError(f"The {role} {model_id} has no file {name}.", f"Install the {role} again.")
        return self.folder / name


AnyModel: TypeAlias = InstalledModel[Manifest]
InstalledVoice: TypeAlias = InstalledModel[VoiceManifest]
InstalledSeparator: TypeAlias = InstalledModel[SeparatorManifest]
InstalledAnimator: TypeAlias = InstalledModel[AnimatorManifest]


@dataclass(frozen=True, slots=True)
class BrokenModel:
    """A folder that looks like a model and cannot be used; `reason` says why."""

    folder: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything found: `models` by folder order, then by name; the first of a role is that role's default."""

    models: tuple[AnyModel, ...]
    broken: tuple[BrokenModel, ...]

    @property
    def voices(self) -> tuple[InstalledVoice, ...]:
        """The models that sing."""
        return tuple(cast(InstalledVoice, model) for model in self.models if model.manifest.role == "voice")

    @property
    def separators(self) -> tuple[InstalledSeparator, ...]:
        """The models that separate."""
        return tuple(cast(InstalledSeparator, model) for model in self.models if model.manifest.role == "separator")


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One file of a model: `state` is "ok", "missing", "changed" or "unreadable"."""

    name: str
    state: str


def default_folders() -> tuple[Path, ...]:
    """Where models lie: those that come along, then the user's own."""
    return presets_folder() / "models", data_folder() / "models"


def scan_models(folders: Sequence[Path] | None = None) -> Scan:
    """Look through `folders` (default: `default_folders()`); what cannot be read is kept apart, with the reason.

    Of two models with the same id the first counts.
    """
    models: dict[str, AnyModel] = {}
    broken: list[BrokenModel] = []
    for folder in default_folders() if folders is None else folders:
        for path in sorted(folder.glob(f"*/{MANIFEST_NAME}")):
            if path.parent.name.startswith("."):  # one that is being copied right now
                continue
            try:
                model = InstalledModel(load_manifest(path), path.parent)
            except MelismaError as error:
                _log.warning("%s", error.message)
                broken.append(BrokenModel(path.parent, error.message))
                continue
            models.setdefault(model.manifest.id, model)
    return Scan(tuple(models.values()), tuple(broken))


def list_models(folders: Sequence[Path] | None = None, role: Role | None = None) -> tuple[AnyModel, ...]:
    """The usable models, of one role or of all; the first of a role is its default."""
    return tuple(model for model in scan_models(folders).models if role in (None, model.manifest.role))


@overload
def find_model(
    model_id: str | None = None, folders: Sequence[Path] | None = None, role: Literal["voice"] = "voice"
) -> InstalledVoice: ...
@overload
def find_model(
    model_id: str | None = None, folders: Sequence[Path] | None = None, *, role: Literal["separator"]
) -> InstalledSeparator: ...
@overload
def find_model(
    model_id: str | None = None, folders: Sequence[Path] | None = None, *, role: Literal["animator"]
) -> InstalledAnimator: ...
@overload
def find_model(
    model_id: str | None = None, folders: Sequence[Path] | None = None, *, role: Role | None
) -> AnyModel: ...
def find_model(
    model_id: str | None = None, folders: Sequence[Path] | None = None, role: Role | None = "voice"
) -> AnyModel | InstalledVoice | InstalledSeparator | InstalledAnimator:
    """The model `model_id` of `role`, or the default of that role; with no role any model, by default a voice.

    Raises `InputError` for an id that is not installed or of another role, `MelismaError` when there is no
    model of this role at all or `model_id` is broken.
    """
    scan = scan_models(folders)
    usable = [model for model in scan.models if role in (None, model.manifest.role)]
    if model_id is None and usable:
        return min(usable, key=lambda model: model.manifest.role != "voice")
    for model in scan.models:
        if model.manifest.id == model_id:
            return _as_role(model, role, usable)
    broken = next((entry for entry in scan.broken if entry.folder.name == model_id), None)
    if broken is not None:
        raise MelismaError(broken.reason, f"Install the {role or 'model'} again.")
    if not usable:
        looked = default_folders() if folders is None else folders
        raise MelismaError(f"No {role or 'model'} is installed.", f"Put one into {' or '.join(map(str, looked))}.")
    raise InputError(f"There is no {role or 'model'} called {model_id}.", _installed(usable))


def find_singer(name: str | None = None, folders: Sequence[Path] | None = None) -> tuple[InstalledVoice, str | None]:
    """Who sings as `name`: a package's id, a speaker's name, or `package/speaker`; None: the default voice.

    Gives the package, and the speaker within it where one is named.  An id comes before a speaker of the same name;
    letters' case does not count for speakers.  Raises `InputError` for a name that nobody or several have, otherwise
    as `find_model`.
    """
    if name is None:
        return find_model(None, folders), None
    package, slash, speaker = name.rpartition("/")
    if slash:
        voice = find_model(package, folders)
        names = {known.casefold(): known for known in speaker_numbers(voice.manifest.settings)}
        if speaker.casefold() not in names:
            has = f"It has: {', '.join(names.values())}." if names else "It is one voice: leave the name after / out."
            raise InputError(f"The voice {package} has no speaker called {speaker}.", has)
        return voice, names[speaker.casefold()]
    scan = scan_models(folders)
    sung_by = [(voice, known) for voice in scan.voices for known in speaker_numbers(voice.manifest.settings)]
    found = [(voice, known) for voice, known in sung_by if known.casefold() == name.casefold()]
    known_id = any(model.manifest.id == name for model in scan.models)
    if known_id or not sung_by or (not found and any(entry.folder.name == name for entry in scan.broken)):
        return find_model(name, folders), None
    if not found:
        singers = dict.fromkeys([*(voice.manifest.id for voice in scan.voices), *(known for _, known in sung_by)])
        raise InputError(f"There is no voice called {name}.", f"Installed: {', '.join(singers)}.")
    if len(found) > 1:
        choices = ", ".join(f"{voice.manifest.id}/{known}" for voice, known in found)
        raise InputError(f"Several packages have a speaker called {name}.", f"Choose one of: {choices}.")
    return found[0]


def native_speaker(settings: Mapping[str, Any], language: str) -> str | None:
    """Who of a package's speakers sings `language` as her own, or the first; None in a voice of one."""
    speakers = speaker_numbers(settings)
    named = settings.get("voices", {}).get("native", {}).get(language)
    return named if named in speakers else next(iter(speakers), None)


def speaker_numbers(settings: Mapping[str, Any]) -> dict[str, int]:
    """Name of each speaker -> its number in a voice's `settings`; empty for a voice of one.

    Raises `MelismaError` for a list that is no such thing.
    """
    several = settings.get("voices")
    listed = several.get("speakers", {}) if isinstance(several, Mapping) else {}
    count = several.get("num_speakers") if isinstance(several, Mapping) else 0
    numbers: dict[str, Any] = dict(listed) if isinstance(listed, Mapping) else {"": None}
    if not all(type(number) is int and 0 <= number < (count or 0) for number in numbers.values()):
        raise MelismaError("The voice lists its speakers wrongly.", "Install the voice again.")
    return numbers


@overload
def open_model(folder: Path, role: Literal["voice"] = "voice") -> InstalledVoice: ...
@overload
def open_model(folder: Path, role: Literal["separator"]) -> InstalledSeparator: ...
@overload
def open_model(folder: Path, role: Literal["animator"]) -> InstalledAnimator: ...
@overload
def open_model(folder: Path, role: Role | None) -> AnyModel: ...
def open_model(folder: Path, role: Role | None = "voice") -> AnyModel | InstalledVoice | InstalledSeparator:
    """A model in a folder that need not be installed.

    Raises `MelismaError` when its manifest cannot be used, `InputError` when it is of another role.
    """
    return _as_role(InstalledModel(load_manifest(folder / MANIFEST_NAME), folder), role)


def _as_role(model: AnyModel, role: Role | None, usable: Sequence[AnyModel] = ()) -> AnyModel:
    """`model`, if it is of `role`.  Raises `InputError`; `usable` are those that would have been."""
    actual = model.manifest.role
    if role in (None, actual):
        return model
    message = f"{model.manifest.id} is {_a(actual)}, not {_a(role)}."
    raise InputError(message, _installed(usable) or f"Choose {_a(role)}.")


def _a(role: Role | None) -> str:
    return f"an {role}" if role == "animator" else f"a {role or 'model'}"


def verify(model: AnyModel) -> tuple[FileCheck, ...]:
    """Hash every file that the manifest lists, in its order."""
    return tuple(FileCheck(name, _state(model.folder / name, digest)) for name, digest in model.manifest.files.items())


def file_sha256(path: Path) -> str:
    """Lower-case hexadecimal digits.  Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _installed(models: Sequence[AnyModel]) -> str:
    return f"Installed: {', '.join(model.manifest.id for model in models)}." if models else ""


def _state(path: Path, digest: str) -> str:
    if not path.is_file():
        return "missing"
    try:
        return "ok" if file_sha256(path) == digest else "changed"
    except OSError:
        return "unreadable"
