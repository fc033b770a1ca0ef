"""`melisma demo daw` with the real Ardour."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from plugin_host.headless import DEBIAN_LINE, missing_tools

_ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(missing_tools()), reason=f"no real Ardour: {', '.join(missing_tools())} missing; {DEBIAN_LINE}"
    ),
]


def test_the_demo_leaves_a_session_and_a_picture(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gui.cli.main", "demo", "daw", "--out", "shown", "--json"]
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=570, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    facts = json.loads(done.stdout)
    session = Path(facts["session"])
    assert (session / f"{session.name}.ardour").is_file()
    assert Image.open(facts["picture"]).size[0] > 1000
    assert facts["first_sample_error"] == 0
    assert len(facts["onset_errors_ms"]) >= 4
    assert max(map(abs, facts["onset_errors_ms"])) < 30
    assert len(facts["glide_errors_ms"]) >= 4
    # The voice is planned to be half way 18 ms before a note, less before short ones.
    assert all(-40 < error_ms < 10 for error_ms in facts["glide_errors_ms"])
    assert facts["stems_start_samples"] == [facts["start_samples"]] * 2
    assert facts["undone_by_one_undo"]
    assert sorted(path.name.split(".")[0] for path in (tmp_path / "shown").iterdir()) == sorted(
        Path(facts[name]).stem for name in ("session", "picture", "bounce", "screenshot") if facts[name]
    )
