"""Commands that are modules of their own run as their own process: what they import stays out of ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from engine.errors import MelismaError
from gui.train_extra import KEEP_MEMORY, lacking
from gui.train_extra import NEEDED as _NEEDED

# Unknown options and `--help` belong to the module behind.
CONTEXT = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

_ROOT = Path(__file__).resolve().parents[2]


def run_module(module: str, args: list[str], *, trains: bool = True) -> int:
    """Run `python -m module args` on this terminal and give its exit code, 130 when a signal stopped it.

    `trains`: it needs the `train` extra, without which `MelismaError` is raised, and is spared handing memory back.
    """
    missing = lacking(_NEEDED)
    if missing and trains:
        raise MelismaError(
            f"This needs the train extra, which is not installed ({', '.join(missing)} missing).",
            "Run the same command once as MELISMA_EXTRAS=train ./installer/melisma, or pip install 'melisma[train]'.",
        )
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = (KEEP_MEMORY if trains else {}) | os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    child = subprocess.Popen([sys.executable, "-m", module, *args], env=environment)
    # Ctrl-C reaches the child from the terminal; SIGTERM is handed on.  It decides how to end, we wait for it.
    previous = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        code = _wait(child)
    finally:
        signal.signal(signal.SIGTERM, previous)
    return 130 if code in (-signal.SIGINT, -signal.SIGTERM) else abs(code)


def _wait(child: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue
