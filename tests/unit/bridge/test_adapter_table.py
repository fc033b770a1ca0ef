"""The table of DAWs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import InputError
from plugin_host.adapters import adapter_ids, make_adapters
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))


def test_every_adapter_has_the_name_it_is_asked_for_by(tmp_path: Path) -> None:
    adapters = make_adapters(adapter_ids(), [tmp_path])
    assert [adapter.id for adapter in adapters] == list(adapter_ids())
    for adapter in adapters:
        adapter.close()


def test_what_is_taken_without_being_asked_for(tmp_path: Path) -> None:
    without = [adapter.id for adapter in make_adapters()]
    assert "fake" not in without
    assert "files" not in without
    assert [adapter.id for adapter in make_adapters((), [tmp_path])] == [*without, "files"]
    assert [adapter.id for adapter in make_adapters(["ardour", "ardour"])] == ["ardour"]


@pytest.mark.parametrize("ids", [["cubase"], ["files"]])
def test_what_cannot_be_made(ids: list[str]) -> None:
    with pytest.raises(InputError):
        make_adapters(ids)


def test_the_one_for_trying_out_is_not_offered() -> None:
    with pytest.raises(InputError, match="bitwig") as caught:
        make_adapters(["bitwig"])
    assert "ardour" in caught.value.hint
    assert "fake" not in caught.value.hint


def test_nobody_is_imported_before_he_is_wanted() -> None:
    told = "import sys, plugin_host.adapters; print([n for n in sys.modules if n.startswith('plugin_host.adapters.')])"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
