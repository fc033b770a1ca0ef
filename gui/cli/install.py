"""`melisma install`: our scripts into a DAW, and out again; every path is shown before it is touched."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import Cancelled, InputError
from gui.cli.output import JsonOption, Output, QuietOption

if TYPE_CHECKING:
    from plugin_host.install import Daw, Installation, Removal, Target


class DawName(enum.StrEnum):
    ARDOUR = "ardour"
    REAPER = "reaper"
    LIVE = "live"


def install(
    daw: Annotated[DawName | None, typer.Argument(help="The DAW [list them all].", show_default=False)] = None,
    to: Annotated[
        Path | None, typer.Option(help="Folder of the DAW, where it is not in its usual place.", show_default=False)
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the scripts away again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Put melisma's scripts into a DAW, or list the DAWs that are there."""
    from plugin_host.install import DAWS, find_targets

    output = Output(as_json, quiet and (yes or daw is None))  # who is asked must see what is asked
    if daw is None:
        if to is not None or remove:
            raise InputError("No DAW was named.", f"Name one of {', '.join(DAWS)}.")
        _list(output)
        return
    chosen = DAWS[daw]
    targets = find_targets(chosen, to)
    if not targets:
        hint = f"Start it once, or name its folder with --to: {chosen.folder_name}."
        raise InputError(f"No {chosen.name} was found on this computer.", hint)
    if remove:
        _remove(chosen, targets, output, ask=not yes, dry_run=dry_run)
    else:
        _install(chosen, targets, output, ask=not yes, dry_run=dry_run)


def _list(output: Output) -> None:
    from plugin_host.install import DAWS, find_targets, state_of
    from plugin_host.spool import spool_folder

    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    for daw in DAWS.values():
        found = [(target, *state_of(target, spool_folder(daw.id))) for target in find_targets(daw)]
        for target, state, manifest in found:
            version = manifest.melisma if manifest else None
            rows.append({"daw": daw.id, "folder": str(target.root), "state": str(state), "version": version})
            lines.append(f"{daw.id:<8} {state:<18} {target.root}")
        if not found:
            rows.append({"daw": daw.id, "folder": None, "state": "not found", "version": None})
            lines.append(f"{daw.id:<8} {'not found':<18} --to: {daw.folder_name}")
    output.answer({"daws": rows}, lines)


def _install(daw: Daw, targets: tuple[Target, ...], output: Output, *, ask: bool, dry_run: bool) -> None:
    from plugin_host.install import plan_installation
    from plugin_host.spool import spool_folder

    plans = [plan_installation(target, spool_folder(daw.id)) for target in targets]
    for plan in plans:
        _show_installation(plan, output)
    needed = any(plan.writes or plan.deletes for plan in plans)
    if needed and not dry_run:
        _agree("Write that?", ask)
        for plan in plans:
            plan.carry_out()
    facts = {
        "daw": daw.id,
        "done": needed and not dry_run,
        "writes": [str(path) for plan in plans for path in plan.writes],
        "deletes": [str(path) for plan in plans for path in plan.deletes],
        "steps": list(daw.steps),
    }
    if dry_run:
        output.answer(facts, ["Nothing was written."])
        return
    told = (f"  {number}. " + step.replace("\n", "\n       ") for number, step in enumerate(daw.steps, 1))
    steps = [line for step in told for line in step.splitlines()]
    output.answer(facts, ["Installed. Now:" if needed else "Everything is in place. If it is not running:", *steps])


def _show_installation(plan: Installation, output: Output) -> None:
    for folder in plan.folders:
        output.remark(f"make    {folder}")
    for path in plan.writes:
        output.remark(f"{'replace' if path.exists() else 'write':<7} {path}")
    for path in plan.deletes:
        output.remark(f"delete  {path}")


def _remove(daw: Daw, targets: tuple[Target, ...], output: Output, *, ask: bool, dry_run: bool) -> None:
    from plugin_host.install import State, plan_removal, state_of
    from plugin_host.spool import spool_folder

    installed = [t for t in targets if state_of(t, spool_folder(daw.id))[0] != State.ABSENT]
    plans = [plan_removal(target) for target in (installed or targets)]
    for plan in plans:
        _show_removal(plan, output)
    if not dry_run:
        _agree("Delete that?", ask)
        for plan in plans:
            plan.carry_out()
    facts = {
        "daw": daw.id,
        "done": not dry_run,
        "deletes": [str(path) for plan in plans for path in plan.deletes],
        "kept": [str(path) for plan in plans for path in plan.kept],
        "steps": list(daw.undo_steps),
    }
    lines = ["Nothing was deleted."] if dry_run else ["Removed. In the DAW:", *(f"  {step}" for step in daw.undo_steps)]
    if any(plan.kept for plan in plans) and not dry_run:
        lines.append("What you changed stays, but does nothing alone. Move it away before you install again.")
    output.answer(facts, lines)


def _show_removal(plan: Removal, output: Output) -> None:
    for path in plan.deletes:
        output.remark(f"delete  {path}")
    for path in plan.kept:
        output.remark(f"keep    {path}  (changed since it was installed)")


def _agree(question: str, ask: bool) -> None:
    """Raises `InputError` where nobody can be asked, `Cancelled` where the user says no."""
    if not ask:
        return
    if not sys.stdin.isatty():
        raise InputError("Nobody is there to ask, so nothing was changed.", "Add --yes, or --dry-run to look only.")
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:  # Ctrl-C, or the end of the input
        agreed = False
    if not agreed:
        raise Cancelled
