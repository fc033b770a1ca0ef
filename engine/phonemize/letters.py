"""English spelling to sound for words no dictionary has.

Each letter says 0, 1 or 2 phones, decided by a small tree over the letters around it and the phones before
it; the trees come from CMUdict by `python -m engine.train.letters`.

Measured on the 5784 CMUdict words never learned from (one in twenty): 8.6 % of phones wrong (any listed
variant counts as right), 37 % of words with some error, names included.  With the known stems, suffixes and
compounds of `morphology` tried first, as the English phonemizer does, 8.2 % of phones.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.phonemize.phones import SPEECH

Chunk = tuple[str, ...]
Tree = tuple[tuple[str, ...], dict[str, Chunk]]

TABLE = Path(__file__).parent / "data" / "letters.tsv"
CODES = dict(zip(sorted(SPEECH), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop", strict=False))
"""One character for each phone, to name the phones before a letter."""
_PHONES = {code: phone for phone, code in CODES.items()}
_EDGE = "_"
_REACH = 4


class LetterTable:
    """Trees by letter: (order of features, answer by the features' values in that order)."""

    def __init__(self, trees: dict[str, Tree]) -> None:
        self.trees = trees

    @staticmethod
    def features(word: str, index: int, said: str) -> dict[str, str]:
        """Letters at -4..4 around `index`; `p`, `q`: codes of the last phone said and the one before."""
        padded = _EDGE * _REACH + word + _EDGE * _REACH
        at = index + _REACH
        around = {str(offset): padded[at + offset] for offset in range(-_REACH, _REACH + 1) if offset}
        return around | {"p": said[-1], "q": said[-2]}

    def sounds(self, word: str) -> Chunk:
        """Phones of `word` (a-z; other characters are silent)."""
        said = _EDGE * 2
        for index, letter in enumerate(word):
            if letter in self.trees:
                said += "".join(CODES[phone] for phone in self._chunk(word, index, said))
        return tuple(_PHONES[code] for code in said[2:])

    def _chunk(self, word: str, index: int, said: str) -> Chunk:
        order, nodes = self.trees[word[index]]
        around = self.features(word, index, said)
        key = "".join(around[feature] for feature in order)
        return next(nodes[key[:end]] for end in range(len(key), -1, -1) if key[:end] in nodes)

    def dump(self) -> str:
        """One line for each letter and its order, one for each answer: its phones' codes, tab, its keys."""
        lines = []
        for letter, (order, nodes) in sorted(self.trees.items()):
            lines.append(f"{letter}\t{' '.join(order)}")
            keys: dict[str, list[str]] = {}
            for key, chunk in nodes.items():
                keys.setdefault("".join(CODES[phone] for phone in chunk), []).append(key)
            lines += [f"={code}\t{' '.join(sorted(keys[code]))}" for code in sorted(keys)]
        return "\n".join(lines) + "\n"

    @classmethod
    def load(cls, text: str) -> LetterTable:
        """The inverse of `dump`."""
        trees: dict[str, Tree] = {}
        nodes: dict[str, Chunk] = {}
        for line in text.splitlines():
            head, _, rest = line.partition("\t")
            if head.startswith("="):
                chunk = tuple(_PHONES[code] for code in head[1:])
                nodes.update(dict.fromkeys(rest.split(" "), chunk))
            else:
                nodes = {}
                trees[head] = (tuple(rest.split()), nodes)
        return cls(trees)


@cache
def _table() -> LetterTable:
    return LetterTable.load(TABLE.read_text(encoding="utf-8"))


def letters_to_sounds(word: str) -> Chunk:
    """Phones of `word` (a-z), without stress.  Wrong in one phone of ten or so: a guess to be marked."""
    return _table().sounds(word)
