"""The facts of a model: a frozen value, read once and checked whole.

On disk it is `manifest.json` in the model's folder.  Every field is required, and none may be added: a model
that states what this program does not know is from a newer one, and guessing would make it sound wrong.
A manifest with the field `stem` is a separator's, one with `fps` an animator's, any other a voice's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, NewType, TypeAlias, cast

from engine.errors import MelismaError
from engine.files import write_bytes_whole
from engine.models import fields as checked

MANIFEST_NAME = "manifest.json"
ModelId = NewType("ModelId", str)
Role = Literal["voice", "separator", "animator"]
ROLES: tuple[Role, ...] = ("voice", "separator", "animator")
Stem = Literal["vocals", "instrumental"]
STEMS: tuple[Stem, ...] = ("vocals", "instrumental")


@dataclass(frozen=True, slots=True)
class VoiceManifest:
    """What a voice states about itself.

    `id`: lower-case letters, digits, `.`, `_` and `-`.  `name`: for people.  `kind`: which builder makes it sing.
    `version`: of the voice.  `languages`: IETF tags, the first is the default.  `sample_rate` in Hz; `hop_length`
    in samples per frame.  `key_range`: lowest and highest MIDI key it sings well.  `licence`: an SPDX expression.
    `files`: sha256 of every file, by its name relative to the folder.  `settings`: for the builder alone.
    """

    id: ModelId
    name: str
    kind: str
    version: str
    languages: tuple[str, ...]
    sample_rate: int
    hop_length: int
    key_range: tuple[int, int]
    licence: str
    files: Mapping[str, str]
    settings: Mapping[str, Any]

    @property
    def role(self) -> Role:
        """What it is for."""
        return "voice"

    def as_dict(self) -> dict[str, Any]:
        """Plain lists and dictionaries, as in the file."""
        return _plain(self) | {"languages": list(self.languages), "key_range": list(self.key_range)}


@dataclass(frozen=True, slots=True)
class SeparatorManifest:
    """What a separator states about itself.

    `stem`: what its networks give.  `sample_rate` in Hz; `hop_length` in samples per frame.  The rest as with a
    voice.  `settings` may state `bandwidth_hz`, above which the stem is silent.
    """

    id: ModelId
    name: str
    kind: str
    version: str
    stem: Stem
    sample_rate: int
    hop_length: int
    licence: str
    files: Mapping[str, str]
    settings: Mapping[str, Any]

    @property
    def role(self) -> Role:
        """What it is for."""
        return "separator"

    @property
    def bandwidth_hz(self) -> float:
        """The highest frequency of the stem, in Hz."""
        stated = self.settings.get("bandwidth_hz")
        half = self.sample_rate / 2
        return min(float(stated), half) if isinstance(stated, int | float) and stated > 0 else half

    def as_dict(self) -> dict[str, Any]:
        """Plain lists and dictionaries, as in the file."""
        return _plain(self)


@dataclass(frozen=True, slots=True)
class AnimatorManifest:
    """What a model that moves faces to a vocal states about itself.

    `fps`: pictures per second that it knows.  `sample_rate` in Hz: of the vocal it hears.  The rest as with a voice.
    """

    id: ModelId
    name: str
    kind: str
    version: str
    fps: int
    sample_rate: int
    licence: str
    files: Mapping[str, str]
    settings: Mapping[str, Any]

    @property
    def role(self) -> Role:
        """What it is for."""
        return "animator"

    def as_dict(self) -> dict[str, Any]:
        """Plain lists and dictionaries, as in the file."""
        return _plain(self)


Manifest: TypeAlias = VoiceManifest | SeparatorManifest | AnimatorManifest


def load_manifest(path: Path) -> Manifest:
    """Read `path`.  Raises `MelismaError` that names the file and what is wrong in it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MelismaError(f"{path} could not be opened: {error.strerror}.", "Install the model again.") from error
    except ValueError as error:  # broken UTF-8 or JSON
        raise MelismaError(f"{path} is not valid JSON: {error}.", "Install the model again.") from error
    try:
        return parse_manifest(data)
    except ValueError as error:
        raise MelismaError(f"{path} is not a usable manifest: {error}.", "Install the model again.") from error


def dump_manifest(manifest: Manifest, path: Path) -> None:
    """Write `manifest` to `path`, whole or not at all."""
    text = json.dumps(manifest.as_dict(), indent=2, ensure_ascii=False) + "\n"
    write_bytes_whole(path, text.encode())


def parse_manifest(data: object) -> Manifest:
    """Check and freeze what came out of JSON.  Raises `ValueError` that names the first wrong field."""
    if not isinstance(data, dict):
        raise ValueError("it is not an object")
    if "stem" in data:
        return _parse_separator(data)
    return _parse_animator(data) if "fps" in data else _parse_voice(data)


def _parse_voice(data: Mapping[str, Any]) -> VoiceManifest:
    checked.check_names(data, [field.name for field in fields(VoiceManifest)])
    return VoiceManifest(
        id=ModelId(checked.matching("id", data["id"], checked.ID)),
        name=checked.text("name", data["name"]),
        kind=checked.matching("kind", data["kind"], checked.ID),
        version=checked.text("version", data["version"]),
        languages=checked.languages(data["languages"]),
        sample_rate=checked.positive("sample_rate", data["sample_rate"]),
        hop_length=checked.positive("hop_length", data["hop_length"]),
        key_range=checked.key_range(data["key_range"]),
        licence=checked.text("licence", data["licence"]),
        files=checked.files(data["files"]),
        settings=checked.frozen("settings", data["settings"]),
    )


def _parse_separator(data: Mapping[str, Any]) -> SeparatorManifest:
    checked.check_names(data, [field.name for field in fields(SeparatorManifest)])
    if data["stem"] not in STEMS:
        raise ValueError(f"stem must be one of {', '.join(STEMS)}, not {data['stem']!r}")
    return SeparatorManifest(
        id=ModelId(checked.matching("id", data["id"], checked.ID)),
        name=checked.text("name", data["name"]),
        kind=checked.matching("kind", data["kind"], checked.ID),
        version=checked.text("version", data["version"]),
        stem=cast(Stem, data["stem"]),
        sample_rate=checked.positive("sample_rate", data["sample_rate"]),
        hop_length=checked.positive("hop_length", data["hop_length"]),
        licence=checked.text("licence", data["licence"]),
        files=checked.files(data["files"]),
        settings=checked.frozen("settings", data["settings"]),
    )


def _parse_animator(data: Mapping[str, Any]) -> AnimatorManifest:
    checked.check_names(data, [field.name for field in fields(AnimatorManifest)])
    return AnimatorManifest(
        id=ModelId(checked.matching("id", data["id"], checked.ID)),
        name=checked.text("name", data["name"]),
        kind=checked.matching("kind", data["kind"], checked.ID),
        version=checked.text("version", data["version"]),
        fps=checked.positive("fps", data["fps"]),
        sample_rate=checked.positive("sample_rate", data["sample_rate"]),
        licence=checked.text("licence", data["licence"]),
        files=checked.files(data["files"]),
        settings=checked.frozen("settings", data["settings"]),
    )


def _plain(manifest: Manifest) -> dict[str, Any]:
    plain = {field.name: getattr(manifest, field.name) for field in fields(manifest)}
    return plain | {"files": dict(manifest.files), "settings": dict(manifest.settings)}
