"""What was asked for: options of one training, its presets, and whether a work folder belongs to it."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.folders import data_folder, presets_folder
from engine.models.registry import InstalledVoice, file_sha256, find_model, list_models, speaker_numbers
from engine.train.own.consent import Consent

STEPS = {"quick": 200, "normal": 800, "long": 3000}
DECODER_STEPS = {"quick": 150, "normal": 400, "long": 1500}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says, and defaults for what is not said.  `replace`: a voice of this name may go."""

    recordings: Path
    name: str
    singer: str = ""
    consent: str = ""
    licence: str = ""
    language: str = ""
    base: str | None = None
    quality: Literal["quick", "normal", "long"] = "normal"
    steps: int | None = None
    minutes: float = 1e9
    batch: int = 8
    device: Literal["cpu", "cuda"] = "cpu"
    replace: bool = False
    check: bool = False
    work: Path | None = None
    out: Path | None = None


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


def plan_of(wish: Wish) -> OwnPlan:
    """Raises `InputError` for what cannot be."""
    own_id = voice_id(wish.name)
    out = wish.out or models_folder() / own_id
    if not wish.check:
        check_out(out, wish.replace)
    if wish.minutes <= 0 or (wish.steps is not None and wish.steps < 1):
        raise InputError("A training needs time.", "Give more than none.", option="minutes, steps")
    base = find_model(wish.base or default_base())
    return OwnPlan(
        recordings=wish.recordings,
        name=wish.name.strip(),
        consent=Consent(wish.singer, wish.consent, wish.licence),
        base=base,
        language=(wish.language or base.manifest.languages[0]).lower(),
        work=wish.work or training_folder() / own_id,
        out=out,
        quality=wish.quality,
        steps=wish.steps,
        minutes=wish.minutes,
        batch=wish.batch,
        device=wish.device,
        check_only=wish.check,
    )


def voice_id(name: str) -> str:
    """An id from a name for people.  Raises `InputError` when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not found:
        raise InputError(
            f"{name!r} holds no letter that an id can be made of.", "Use letters or digits.", option="name"
        )
    return found


def default_base() -> str | None:
    """The first voice that knows several speakers and did not come from a recording of the user's own."""
    voices = list_models(role="voice")
    several = [v for v in voices if "voices" in v.manifest.settings and "origin" not in v.manifest.settings]
    return str(several[0].manifest.id) if several else None


def check_out(out: Path, replace: bool) -> None:
    """Raises `InputError` when there is such a voice already and it may not be replaced, or the name fits none."""
    if voice_id(out.name) != out.name:
        raise InputError(f"{out.name} cannot be a voice's id.", "Use a-z, 0-9 and single hyphens.", option="out")
    along = [model for model in list_models() if presets_folder() in model.folder.parents]
    if any(out.name in (model.manifest.id, *speaker_numbers(model.manifest.settings)) for model in along):
        raise InputError(
            f"A model or singer called {out.name} came along with melisma.", "Choose another name.", option="name"
        )
    if out.exists() and not replace:
        what = f"There is a voice called {out.name} already."
        raise InputError(what, "Choose another name, or replace it.", option="name, replace")


def models_folder() -> Path:
    """Where new voices go."""
    return data_folder() / "models"


def training_folder() -> Path:
    """Below it, what trainings keep."""
    return data_folder() / "training"


def facts_of(plan: OwnPlan) -> dict[str, str]:
    """What must not change while a voice is made."""
    base = plan.base.manifest
    return {
        "recordings": str(plan.recordings.resolve()),
        "base": f"{base.id} {base.version} {file_sha256(plan.base.path('condition.onnx'))[:16]}",
        "language": plan.language,
    }


def begin_or_go_on(plan: OwnPlan) -> None:
    """Note in the work folder what is being made.  Raises `InputError` when it holds something else."""
    path = plan.work / "plan.json"
    told = facts_of(plan)
    if not path.exists():
        write_bytes_whole(path, json.dumps(told, indent=1).encode())
        return
    before = json.loads(path.read_text(encoding="utf-8"))
    for key, value in told.items():
        if before.get(key) != value:
            what = f"{plan.work} holds a training that was begun with another {key} ({before.get(key)})."
            raise InputError(what, "Ask for the same again, or begin anew.", option="fresh")
