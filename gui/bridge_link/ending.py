"""Ends a bridge that was started elsewhere, and nothing else: a number in a file may be another process by now."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError, MelismaError
from gui.texts import connection as texts

if TYPE_CHECKING:
    from plugin_host.osc.runtime_file import RuntimeEntry

_PATIENCE_S = 1.5
_PROGRAMS = ("melisma", "melisma.exe", "gui.cli.main")


def end_bridge(client_id: str, name: str) -> str:
    """Ask the bridge that the runtime file names to end; "", or why it was left alone.

    Waits for its answer: not for the window's thread.
    """
    from plugin_host.osc.runtime_file import read_entry

    try:
        entry = read_entry()
    except MelismaError:
        return ""
    if sys.platform == "win32":  # a signal would be its death, in the middle of a file that it writes
        return texts.END_ELSEWHERE
    if not (_answers(entry, client_id, name) or _is_bridge(entry.pid)):
        return texts.NOT_SURE.format(pid=entry.pid)
    try:
        os.kill(entry.pid, signal.SIGTERM)
    except ProcessLookupError:
        return ""
    except OSError:
        return texts.END_ELSEWHERE
    return ""


def _answers(entry: RuntimeEntry, client_id: str, name: str) -> bool:
    """Whether somebody who knows the secret of the file answers at its port: then the number is its own, too."""
    from plugin_host.osc.client import OscClient

    with suppress(MelismaError), OscClient(client_id, name, entry=entry, timeout_s=_PATIENCE_S):
        return True
    return False


def _is_bridge(pid: int) -> bool:
    """Whether a bridge that does not answer holds its lock still, and this process is called like one."""
    from plugin_host.osc.runtime_file import RuntimeFile

    try:
        with RuntimeFile():
            return False
    except InputError:
        return serves(_command_line(pid))
    except MelismaError:
        return False


def serves(words: Sequence[str]) -> bool:
    """Whether a command line is that of `melisma serve`, however it was started."""
    return "serve" in words and any(Path(word).name in _PROGRAMS for word in words)


def _command_line(pid: int) -> list[str]:
    """Its words; none where nobody can tell."""
    with suppress(OSError):
        return [os.fsdecode(word) for word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    with suppress(OSError, subprocess.SubprocessError):
        command = ["ps", "-o", "command=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True, timeout=2, check=False).stdout.split()
    return []
