"""How quick the window is, and whether it leaves anything behind: start, stalls, painting, rounds.

Every part runs in a process and in folders of its own; `--only` takes some of them.  Linux only: what a process holds
is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import MelismaError
from engine.files import write_bytes_whole
from tests.bench.window import start
from tests.bench.window.page import page
from tests.bench.window.rounds import WARM_ROUNDS
from tests.bench.window.stalls import ROOT

PARTS = ("start", "begin", "song", "long", "painting", "rounds")


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.window", description=__doc__.splitlines()[0])
    asked.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts [all]")
    asked.add_argument("--rounds", type=int, default=100, help="windows to open and close [100]")
    asked.add_argument("--starts", type=int, default=5, help="starts on each kind of screen [5]")
    asked.add_argument("--markdown", type=Path, help="write the page of docs/ here")
    options = asked.parse_args()
    if options.rounds < 1 or options.starts < 1:
        asked.error("at least one round and one start")
    results: dict[str, Any] = {}
    for name in options.only:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="melisma-bench-") as folder:
            environment = _environment(Path(folder), options.rounds)
            results[name] = _started(environment, options.starts) if name == "start" else _part(name, environment)
        print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    text = page(results)
    if options.markdown:
        try:
            write_bytes_whole(options.markdown, text.encode())
        except MelismaError as error:
            print(error, file=sys.stderr)
            return error.exit_code
    print(text)
    return 0


def _environment(folder: Path, rounds: int) -> dict[str, str]:
    """Folders of its own, no screen, no settings of the user."""
    (folder / "temporary").mkdir()
    (folder / "user" / "data").mkdir(parents=True)
    (folder / "user" / "data" / "window.json").write_text('{"bridge.start": false}')
    hidden = ("DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return kept | {
        "MELISMA_DATA": str(folder / "user"),
        "MELISMA_ROUNDS": str(rounds),
        "TMPDIR": str(folder / "temporary"),
        "QT_QPA_PLATFORM": "offscreen",
    }


def _started(environment: Mapping[str, str], starts: int) -> dict[str, Any]:
    before = os.getloadavg()[0]
    found = [start.measure("no screen", environment, starts), start.under_xvfb(environment, starts)]
    facts = [one for one in found if one is not None]
    return {"facts": facts, "imports": start.imports(environment), "load": [before, os.getloadavg()[0]]}


def _part(name: str, environment: Mapping[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.window.parts", name]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"The part {name} ended with {ran.returncode}:\n{ran.stderr}")
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    if name == "rounds":
        found["facts"][0]["warm"] = WARM_ROUNDS
    return found


if __name__ == "__main__":
    sys.exit(main())
