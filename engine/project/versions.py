"""Versions of the project file.

The number is raised only when an older program would misread a newer file; fields and knobs that are merely new do not
raise it, because every program keeps what it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import InputError
from engine.project.schema import Faults, shown

MARK = "melisma"
VERSION = 1

Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: Mapping[int, Migration] = {}
"""From a version to the one after it.  Version 1 is the first."""


def brought_up(
    raw: Any, name: str, faults: Faults, migrations: Mapping[int, Migration] = MIGRATIONS, version: int = VERSION
) -> dict[str, Any]:
    """A file's object as `version` has it, without the mark; {} and a fault when it is no project.

    Raises `InputError` for a file of a newer version.
    """
    if not isinstance(raw, dict) or MARK not in raw:
        faults.add("", f"has no field {MARK!r} with the version, so it is no project")
        return {}
    found = raw[MARK]
    if isinstance(found, bool) or not isinstance(found, int) or found < min([*migrations, version]):
        faults.add(MARK, f"must be a version from {min([*migrations, version])} on, is {shown(found)}")
        return {}
    if found > version:
        what = f"{name} was written by a newer Melisma (project version {found}; this one knows {version})."
        raise InputError(what, "Update Melisma, or save the project there for this version.")
    rest = {key: value for key, value in raw.items() if key != MARK}
    for older in range(found, version):
        rest = migrations[older](rest)
    return rest
