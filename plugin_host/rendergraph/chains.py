"""Effect chains: small TOML files, ours in `presets/chains`, the user's in the data folder, where equal ids win."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.folders import data_folder, presets_folder
from plugin_host.rendergraph.effects import EFFECTS, Effect

_TOP = {"name", "about", "effect"}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class EffectSettings:
    """One effect of a chain, with a value for every parameter that it has."""

    effect: str
    values: Mapping[str, float]
    bypass: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """`id` is the file's name without `.toml`.  `yours`: out of the user's folder."""

    id: str
    name: str
    about: str
    effects: tuple[EffectSettings, ...]
    path: Path | None = None
    yours: bool = False

    @property
    def active(self) -> tuple[EffectSettings, ...]:
        """Without what is bypassed."""
        return tuple(effect for effect in self.effects if not effect.bypass)


def user_chains_folder() -> Path:
    """Where the user's own chains lie.  May not exist."""
    return data_folder() / "chains"


def list_chains() -> tuple[tuple[Chain, ...], tuple[InputError, ...]]:
    """Every chain by ascending id, and what is wrong with the user's files that cannot be read."""
    chains: list[Chain] = []
    problems: list[InputError] = []
    for path, yours in chain_files().values():
        try:
            chains.append(load_chain(path, yours))
        except InputError as error:
            problems.append(error)
    return tuple(sorted(chains, key=lambda chain: chain.id)), tuple(problems)


def find_chain(name: str) -> Chain:
    """The chain with this id, or the file that ends in `.toml`.  Raises `InputError`."""
    if name.lower().endswith(".toml"):
        return load_chain(Path(name), yours=True)
    files = chain_files()
    if name not in files:
        raise InputError(f"There is no chain {name!r}.", f"There are: {', '.join(sorted(files))}.")
    return load_chain(*files[name])


def load_chain(path: Path, yours: bool = False) -> Chain:
    """Read one file, strictly.  Raises `InputError` in one sentence that names the file and the place in it."""
    try:
        return parse_chain(tomllib.loads(path.read_bytes().decode("utf-8")), path.stem, path, yours)
    except OSError as error:
        raise InputError(f"The chain {path} could not be read: {error.strerror}.", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"The chain {path} is not valid TOML: {error}.", "Mend that place.") from error
    except (ValueError, OverflowError, RecursionError) as error:
        what = f"The chain {path} has a number of too many digits, or lists in lists without end."
        raise InputError(what, "Mend that place.") from error


def parse_chain(data: Mapping[str, Any], chain_id: str, path: Path | None = None, yours: bool = False) -> Chain:
    """A chain out of what a TOML file holds.  Raises `InputError`."""
    where = str(path or chain_id)
    if not _ID.fullmatch(chain_id):
        raise InputError(
            f"The chain {where} has a name that cannot be typed.", "Use small letters, digits, - and _ for the file."
        )
    if unknown := set(data) - _TOP:
        raise InputError(
            f"{where} has {_listed(unknown)}, which no chain has.", f"Chains have: {', '.join(sorted(_TOP))}."
        )
    texts = {key: data.get(key, "") for key in ("name", "about")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise InputError(f"In {where} the name or the description is no text.", "Put it between quotation marks.")
    rows = data.get("effect", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"In {where} the effects are not a list.", "Begin each of them with a line [[effect]].")
    effects = tuple(parse_effect(row, f"{where}, effect {number}") for number, row in enumerate(rows, start=1))
    return Chain(chain_id, texts["name"] or chain_id, texts["about"], effects, path, yours)


def parse_effect(row: Mapping[str, Any], where: str) -> EffectSettings:
    """`row` has `type`, may have `bypass` and any of the effect's parameters.  Raises `InputError`."""
    name = row.get("type")
    if not isinstance(name, str) or name not in EFFECTS:
        said = f"type = {name!r}, which is no effect" if "type" in row else "no type"
        raise InputError(f"{where} has {said}.", f"Effects are: {', '.join(EFFECTS)}.")
    bypass = row.get("bypass", False)
    if not isinstance(bypass, bool):
        raise InputError(f"{where} ({name}) has bypass = {bypass!r}.", "Write true or false.")
    effect = EFFECTS[name]
    if unknown := set(row) - set(effect.by_name) - {"type", "bypass"}:
        raise InputError(
            f"{where} ({name}) has no parameter {_listed(unknown)}.", f"It has: {', '.join(effect.by_name)}."
        )
    given = {key: value for key, value in row.items() if key in effect.by_name}
    values = {parameter.name: parameter.default for parameter in effect.parameters}
    values |= {key: check_value(effect, key, value, where) for key, value in given.items()}
    return EffectSettings(name, values, bypass)


def check_value(effect: Effect, key: str, value: object, where: str) -> float:
    """`value` as a number that the parameter `key` of `effect` allows.  Raises `InputError`."""
    parameter = effect.by_name[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{where} ({effect.name}) has {key} = {value!r}, which is no number.", "Write a number.")
    if not parameter.allows(value):  # not a number, too, is not between any two
        raise InputError(f"{where} ({effect.name}) has {key} = {value:g}.", f"It may be {parameter.range_text}.")
    return float(value)


def chain_files() -> dict[str, tuple[Path, bool]]:
    """Path, and whether it is the user's, by id; the user's win."""
    ours = {path.stem: (path, False) for path in sorted((presets_folder() / "chains").glob("*.toml"))}
    folder = user_chains_folder()
    theirs = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    # What begins with a dot is still being written.
    return ours | {path.stem: (path, True) for path in theirs if not path.name.startswith(".")}


def _listed(names: set[str]) -> str:
    return " and ".join(repr(name) for name in sorted(names))
