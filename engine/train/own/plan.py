"""What was asked for: options of one training, its presets, and whether a work folder belongs to it."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.folders import data_folder, presets_folder
from engine.models.registry import InstalledVoice, file_sha256, list_models, speaker_numbers
from engine.train.own.consent import Consent

STEPS = {"quick": 200, "normal": 800, "long": 3000}
DECODER_STEPS = {"quick": 150, "normal": 400, "long": 1500}


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """`minutes` bound the training; analysis and writing come on top.  `steps` None: those of `quality`."""

    recordings: Path
    name: str
    consent: Consent
    base: InstalledVoice
    language: str
    work: Path
    out: Path
    quality: str = "normal"
    steps: int | None = None
    minutes: float = 1e9
    batch: int = 8
    device: str = "cpu"
    check_only: bool = False

    @property
    def id(self) -> str:
        """The new voice's id: its folder's name."""
        return self.out.name


def voice_id(name: str) -> str:
    """An id from a name for people.  Raises `InputError` when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not found:
        raise InputError(f"{name!r} holds no letter that an id can be made of.", "Use letters or digits in --name.")
    return found


def default_base() -> str | None:
    """The first voice that knows several speakers and did not come from a recording of the user's own."""
    voices = list_models(role="voice")
    several = [v for v in voices if "voices" in v.manifest.settings and "origin" not in v.manifest.settings]
    return str(several[0].manifest.id) if several else None


def check_out(out: Path, replace: bool) -> None:
    """Raises `InputError` when there is such a voice already and it may not be replaced, or the name fits none."""
    if voice_id(out.name) != out.name:
        raise InputError(f"{out.name} cannot be a voice's id.", "Use a-z, 0-9 and single hyphens in --out's last part.")
    along = [model for model in list_models() if presets_folder() in model.folder.parents]
    if any(out.name in (model.manifest.id, *speaker_numbers(model.manifest.settings)) for model in along):
        raise InputError(f"A model or singer called {out.name} came along with melisma.", "Choose another --name.")
    if out.exists() and not replace:
        raise InputError(f"There is a voice called {out.name} already.", "Choose another --name, or say --replace.")


def models_folder() -> Path:
    """Where new voices go."""
    return data_folder() / "models"


def begin_or_go_on(plan: OwnPlan) -> None:
    """Note in the work folder what is being made.  Raises `InputError` when it holds something else."""
    path = plan.work / "plan.json"
    base = plan.base.manifest
    told = {
        "recordings": str(plan.recordings.resolve()),
        "base": f"{base.id} {base.version} {file_sha256(plan.base.path('condition.onnx'))[:16]}",
        "language": plan.language,
    }
    if not path.exists():
        write_bytes_whole(path, json.dumps(told, indent=1).encode())
        return
    before = json.loads(path.read_text(encoding="utf-8"))
    for key, value in told.items():
        if before.get(key) != value:
            what = f"{plan.work} holds a training that was begun with another {key} ({before.get(key)})."
            raise InputError(what, "Ask for the same again, or begin anew with --fresh.")
