"""The bootstraps without a download: stamps, locks, interrupted installs, sentences, and the overhead of a call."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX shell")


@pytest.fixture(scope="module")
def bootstrap() -> Any:
    spec = importlib.util.spec_from_file_location("bootstrap", _ROOT / "installer" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, bootstrap: Any) -> Path:
    """A checkout whose environment is in place; its Python says what it was asked to run."""
    root = tmp_path / "a check out"
    shutil.copytree(_ROOT / "installer", root / "installer")
    for name in bootstrap.STAMPED:
        shutil.copyfile(_ROOT / name, root / name)
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    python.chmod(0o755)
    for part in ("runtime", "train", "dev"):
        bootstrap.write_stamp(root, root / ".venv", part)
    return root


def call(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MELISMA_")}
    return subprocess.run(
        [root / "installer" / "melisma", *words],
        env=clean | environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_later_call_passes_everything_on_at_once(checkout: Path) -> None:
    started = time.monotonic()
    done = call(checkout, "sing", "my clip.mid", "--out", "a b.wav")
    assert time.monotonic() - started < 3  # usually 0.1 s; making the environment takes minutes
    assert done.stdout == "-P|-m|gui.cli.main|sing|my clip.mid|--out|a b.wav|"
    assert done.stderr == ""


def test_a_link_to_the_program_works(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "melisma").symlink_to(checkout / "installer" / "melisma")
    done = subprocess.run([tmp_path / "melisma", "doctor"], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("|doctor|")


@pytest.mark.parametrize("change", ["constraints.txt", "pyproject.toml", ".venv/.melisma/runtime/root"])
def test_a_change_prepares_again(checkout: Path, change: str) -> None:
    with (checkout / change).open("r+") as file:
        file.write("#changed")
    (checkout / "installer" / "bootstrap.py").write_text("import sys; print(*sys.argv[2:]); sys.exit(7)")
    done = call(checkout)
    assert done.returncode == 7
    assert done.stdout == f"{checkout / '.venv'}\n"


def test_an_extra_that_is_missing_prepares(checkout: Path) -> None:
    (checkout / "installer" / "bootstrap.py").write_text("import sys; sys.exit(7)")
    assert call(checkout, MELISMA_EXTRAS="train").returncode == 0
    shutil.rmtree(checkout / ".venv" / ".melisma" / "train")
    assert call(checkout, MELISMA_EXTRAS="train").returncode == 7


def test_no_python_is_one_sentence(checkout: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    done = call(checkout, MELISMA_PYTHON="false")
    assert done.returncode == 1
    assert done.stderr.startswith("Melisma needs Python 3.11 or newer;")
    assert len(done.stderr.splitlines()) == 1


def test_what_the_system_lacks_is_one_sentence(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "can_compile", lambda: False)
    bootstrap.check_system(["dev"])
    with pytest.raises(bootstrap.Trouble, match=r"sudo apt install g\+\+ python3-dev"):
        bootstrap.check_system(["train"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(bootstrap.Trouble, match=r"sudo apt install python3\.\d+-venv"):
        bootstrap.check_system([])


def test_a_folder_that_is_not_ours_is_left_alone(bootstrap: Any, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").touch()
    with pytest.raises(bootstrap.Trouble, match="is no Python environment"):
        bootstrap.make_environment(tmp_path)
    assert (tmp_path / "letters.txt").exists()


def test_half_installed_packages_are_forgotten(bootstrap: Any, tmp_path: Path) -> None:
    for name, size, installer in (("whole", 4, True), ("cut", 9, True), ("unfinished", 4, False)):
        (tmp_path / f"{name}.py").write_text("1234")
        facts = tmp_path / f"{name}-1.0.dist-info"
        facts.mkdir()
        (facts / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
        (facts / "RECORD").write_text(f"{name}.py,sha256=x,{size}\n__pycache__/{name}.pyc,,\n")
        if installer:
            (facts / "INSTALLER").write_text("pip\n")
    bootstrap.drop_half_installed(tmp_path)
    assert [path.name for path in tmp_path.glob("*.dist-info")] == ["whole-1.0.dist-info"]


def test_two_bootstraps_do_not_meet(bootstrap: Any, tmp_path: Path) -> None:
    code = (
        "import importlib.util as u, pathlib, sys, time\n"
        f"s = u.spec_from_file_location('b', {str(_ROOT / 'installer' / 'bootstrap.py')!r})\n"
        "b = u.module_from_spec(s); s.loader.exec_module(b)\n"
        f"with b.only_one(pathlib.Path({str(tmp_path / 'venv')!r})): print('in', flush=True); time.sleep(0.5)\n"
    )
    first = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert first.stdout is not None
    assert first.stdout.readline() == "in\n"
    with bootstrap.only_one(tmp_path / "venv"):
        assert first.wait(timeout=0.4) == 0  # it had left before we came in
    first.stdout.close()


def test_pip_that_fails_is_one_sentence(bootstrap: Any, tmp_path: Path) -> None:
    code = "print('Collecting x'); print('ERROR: No matching distribution found for x'); raise SystemExit(1)"
    with pytest.raises(bootstrap.Trouble, match="No matching distribution found for x") as caught:
        bootstrap.run_pip([sys.executable, "-c", code], tmp_path / "install.log")
    assert str(tmp_path / "install.log") in str(caught.value)
    assert "Collecting x" in (tmp_path / "install.log").read_text()
