"""One part of the measuring, alone in its process: `python -m tests.bench.window.parts NAME` writes JSON to stdout."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QApplication

from tests.bench.window import painting, rounds, scenes
from tests.bench.window.idle_process import IdleProcess

Facts = list[dict[str, Any]]


def stalls(group: str) -> Callable[[QApplication, Path], Facts]:
    """Of one group of scenes."""

    def measured(app: QApplication, folder: Path) -> Facts:
        idle = IdleProcess()
        try:
            return [asdict(found) for found in scenes.GROUPS[group](app, folder, idle)]
        finally:
            idle.close()

    return measured


def painted(app: QApplication, folder: Path) -> Facts:
    return [asdict(found) | {"fps": found.fps} for found in painting.measure(app, folder)]


def many_rounds(app: QApplication, folder: Path) -> Facts:
    """As many as the environment says."""
    found = rounds.measure(app, folder, int(os.environ["MELISMA_ROUNDS"]))
    return [_plain(asdict(found) | {"more": found.after.more_than(found.before)})]


PARTS: dict[str, Callable[[QApplication, Path], Facts]] = {
    **{group: stalls(group) for group in scenes.GROUPS},
    "painting": painted,
    "rounds": many_rounds,
}


def _plain(facts: Any) -> Any:
    if isinstance(facts, dict):
        return {name: _plain(value) for name, value in facts.items()}
    if isinstance(facts, list):
        return [_plain(value) for value in facts]
    return sorted(facts) if isinstance(facts, frozenset) else facts


def main() -> None:
    name = sys.argv[1]
    app = QApplication(["melisma"])
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="measured-") as folder:
        facts = PARTS[name](app, Path(folder))
    print(json.dumps({"facts": facts, "load": [before, os.getloadavg()[0]]}), flush=True)


if __name__ == "__main__":
    main()
