"""The runtime folder is nobody else's, whatever the environment says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.folders import runtime_folder
from plugin_host.spool import spool_folder, spool_places

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system has one place for it")


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o777, None])
def test_an_open_or_missing_folder_of_the_session_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int | None
) -> None:
    """platformdirs would then go below /tmp, where another user may have been first."""
    for name in ("MELISMA_DATA", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    if mode is not None:
        (tmp_path / "run").mkdir()
        (tmp_path / "run").chmod(mode)
    state = tmp_path / ".local" / "state" / "melisma" / "runtime"
    assert runtime_folder() == (tmp_path / "run" / "melisma" if mode == 0o700 else state)
    assert spool_folder("ardour") in spool_places("ardour")
    assert len(spool_places("ardour")) == 2
