"""The facts of a voice: a frozen value, read once and checked whole.

On disk it is `manifest.json` in the voice's folder.  Every field is required, and none may be added: a voice
that states what this program does not know is from a newer one, and guessing would sing it wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NewType

from engine.errors import MelismaError
from engine.files import write_bytes_whole

MANIFEST_NAME = "manifest.json"
ModelId = NewType("ModelId", str)

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


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

    def as_dict(self) -> dict[str, Any]:
        """Plain lists and dictionaries, as in the file."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {
            "languages": list(self.languages),
            "key_range": list(self.key_range),
            "files": dict(self.files),
            "settings": dict(self.settings),
        }


def load_manifest(path: Path) -> VoiceManifest:
    """Read `path`.  Raises `MelismaError` that names the file and what is wrong in it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MelismaError(f"{path} could not be opened: {error.strerror}.", "Install the voice again.") from error
    except ValueError as error:  # broken UTF-8 or JSON
        raise MelismaError(f"{path} is not valid JSON: {error}.", "Install the voice again.") from error
    try:
        return parse_manifest(data)
    except ValueError as error:
        raise MelismaError(f"{path} is not a usable manifest: {error}.", "Install the voice again.") from error


def dump_manifest(manifest: VoiceManifest, path: Path) -> None:
    """Write `manifest` to `path`, whole or not at all."""
    text = json.dumps(manifest.as_dict(), indent=2, ensure_ascii=False) + "\n"
    write_bytes_whole(path, text.encode())


def parse_manifest(data: object) -> VoiceManifest:
    """Check and freeze what came out of JSON.  Raises `ValueError` that names the first wrong field."""
    if not isinstance(data, dict):
        raise ValueError("it is not an object")
    known = [field.name for field in fields(VoiceManifest)]
    for words, names in (
        ("unknown", sorted(data.keys() - set(known))),
        ("missing", [k for k in known if k not in data]),
    ):
        if names:
            raise ValueError(f"{words} {', '.join(names)}")
    return VoiceManifest(
        id=ModelId(_matching("id", data["id"], _ID)),
        name=_text("name", data["name"]),
        kind=_matching("kind", data["kind"], _ID),
        version=_text("version", data["version"]),
        languages=_languages(data["languages"]),
        sample_rate=_positive("sample_rate", data["sample_rate"]),
        hop_length=_positive("hop_length", data["hop_length"]),
        key_range=_key_range(data["key_range"]),
        licence=_text("licence", data["licence"]),
        files=_files(data["files"]),
        settings=MappingProxyType(_object("settings", data["settings"])),
    )


def _text(field: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{field} must be a text that is not empty, not {value!r}")
    return value


def _matching(field: str, value: object, pattern: re.Pattern[str]) -> str:
    text = _text(field, value)
    if not pattern.fullmatch(text):
        raise ValueError(f"{field} must match {pattern.pattern}, not {text!r}")
    return text


def _positive(field: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{field} must be a whole number above 0, not {value!r}")
    return value


def _object(field: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{field} must be an object, not {value!r}")
    return dict(value)


def _languages(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"languages must be a list that is not empty, not {value!r}")
    return tuple(_text("languages", tag) for tag in value)


def _key_range(value: object) -> tuple[int, int]:
    match value:
        case [int(low), int(high)] if 0 <= low <= high <= 127:
            return low, high
    raise ValueError(f"key_range must be [lowest, highest] MIDI key, not {value!r}")


def _files(value: object) -> Mapping[str, str]:
    files = _object("files", value)
    for name, digest in files.items():
        path = PurePosixPath(name)
        # A voice from elsewhere must not reach out of its own folder.  Backslash and colon count on Windows.
        inside = not path.is_absolute() and ".." not in path.parts and str(path) == name != "."
        if not inside or "\\" in name or ":" in name:
            raise ValueError(f"files names {name!r}, which is no plain path inside the voice's folder")
        _matching(f"files[{name}]", digest, _SHA256)
    return MappingProxyType(files)
