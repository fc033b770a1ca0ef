"""Our scripts in DAWs: how they stand, and what installing or removing would do.  Plain Python; reads many files, so
it runs off the window's thread."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.errors import MelismaError

if TYPE_CHECKING:
    from plugin_host.install import Installation, Removal, Target

NOT_FOUND, NOT_STARTED, UNREADABLE = "not found", "never started", "unreadable"
_PROGRAMS = {"ardour": ("ardour", "ardour9", "ardour8", "ardour7"), "reaper": ("reaper",)}
"""What a DAW is started by: its settings folder is only there once it was."""
Verb = Literal["install", "remove"]


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One installation of a DAW.  `state` as `melisma install` says it; `root` None where its folder was not found.

    `folder_name`: which folder has to be named then.  `why`: what could not be read.
    """

    daw: str
    name: str
    root: Path | None
    state: str
    version: str = ""
    folder_name: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done; nothing is, before `carry_out`."""

    daw: str
    name: str
    verb: Verb
    writes: tuple[Path, ...]
    deletes: tuple[Path, ...]
    kept: tuple[Path, ...]
    steps: tuple[str, ...]
    _parts: tuple[Installation | Removal, ...]

    @property
    def empty(self) -> bool:
        return not (self.writes or self.deletes)

    def carry_out(self) -> Plan:
        """Write, or delete; itself.  Raises `MelismaError`."""
        for part in self._parts:
            part.carry_out()
        return self


def look_at_scripts(more: tuple[tuple[str, Path], ...] = ()) -> tuple[ScriptRow, ...]:
    """Every DAW that we have scripts for; `more`: folders that the user named, by the DAW's id."""
    from plugin_host.install import DAWS, find_targets

    rows: list[ScriptRow] = []
    for daw in DAWS.values():
        targets: list[Target] = list(find_targets(daw))
        for _, root in (pair for pair in more if pair[0] == daw.id and pair[1].is_dir()):
            targets += [target for target in find_targets(daw, root) if target not in targets]
        rows += [_row(target) for target in targets]
        if not targets:
            state = NOT_STARTED if any(map(shutil.which, _PROGRAMS.get(daw.id, ()))) else NOT_FOUND
            rows.append(ScriptRow(daw.id, daw.name, None, state, folder_name=daw.folder_name))
    return tuple(rows)


def plan(verb: Verb, daw_id: str, root: Path) -> Plan:
    """What installing into, or removing from, the DAW's folder `root` would do.  Raises `InputError`."""
    from plugin_host.install import DAWS, find_targets, plan_installation, plan_removal
    from plugin_host.spool import spool_folder

    daw = DAWS[daw_id]
    targets = find_targets(daw, root)
    if verb == "install":
        installs = tuple(plan_installation(target, spool_folder(daw.id)) for target in targets)
        writes = tuple(path for part in installs for path in part.writes)
        deletes = tuple(path for part in installs for path in part.deletes)
        return Plan(daw.id, daw.name, verb, writes, deletes, (), daw.steps, installs)
    removals = tuple(plan_removal(target) for target in targets)
    deletes = tuple(path for part in removals for path in part.deletes)
    kept = tuple(path for part in removals for path in part.kept)
    return Plan(daw.id, daw.name, verb, (), deletes, kept, daw.undo_steps, removals)


def steps_of(daw_id: str) -> tuple[str, tuple[str, ...]]:
    """The DAW's name, and what the user clicks there once the script is installed."""
    from plugin_host.install import DAWS

    return DAWS[daw_id].name, DAWS[daw_id].steps


def _row(target: Target) -> ScriptRow:
    from plugin_host.install import state_of
    from plugin_host.spool import spool_folder

    daw = target.daw
    try:
        state, manifest = state_of(target, spool_folder(daw.id))
    except MelismaError as error:
        return ScriptRow(daw.id, daw.name, target.root, UNREADABLE, folder_name=daw.folder_name, why=str(error))
    version = manifest.melisma if manifest is not None else ""
    return ScriptRow(daw.id, daw.name, target.root, str(state), version, daw.folder_name)
