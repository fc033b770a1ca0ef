"""The command line's stand-in for `engine.api` speaks the same words as the real one."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from engine import api

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
