"""What the commands of `melisma bench` share: a list of parts, the run, the answer, a complaint."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from engine.errors import Cancelled, InputError, MelismaError
from engine.train.measure.progress import StderrReport
from engine.train.measure.table import Row, plain_table

Measured = TypeVar("Measured")


def some_of(parts: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """For argparse: names with commas, each one of `parts`."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(filter(None, text.split(",")))
        unknown = [name for name in names if name not in parts]
        if unknown:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is none of {', '.join(parts)}")
        return names

    return read


def run(
    measure: Callable[[StderrReport], Measured], say: Callable[[Measured], None], as_json: bool, stopped: str = ""
) -> int:
    """Measure, say what came of it, and give the command's exit code.  `stopped`: what is said after Ctrl-C."""
    report = StderrReport()
    try:
        measured = measure(report)
    except MelismaError as error:
        report.finish()
        complain(error, as_json)
        return error.exit_code
    except ModuleNotFoundError as error:
        report.finish()
        hint = "Run the same command once as MELISMA_EXTRAS=train ./installer/melisma."
        complain(MelismaError(f"This needs the train extra ({error.name} is missing).", hint), as_json)
        return MelismaError.exit_code
    except KeyboardInterrupt:
        report.finish()
        if stopped:
            print(stopped, file=sys.stderr)
        return Cancelled.exit_code
    report.finish()
    say(measured)
    return 0


def complain(error: MelismaError, as_json: bool) -> None:
    """As `melisma` itself does."""
    if as_json:
        kind = "input" if isinstance(error, InputError) else "fault"
        print(json.dumps({"error": {"kind": kind, "message": error.message, "hint": error.hint}}, ensure_ascii=False))
    else:
        print(error, file=sys.stderr)


def answer(facts: Mapping[str, Any], rows: Sequence[Row], as_json: bool) -> None:
    """The facts as one JSON object, with the figures that were missed; else the rows for people."""
    if as_json:
        missed = [row.figure for row in rows if row.passed is False]
        print(json.dumps({**facts, "missed": missed}, ensure_ascii=False))
        return
    for line in plain_table(rows):
        print(line)
