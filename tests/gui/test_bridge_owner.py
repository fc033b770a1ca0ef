"""A bridge that a window started, when that window is killed: nothing of the window's own can end it then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.bridge_link.process import serve_command

ROOT = Path(__file__).resolve().parents[2]
LONG_MS = 20_000
BRIDGE = """
import json, sys
from pathlib import Path
from gui.cli.owner import Owner
owner = Owner()
if owner._gone.wait(0.3):
    sys.exit("There was nobody from the beginning.")
print(json.dumps({"udp_port": 1}), flush=True)
owner._gone.wait()
print("to nobody", flush=True)
Path(sys.argv[1]).touch()
"""
WINDOW = f"""
import sys
from PyQt6.QtCore import QCoreApplication
from gui.bridge_link.process import BridgeProcess
app = QCoreApplication([])
bridge = BridgeProcess()
bridge.ready.connect(lambda facts: print("ready", flush=True))
bridge.ended.connect(lambda why: print(why, flush=True))
bridge.start([sys.executable, "-c", {BRIDGE!r}, *sys.argv[1:]])
app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills hard")
def test_it_learns_of_the_windows_death(tmp_path: Path, qtbot: QtBot) -> None:
    gone = tmp_path / "gone"
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(gone)], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    assert window.stdout is not None
    assert window.stdout.readline() == "ready\n"
    assert not gone.exists()
    os.kill(window.pid, signal.SIGKILL)
    window.wait()
    window.stdout.close()
    qtbot.waitUntil(gone.exists, timeout=LONG_MS)


def test_the_real_one_is_started_so() -> None:
    command = serve_command((), (), "cpu")
    assert "--owned" in command
    assert command[command.index("--device") + 1] == "cpu"
