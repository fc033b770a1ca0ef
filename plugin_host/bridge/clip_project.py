"""A project that is sung as a clip: whole, with its own tracks, voices, takes and words."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.errors import InputError
from engine.files import written_whole

PROJECTS = frozenset({".melisma"})


def voice_for(project: Path, wished: str | None) -> str | None:
    """Who is asked for: the tracks' own voices come before `wished`, which is for a project that names none.

    Raises `InputError` for a file that is no project, and one with nothing to sing.
    """
    from engine.api.project_lead import heard_project

    return None if heard_project(project).voices else wished


def keep_project(project: Path, path: Path) -> Path:
    """A copy at `path`.  Raises `InputError` when `project` cannot be read, and as `written_whole`."""
    try:
        with project.open("rb") as source, written_whole(path) as part, part.open("wb") as target:
            shutil.copyfileobj(source, target)
    except OSError as error:
        raise InputError(f"The project {project} cannot be read: {error.strerror}.", "Put it back.") from error
    return path
