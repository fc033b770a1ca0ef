"""The command line's stand-in for `engine.api` speaks the same words as the real one."""

from __future__ import annotations

import dataclasses
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine import api

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("cv2", "av", "torch", "scipy", "onnxruntime", "onnx", "PIL")

_FAKE = Path(__file__).resolve().parents[1] / "unit" / "cli" / "fake_api.py"


@pytest.fixture(scope="module")
def fake() -> Any:
    spec = importlib.util.spec_from_file_location("fake_api_of_the_contract", _FAKE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["SingRequest", "SingResult"])
def test_same_fields(fake: Any, name: str) -> None:
    def fields(owner: Any) -> set[str]:
        return {field.name for field in dataclasses.fields(getattr(owner, name))}

    assert fields(fake) == fields(api)


def test_same_names(fake: Any) -> None:
    names = [name for name in vars(fake.FakeApi().module()) if not name.startswith("__")]
    assert [name for name in names if not hasattr(api, name)] == []


def loaded_by(code: str) -> set[str]:
    """Modules that a fresh process has loaded behind `code`."""
    command = [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import engine.api",
        "from engine.api import SingRequest, render_clip",
        "from engine.api import IsolateRequest, isolate_vocals, list_models",
        "from engine.api.project import read_project, edit_project",
        "import gui.cli.main",
    ],
)
def test_who_does_not_make_videos_does_not_wait_for_their_libraries(code: str) -> None:
    loaded = loaded_by(code)
    assert "engine" in loaded or "gui" in loaded
    assert sorted(loaded.intersection(HEAVY)) == []


def test_the_door_alone_costs_nothing() -> None:
    assert "numpy" not in loaded_by("import engine.api")


def test_every_name_on_the_door_opens() -> None:
    assert all(getattr(api, name) is not None for name in api.__all__)
    assert sorted(api.__all__) == sorted(api._MODULES)  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="no attribute 'render'"):
        _ = api.render  # type: ignore[attr-defined]
