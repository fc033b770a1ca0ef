"""What the package states about itself holds together."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def test_every_dependency_is_pinned_without_an_address() -> None:
    lines = (_ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", line) for line in pins)
    extras = _PROJECT["optional-dependencies"].values()
    wanted = [*_PROJECT["dependencies"], *(requirement for extra in extras for requirement in extra)]
    assert {_name(requirement) for requirement in wanted} <= {_name(line) for line in pins}


def test_run_time_knows_no_pytorch() -> None:
    run_time = {_name(requirement) for requirement in _PROJECT["dependencies"]}
    assert not run_time & {"torch", "torchaudio", "encodec"}


def test_files_stay_readable() -> None:
    for folder in ("engine", "gui", "plugin_host", "installer"):
        for path in (_ROOT / folder).rglob("*.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
