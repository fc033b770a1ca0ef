"""Who sees what: the answer on stdout, everything else on stderr, one JSON object for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on stdout; everything else on stderr.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks, errors only.")]


@dataclass(frozen=True, slots=True)
class Output:
    """How one command speaks, as its `--json` and `--quiet` say."""

    as_json: bool = False
    quiet: bool = False

    def answer(self, facts: Mapping[str, Any], lines: Iterable[str]) -> None:
        """What was asked for: `facts` as JSON, else `lines` for people."""
        if self.as_json:
            print(json.dumps(facts, ensure_ascii=False, default=str))
            return
        for line in lines:
            print(line)

    def remark(self, line: str) -> None:
        """Good to know; not with `--quiet`."""
        if not self.quiet:
            print(line, file=sys.stderr)

    def error(self, kind: str, message: str, hint: str = "") -> None:
        """Always said: as a sentence on stderr, or as the JSON answer."""
        if self.as_json:
            print(json.dumps({"error": {"kind": kind, "message": message, "hint": hint}}, ensure_ascii=False))
        else:
            print(f"{message} {hint}".strip(), file=sys.stderr)
