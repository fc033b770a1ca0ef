"""Who sees what: the answer on stdout, everything else on stderr, one JSON object for scripts.

Whatever is printed may hold text from files of strangers (names of tracks, lyrics, paths): `harmless` is the one place
where it is made so.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout; everything else on stderr.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks, errors only.")]

_BREAKS = re.compile("[\n\x0b\x0c\r\x85\u2028\u2029]+")
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys instead of showing, what turns a line's direction around, and halves of characters."""


def harmless(text: str) -> str:
    """`text` as a terminal may have it: what it would obey becomes `?`; lines and tabs stay."""
    return _COMMANDS.sub("?", text)


@dataclass(frozen=True, slots=True)
class Output:
    """How one command speaks, as its `--json` and `--quiet` say."""

    as_json: bool = False
    quiet: bool = False

    def answer(self, facts: Mapping[str, Any], lines: Iterable[str]) -> None:
        """What was asked for: `facts` as JSON, else `lines` for people."""
        if self.as_json:
            print(_json(facts))
            return
        for line in lines:
            print(_line(line))

    def remark(self, line: str) -> None:
        """Good to know; not with `--quiet`."""
        if not self.quiet:
            print(_line(line), file=sys.stderr)

    def error(self, kind: str, message: str, hint: str = "") -> None:
        """Always said: as a sentence on stderr, or as the JSON answer."""
        if self.as_json:
            print(_json({"error": {"kind": kind, "message": message, "hint": hint}}))
        else:
            print(harmless(f"{message} {hint}".strip()), file=sys.stderr)


def _line(text: str) -> str:
    """One line, whatever a name in it holds."""
    return harmless(_BREAKS.sub(" ", text))


def _json(facts: Mapping[str, Any]) -> str:
    """Letters as they are, what a terminal would obey as JSON writes it: who reads the object gets it back."""
    text = json.dumps(facts, ensure_ascii=False, default=str)
    return _COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
