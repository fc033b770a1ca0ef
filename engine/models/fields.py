"""The fields of a manifest, each checked as it comes out of JSON.  All raise `ValueError` that names the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def as_id(words: str, otherwise: str) -> str:
    """`words` (a file's or folder's name) as an id; `otherwise` when nothing of them can be in one."""
    return re.sub(r"[^a-z0-9._-]+", "-", words.lower()).strip("-._") or otherwise


def check_names(data: Mapping[str, Any], known: list[str]) -> None:
    """`data` has all the fields `known` and no others."""
    for words, names in (
        ("unknown", sorted(data.keys() - set(known))),
        ("missing", [name for name in known if name not in data]),
    ):
        if names:
            raise ValueError(f"{words} {', '.join(names)}")


def text(field: str, value: object) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{field} must be a text that is not empty, not {value!r}")
    return value


def matching(field: str, value: object, pattern: re.Pattern[str]) -> str:
    """A text that `pattern` matches as a whole."""
    found = text(field, value)
    if not pattern.fullmatch(found):
        raise ValueError(f"{field} must match {pattern.pattern}, not {found!r}")
    return found


def positive(field: str, value: object) -> int:
    """A whole number above 0."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{field} must be a whole number above 0, not {value!r}")
    return value


def mapping(field: str, value: object) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise ValueError(f"{field} must be an object, not {value!r}")
    return dict(value)


def frozen(field: str, value: object) -> Mapping[str, Any]:
    """A JSON object that nobody changes."""
    return MappingProxyType(mapping(field, value))


def languages(value: object) -> tuple[str, ...]:
    """IETF tags, at least one."""
    if not isinstance(value, list) or not value:
        raise ValueError(f"languages must be a list that is not empty, not {value!r}")
    return tuple(text("languages", tag) for tag in value)


def key_range(value: object) -> tuple[int, int]:
    """Lowest and highest MIDI key."""
    match value:
        case [int(low), int(high)] if 0 <= low <= high <= 127:
            return low, high
    raise ValueError(f"key_range must be [lowest, highest] MIDI key, not {value!r}")


def files(value: object) -> Mapping[str, str]:
    """sha256 by name; no name leads out of the model's folder."""
    found = mapping("files", value)
    for name, digest in found.items():
        path = PurePosixPath(name)
        # A model from elsewhere must not reach out of its own folder.  Backslash and colon count on Windows.
        inside = not path.is_absolute() and ".." not in path.parts and str(path) == name != "."
        if not inside or "\\" in name or ":" in name:
            raise ValueError(f"files names {name!r}, which is no plain path inside the model's folder")
        matching(f"files[{name}]", digest, _SHA256)
    return MappingProxyType(found)
