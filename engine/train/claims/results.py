"""What was measured, one JSON per row in the work folder: a stop costs at most the row that was being measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.errors import MelismaError
from engine.files import make_folder, write_bytes_whole
from engine.train.claims.plan import Plan
from engine.train.claims.systems import REGULARISATIONS, SYSTEMS, System, runs

Facts = dict[str, Any]
TEACHER = "teacher"


class Results:
    """`work/results/NAME.json`."""

    def __init__(self, work: Path) -> None:
        self._folder = work / "results"

    def has(self, name: str) -> bool:
        """Whether a row was measured."""
        return self._path(name).exists()

    def keep(self, name: str, facts: Mapping[str, Any]) -> None:
        """Write a row."""
        make_folder(self._folder)
        write_bytes_whole(self._path(name), (json.dumps(facts, indent=1, allow_nan=False) + "\n").encode())

    def read(self, name: str) -> Facts | None:
        """A row, None where it was not measured.  Raises `MelismaError` for a damaged file."""
        path = self._path(name)
        if not path.exists():
            return None
        try:
            facts: Facts = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise MelismaError(f"{path} is damaged.", "Remove it; the same command measures it again.") from error
        return facts

    def everything(self, plan: Plan) -> Facts:
        """All that there is: what is missing is None, or a seed less."""
        codecs = {name: self.read(codec_name(name)) for name in REGULARISATIONS}
        return {
            "plan": {key: value for key, value in asdict(plan).items() if key != "corpus"},
            "teacher": self.read(TEACHER),
            "codecs": codecs,
            "systems": {system.name: self._trainings(system, plan, codecs[system.codec]) for system in SYSTEMS},
        }

    def _trainings(self, system: System, plan: Plan, codec: Facts | None) -> list[Facts]:
        """Of one system, each with the distortion of its codec."""
        names = [run.name for run in runs(plan.seeds) if run.system is system]
        found = [facts for facts in map(self.read, names) if facts is not None]
        return [facts | {"codec_db": codec["figures"]["mcd_db"]} for facts in found] if codec else []

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def codec_name(regularisation: str) -> str:
    """As in `codec-rvq`."""
    return f"codec-{regularisation}"
