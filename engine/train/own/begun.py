"""Trainings that have begun and are not done: what was wished, how far they came, and one at a time for each."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.file_lock import lock_file
from engine.files import make_folder, write_bytes_whole
from engine.train.own.consent import Consent, kept_consent
from engine.train.own.kept_share import how_far
from engine.train.own.plan import OwnPlan, training_folder

NOTE = "wish.json"
_FOR_EVER = 1e8
"""Minutes, from which on nobody meant a limit."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A training that can go on.  `minutes` None: no limit; `done` steps took `spent_s`."""

    id: str
    name: str
    recordings: str
    language: str
    quality: str
    minutes: float | None
    consent: Consent
    done: int
    spent_s: float


def note_wish(plan: OwnPlan) -> None:
    """Write down what is being made, for who wants to go on later."""
    told = {
        "name": plan.name,
        "quality": plan.quality,
        "minutes": plan.minutes if plan.minutes < _FOR_EVER else None,
    }
    write_bytes_whole(plan.work / NOTE, json.dumps(told, indent=1, ensure_ascii=False).encode())


def forget_wish(plan: OwnPlan) -> None:
    """It is made."""
    (plan.work / NOTE).unlink(missing_ok=True)


def begun_trainings() -> list[Begun]:
    """Those below the user's data folder, the newest first; what cannot be read is left out."""
    folder = training_folder()
    works = [path for path in folder.iterdir() if (path / NOTE).is_file()] if folder.is_dir() else []
    newest = sorted(works, key=lambda work: (work / NOTE).stat().st_mtime, reverse=True)
    return [found for found in map(begun_in, newest) if found is not None]


def begun_in(work: Path) -> Begun | None:
    """What a work folder holds; None where nothing was begun there.  One that is done counts: it can learn more."""
    plan, wish = _read(work / "plan.json"), _read(work / NOTE)
    if not isinstance(plan.get("recordings"), str):
        return None
    minutes = wish.get("minutes")
    done, spent_s = how_far(work / "training" / "fit.pt")
    return Begun(
        id=work.name,
        name=str(wish.get("name") or work.name),
        recordings=plan["recordings"],
        language=str(plan.get("language", "")),
        quality=str(wish.get("quality", "normal")),
        minutes=float(minutes) if isinstance(minutes, int | float) else None,
        consent=kept_consent(work) or Consent("", "", ""),
        done=done,
        spent_s=spent_s,
    )


def forget_work(work: Path, wait: Callable[[], object] | None = None) -> None:
    """Begin anew: everything that was kept goes.  Raises `InputError` when it is no work folder of ours, or at work;
    `wait` as in `alone_in`."""
    if work.exists():
        if not (work / "plan.json").is_file() and any(work.iterdir()):
            raise InputError(f"{work} is not the work folder of a voice.", "Name another.", option="work")
        with alone_in(work, wait):
            shutil.rmtree(work)


@contextmanager
def alone_in(work: Path, wait: Callable[[], object] | None = None) -> Iterator[None]:
    """While the block runs, no other process or thread works in `work`.

    Where one does already, `wait` is called again and again, which may raise; without it `InputError` is raised.
    """
    make_folder(work.parent)
    path = work.with_name(f"{work.name}.lock")
    number = lock_file(path)
    while number is None:
        if wait is None:
            what = f"{work.name} is being trained already, in another window or terminal."
            raise InputError(what, "Wait until it is done, or stop it there.")
        wait()
        number = lock_file(path)
    try:
        yield
    finally:
        # The name goes first where the system allows it: until the lock is given back nobody takes the file for theirs.
        if sys.platform == "win32":
            os.close(number)
            with suppress(OSError):
                path.unlink()
        else:
            with suppress(OSError):
                path.unlink()
            os.close(number)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
