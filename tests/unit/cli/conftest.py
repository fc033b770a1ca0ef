"""The command line in front of a fake engine, with folders of its own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

_PATH = Path(__file__).with_name("fake_api.py")


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("fake_api", _PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fake_api"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


_fake = _load()


@pytest.fixture(autouse=True)
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The engine that the command line finds in this test."""
    api = _fake.FakeApi()
    monkeypatch.setitem(sys.modules, "engine.api", api.module())
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))
    monkeypatch.setattr("engine.models.registry.presets_folder", lambda: tmp_path / "presets")
    monkeypatch.setattr("engine.doctor.presets_folder", lambda: tmp_path / "presets")
    return api
