"""`melisma doctor`: does it work here, on what, and if not, why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gui.cli.output import JsonOption, Output, QuietOption


def doctor(as_json: JsonOption = False, quiet: QuietOption = False) -> int:
    """Check this installation: versions, the device in use and why, folders, voices."""
    from engine.api import doctor_report

    report = doctor_report()
    Output(as_json, quiet).answer(report, _lines(report))
    return 0 if report["ok"] else 1


def _lines(report: dict[str, Any]) -> Iterator[str]:
    device = report["device"]
    yield f"{'device':<12} {device['in_use'] or 'none'}, {device['threads']} threads: {device['reason']}"
    yield f"{'runtime':<12} {device.get('runtime', 'none')}"
    for group in ("versions", "folders"):
        for name, value in report[group].items():
            yield f"{name:<12} {value}"
    for voice in report["voices"]:
        yield f"{'voice':<12} {voice['id']} {voice['version']} ({', '.join(voice['languages'])})"
    for separator in report["separators"]:
        yield f"{'separator':<12} {separator['id']} {separator['version']} ({separator['stem']})"
    for problem in report["problems"]:
        yield f"{'PROBLEM':<12} {problem}"
    yield "All is well." if report["ok"] else f"{len(report['problems'])} problems."
