"""The list of what we wrote into a DAW's folder; it lies there too, so that it is found whoever looks."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.errors import InputError

NAME = "melisma-files.json"
_FORMAT = "melisma-scripts"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files`: SHA-256 by path below the folder, with slashes.  `folders`: those below it that we made.

    `parents`: how many folders we made from the folder itself upwards.
    """

    melisma: str
    files: Mapping[str, str]
    folders: tuple[str, ...]
    parents: int

    def to_bytes(self) -> bytes:
        facts = {
            "format": _FORMAT,
            "version": 1,
            "melisma": self.melisma,
            "files": dict(sorted(self.files.items())),
            "folders": list(self.folders),
            "parents": self.parents,
        }
        return (json.dumps(facts, indent=1) + "\n").encode("utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """None where we never installed.  Raises `InputError` for a list that cannot be ours."""
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        facts = json.loads(path.read_bytes())
        if facts["format"] != _FORMAT or facts["version"] != 1:
            raise ValueError("another format")
        files = {_below(name): _sha256(value) for name, value in facts["files"].items()}
        folders = tuple(_below(name) for name in facts["folders"])
        return Manifest(str(facts["melisma"]), files, folders, min(3, max(0, int(facts["parents"]))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"The list {path} cannot be used: {error}.", f"Look through {folder} by hand.") from error


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _below(name: object) -> str:
    """Nothing outside the folder, whoever wrote the list."""
    text = str(name)
    path = PurePosixPath(text)
    if not path.parts or path.is_absolute() or ".." in path.parts or re.search(r"[\\:\0]", text):
        raise ValueError(f"{text!r} leaves the folder")
    return text


def _sha256(value: object) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", str(value)):
        raise ValueError("a checksum that is none")
    return str(value)
