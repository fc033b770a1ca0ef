"""The separator that is measured, used as a program uses it: files in, files out."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from engine.jobs import JobContext
from engine.models import InstalledSeparator, find_model, open_model
from engine.models.manifest import MANIFEST_NAME, ModelId, dump_manifest
from engine.separation.separator import Refine

Isolate = Callable[[Path, Path, "int | None", "Refine | None"], tuple[Path, Path]]
"""(mix, folder to write to, steps, refinement) -> files of vocals and instrumental; None: as the separator says."""


def modes(model: InstalledSeparator) -> tuple[Refine | None, ...]:
    """Refinements that the separator has; None where it has none to choose."""
    return ("alone", "mask", "none") if "refine" in model.manifest.settings else (None,)


@contextmanager
def installed(separator: str | None) -> Iterator[InstalledSeparator]:
    """A separator by id, the default one, or one in a folder, which is installed for as long as the block lasts.

    Raises `InputError` for an unknown id, `MelismaError` without any separator.
    """
    if separator is None or not (Path(separator) / MANIFEST_NAME).is_file():
        yield find_model(separator, role="separator")
        return
    model = open_model(Path(separator), role="separator")
    own = ModelId(f"bench-{model.manifest.id}")
    before = os.environ.get("MELISMA_DATA")
    with tempfile.TemporaryDirectory(prefix="melisma-bench-") as name:
        place = Path(name) / "data" / "models" / own
        shutil.copytree(model.folder, place)
        dump_manifest(replace(model.manifest, id=own), place / MANIFEST_NAME)
        os.environ["MELISMA_DATA"] = name  # the processes of the speed part look there too
        try:
            yield open_model(place, role="separator")
        finally:
            os.environ.pop("MELISMA_DATA")
            if before is not None:
                os.environ["MELISMA_DATA"] = before


def isolate_with(separator: str, seed: int) -> Isolate:
    """The engine's door, for one separator and seed."""
    from engine.api import IsolateRequest, isolate_vocals

    def isolate(mix: Path, out: Path, num_steps: int | None, refine: Refine | None) -> tuple[Path, Path]:
        request = IsolateRequest(
            mixes=(mix,), out=out, separator=separator, num_steps=num_steps, seed=seed, refine=refine
        )
        (done,) = isolate_vocals(request, JobContext()).files
        return done.vocals, done.instrumental

    return isolate
