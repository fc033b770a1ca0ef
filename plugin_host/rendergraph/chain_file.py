"""Chains written to files: what `load_chain` reads back is equal to what was written."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from dataclasses import replace
from pathlib import Path

from engine.errors import MelismaError
from engine.files import make_folder, write_bytes_whole
from plugin_host.rendergraph.chains import Chain, EffectSettings, chain_files, parse_chain, user_chains_folder

_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 60
_NAMELESS = "chain"
# No file can be called so on Windows, whatever comes behind the dot.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}


def write_chain(chain: Chain, path: Path) -> Chain:
    """Write `chain` to `path`, whole or not at all, and give it as it is read there: the user's.  Links stay links.

    Raises `InputError` for a value that no file may have, and as `engine.files.write_bytes_whole`.
    """
    text = chain_text(chain)
    read = parse_chain(tomllib.loads(text), path.stem, path, yours=True)
    write_bytes_whole(path.resolve(), text.encode())
    return read


def keep_as(chain: Chain, name: str) -> Chain:
    """`chain` as a new one of the user's called `name`, under an id that nothing has.  Raises as `write_chain`."""
    make_folder(user_chains_folder())
    path = _own_place(name)
    try:
        return write_chain(replace(chain, name=name), path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _own_place(name: str) -> Path:
    """A file that is there from now on, so that nobody else who saves at the same time gets its id."""
    while True:
        path = user_chains_folder() / f"{chain_id_for(name)}.toml"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        except OSError as error:
            what = f"{path} could not be written: {error.strerror or error}."
            raise MelismaError(what, "Check free space and permissions.") from error
        return path


def chain_id_for(name: str) -> str:
    """The id that a new chain called `name` gets: small letters and digits, numbered where that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    wanted = _BETWEEN_WORDS.sub("-", plain).strip("-")[:_LONGEST_ID].strip("-") or _NAMELESS
    taken = {taken_id.lower() for taken_id in chain_files()} | _DEVICES
    chain_id, number = wanted, 2
    while chain_id in taken:
        chain_id, number = f"{wanted}-{number}", number + 1
    return chain_id


def chain_text(chain: Chain) -> str:
    """The file's text.  Every value stands in it: another default some day changes nobody's sound."""
    head = [f"name = {_quoted(chain.name)}"]
    if chain.about:
        head.append(f"about = {_quoted(chain.about)}")
    return "\n".join([*head, *(line for settings in chain.effects for line in _effect_lines(settings))]) + "\n"


def _effect_lines(settings: EffectSettings) -> list[str]:
    bypassed = ["bypass = true"] if settings.bypass else []
    values = [f"{key} = {_number(value)}" for key, value in settings.values.items()]
    return ["", "[[effect]]", f"type = {_quoted(settings.effect)}", *bypassed, *values]


def _quoted(text: str) -> str:
    """JSON's escapes are TOML's, but for one sign that only TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(value: float) -> str:
    """The shortest that is read back as the same number."""
    return str(int(value)) if value.is_integer() else repr(value)
