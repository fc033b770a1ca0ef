"""What tests of several rooms share: the tiny voice, made once, and the program run as a user runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from engine.models import InstalledModel, load_manifest
from engine.models.hidden_singer import HiddenSinger, build_hidden_singer

ROOT = Path(__file__).resolve().parents[1]

# The same examples everywhere, so that a landing never fails by luck; `MELISMA_HYPOTHESIS=search` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("MELISMA_HYPOTHESIS", "steady"))


@dataclass(frozen=True)
class TinyVoice:
    """`folder` is shared by all tests: nobody writes there."""

    folder: Path
    parity: dict[str, float]

    @property
    def model(self) -> InstalledModel:
        return InstalledModel(load_manifest(self.folder / "manifest.json"), self.folder)


@pytest.fixture(scope="session")
def tiny_voice(tmp_path_factory: pytest.TempPathFactory) -> TinyVoice:
    """The generated voice on disk."""
    from tests import tiny_voice

    folder = tmp_path_factory.mktemp("voices") / tiny_voice.VOICE_ID
    return TinyVoice(folder, tiny_voice.make(folder))


@pytest.fixture(scope="session")
def tiny_singer(tiny_voice: TinyVoice) -> HiddenSinger:
    """The generated voice, loaded on the CPU with one thread."""
    return build_hidden_singer(tiny_voice.model, "cpu", 1)


@pytest.fixture
def tiny_copy(tiny_voice: TinyVoice, tmp_path: Path) -> Path:
    """A copy of the voice's folder that a test may spoil."""
    return Path(shutil.copytree(tiny_voice.folder, tmp_path / "copy" / "tiny"))


@pytest.fixture
def user_folder(tiny_voice: TinyVoice, tmp_path: Path) -> Path:
    """A fresh MELISMA_DATA with the tiny voice installed."""
    folder = tmp_path / "user"
    shutil.copytree(tiny_voice.folder, folder / "data" / "models" / "tiny")
    return folder


@pytest.fixture(autouse=True)
def denormals() -> Iterator[None]:
    """Trainings round the smallest numbers to zero for their whole process; the next test gets them back."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)


Melisma = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(user_folder: Path) -> dict[str, str]:
    """For processes: the tiny voice is found, nothing of the real user is touched."""
    return os.environ | {"PYTHONPATH": str(ROOT), "MELISMA_DATA": str(user_folder)}


@pytest.fixture
def melisma(environment: dict[str, str], tmp_path: Path) -> Melisma:
    """Run `melisma ...` in a process of its own, in `tmp_path`."""

    def run(*words: str | Path, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gui.cli.main", *map(str, words)]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=timeout_s, check=False
        )

    return run
