"""Ctrl-C and SIGTERM in a real process: exit 130 at once, one line, nothing half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[3]
_FAKE = Path(__file__).with_name("fake_api.py")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_a_render(number: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, str(_FAKE), "sing", "a.mid", "--out", "b.wav", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(_ROOT), "MELISMA_DATA": str(tmp_path / "user")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "started\n"
    time.sleep(1.0)  # well into the render
    asked = time.monotonic()
    process.send_signal(number)
    out, _ = process.communicate(timeout=20)
    assert time.monotonic() - asked < 10  # usually half a second; the render would take minutes
    assert process.returncode == 130
    assert json.loads(out)["error"]["kind"] == "cancelled"
    assert list(tmp_path.iterdir()) == []
