"""The programs that a DAW without a screen needs, and the environment they run in."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from engine.errors import InputError, MelismaError

DEBIAN_LINE = "sudo apt-get install --no-install-recommends ardour xvfb xauth dbus"
_TOOLS = ("ardour", "xvfb-run", "Xvfb", "xauth", "dbus-run-session")
_SESSION_TOOLS = ("ardour7-lua", "ardour8-lua", "ardour9-lua")


def missing_tools() -> tuple[str, ...]:
    """What is not installed here; () when all is there."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if _session_tool() is None:
        missing.append(_SESSION_TOOLS[0])
    return tuple(missing)


def check_tools() -> None:
    """Raises `InputError` with the line to install what is missing."""
    missing = missing_tools()
    if missing:
        what = f"A real Ardour without a screen needs programs that are not here: {', '.join(missing)}."
        raise InputError(what, f"On Debian: {DEBIAN_LINE}")


def environment(home: Path) -> dict[str, str]:
    """For Ardour with `home` as the user's: nothing of the real user is read or written.

    melisma's folders are below `home`/melisma.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_", "ARDOUR"))}
    kept.pop("DISPLAY", None)
    runtime = home / "run"
    runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
    return kept | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_RUNTIME_DIR": str(runtime),
        "MELISMA_DATA": str(home / "melisma"),
        "NO_AT_BRIDGE": "1",
        "LC_ALL": "C.UTF-8",
    }


def run_session_script(home: Path, script: str, arguments: Sequence[str], timeout_s: float = 90.0) -> str:
    """What a Lua script of `plugin_host/scripts/headless` says in an Ardour without any window.

    Raises `MelismaError` when it fails four times: it was seen to abort, more often right after another Ardour wrote.
    """
    path = Path(__file__).resolve().parent.parent / "scripts" / "headless" / script
    command = [_session_tool() or _SESSION_TOOLS[0], str(path), *arguments]
    output = ""
    for pause_s in (0.0, 0.5, 1.0, 2.0):
        time.sleep(pause_s)
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment(home),
                timeout=timeout_s,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MelismaError(f"Ardour's session tool did not run: {error}.", "Try again.") from error
        output = done.stdout.decode("utf-8", "replace")
        if "\nDONE" in f"\n{output}":
            return output
    raise MelismaError(f"Ardour's session tool failed in {script}: {output[-2000:]}", "Try again.")


def _session_tool() -> str | None:
    return next((found for tool in _SESSION_TOOLS if (found := shutil.which(tool))), None)
