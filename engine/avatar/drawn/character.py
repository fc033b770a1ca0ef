"""Who a drawn character is: shapes and colours, no pixels; kept as JSON.

A file is one object: `melisma_character` says the version, all else may be left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from engine.avatar.drawn.colours import is_colour
from engine.errors import InputError
from engine.files import write_bytes_whole

HAIR = (
    "bald", "buzz", "crop", "parted", "quiff", "undercut", "pixie", "bob", "long", "wavy", "ponytail", "bun", "curly",
    "afro", "braids", "beanie", "hijab",
)  # fmt: skip
GLASSES = ("none", "round", "square", "cat")
BEARDS = ("none", "stubble", "moustache", "goatee", "full")
EARRINGS = ("none", "studs", "hoops", "drops")
CLOTHING = ("tee", "shirt", "hoodie", "turtleneck", "jacket", "top", "overalls")
MAX_NAME = 40
VERSION = 1
_MARK = "melisma_character"
_MOST_BYTES = 100_000


def _number(default: float = 0.5, low: float = 0.0, high: float = 1.0) -> float:
    return field(default=default, metadata={"kind": "number", "low": low, "high": high})


def _colour(default: str) -> str:
    return field(default=default, metadata={"kind": "colour"})


def _choice(default: str, choices: tuple[str, ...]) -> str:
    return field(default=default, metadata={"kind": "choice", "choices": choices})


@dataclass(frozen=True)
class Character:
    """Numbers are 0 to 1 where nothing else is said, and 0.5 is an average person.

    Colours are texts like `#e0a080`.  Raises `ValueError`, in words for people, for what cannot be drawn.
    """

    name: str = field(default="Somebody", metadata={"kind": "name"})
    skin: str = _colour("#e8b490")
    head_width: float = _number()
    head_length: float = _number()
    jaw: float = _number()  # narrow to square
    chin: float = _number()  # pointed to broad
    cheeks: float = _number()
    ears: float = _number()
    eye_size: float = _number()
    eye_distance: float = _number()
    eye_height: float = _number()  # low, as children's are, to high
    eye_tilt: float = _number(0.3)  # outer corners down to up
    eye_roundness: float = _number()
    eye_colour: str = _colour("#6b4a2f")
    lashes: float = _number(0.4)
    lid_colour: str = _colour("#b07a66")
    lid_makeup: float = _number(0.0)
    brow_colour: str = _colour("#4a3326")
    brow_thickness: float = _number()
    brow_arch: float = _number()
    nose_width: float = _number()
    nose_length: float = _number()
    mouth_width: float = _number()
    lip_colour: str = _colour("#c9776a")
    lip_fullness: float = _number()
    cheer: float = _number(0.6)  # how far the corners of the mouth rise at rest
    hair: str = _choice("crop", HAIR)
    hair_colour: str = _colour("#4a3326")
    hair_volume: float = _number()
    cover_colour: str = _colour("#4f7c8a")  # hat, scarf or hair band
    glasses: str = _choice("none", GLASSES)
    glasses_colour: str = _colour("#3a3036")
    beard: str = _choice("none", BEARDS)
    beard_colour: str = _colour("#4a3326")
    freckles: float = _number(0.0)
    blush: float = _number(0.3)
    wrinkles: float = _number(0.0)
    earrings: str = _choice("none", EARRINGS)
    earring_colour: str = _colour("#e3b94f")
    clothing: str = _choice("tee", CLOTHING)
    clothing_colour: str = _colour("#3f6f8f")
    clothing_accent: str = _colour("#f2e6d0")
    build: float = _number()  # slender to broad shoulders
    shading: float = _number(0.6)  # flat cartoon to soft light
    light: float = _number(-0.5, -1.0, 1.0)  # from the picture's left to its right

    def __post_init__(self) -> None:
        for one in fields(self):
            _check(one.name, getattr(self, one.name), one.metadata)


def _check(name: str, value: object, allowed: Mapping[str, Any]) -> None:
    kind = allowed["kind"]
    if kind == "number":
        low, high = allowed["low"], allowed["high"]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"{name} must be a number from {low:g} to {high:g}")
    elif not isinstance(value, str):
        raise ValueError(f"{name} must be a text")
    elif kind == "colour" and not is_colour(value):
        raise ValueError(f"{name} must be a colour like #e0a080")
    elif kind == "choice" and value not in allowed["choices"]:
        raise ValueError(f"{name} must be one of {', '.join(allowed['choices'])}")
    elif kind == "name" and not 0 < len(value.strip()) <= MAX_NAME:
        raise ValueError(f"{name} must have 1 to {MAX_NAME} letters")


def load_character(path: Path) -> Character:
    """Read a character.  Raises `InputError` for a file that is none, or says what cannot be drawn."""
    hint = "Choose one of the bundled characters, or mend the file."
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} is too large for a character.", hint)
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.", hint) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON.", hint) from error
    try:
        return _described(data)
    except ValueError as error:
        raise InputError(f"{path} is not a character that can be drawn: {error}.", hint) from error


def save_character(path: Path, character: Character) -> None:
    """Write a character, whole or not at all.  Raises as `engine.files.written_whole`."""
    data = {_MARK: VERSION, **asdict(character)}
    write_bytes_whole(path, (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode())


def _described(data: Any) -> Character:
    if not isinstance(data, dict) or _MARK not in data:
        raise ValueError(f"it has no {_MARK}")
    if data[_MARK] != VERSION:
        raise ValueError(f"its version is {data[_MARK]!r}, and {VERSION} is known")
    said = {name: value for name, value in data.items() if name != _MARK}
    unknown = sorted(set(said) - {one.name for one in fields(Character)})
    if unknown:
        raise ValueError(f"nothing is known of {', '.join(unknown)[:80]}")
    return Character(**said)
