"""Where DAWs keep the scripts of their users, and what the user does there afterwards."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError

_SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
_OLDEST_ARDOUR = 7


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The computer as the search sees it: `system` is Python's name of the platform."""

    system: str
    home: Path
    environment: Mapping[str, str]

    def folder(self, variable: str, otherwise: str) -> Path:
        """What an environment variable names, else a folder below home."""
        value = self.environment.get(variable, "")
        return Path(value) if value else self.home / otherwise


@dataclass(frozen=True, slots=True)
class Daw:
    """`scripts` is what we ship.  It goes to `below` in a DAW's folder; `spool_file` there says where spools are.

    `steps` are for the user, once the scripts lie there; `undo_steps` when they are gone.  What is to be typed or
    pasted as it is stands on a line of its own.  `folder_name` says which folder `--to` means.
    """

    id: str
    name: str
    folder_name: str
    below: tuple[str, ...]
    spool_file: str
    look: Callable[[Surroundings], Iterator[Path]]
    steps: tuple[str, ...]
    undo_steps: tuple[str, ...]

    @property
    def scripts(self) -> Path:
        return _SCRIPTS.joinpath("live", "Melisma") if self.id == "live" else _SCRIPTS / self.id


@dataclass(frozen=True, slots=True)
class Target:
    """One installation of a DAW: `root` is its folder, `folder` where our scripts go."""

    daw: Daw
    root: Path
    folder: Path


def _ardours(around: Surroundings) -> Iterator[Path]:
    where = {"darwin": around.home / "Library" / "Preferences"}.get(
        around.system, around.folder("XDG_CONFIG_HOME", ".config")
    )
    if around.system == "win32":
        where = around.folder("LOCALAPPDATA", "AppData/Local")
    found: list[tuple[int, Path]] = []
    for folder in where.iterdir() if where.is_dir() else ():
        version = re.fullmatch(r"ardour(\d+)", folder.name, re.IGNORECASE)
        if version and int(version[1]) >= _OLDEST_ARDOUR:
            found.append((int(version[1]), folder))
    yield from (folder for _, folder in sorted(found))


def _reapers(around: Surroundings) -> Iterator[Path]:
    if around.system == "darwin":
        yield around.home / "Library" / "Application Support" / "REAPER"
    elif around.system == "win32":
        yield around.folder("APPDATA", "AppData/Roaming") / "REAPER"
    else:
        yield around.folder("XDG_CONFIG_HOME", ".config") / "REAPER"


def _lives(around: Surroundings) -> Iterator[Path]:
    if around.system == "darwin":
        yield around.home / "Music" / "Ableton" / "User Library"
    elif around.system == "win32":
        for documents in (around.home / "Documents", around.home / "OneDrive" / "Documents"):
            yield documents / "Ableton" / "User Library"


DAWS: Mapping[str, Daw] = {
    daw.id: daw
    for daw in (
        Daw(
            id="ardour",
            name="Ardour",
            folder_name="the settings folder of one Ardour, such as ~/.config/ardour8",
            below=("scripts",),
            spool_file="melisma/spool.txt",
            look=_ardours,
            steps=(
                "Start Ardour and open a session.",
                "Choose Edit > Lua Scripts > Script Manager, and there the tab Action Hooks.",
                "Click New Hook, choose “Melisma bridge”, click Add.",
                "In the tab Action Scripts choose a free line, click Add/Set, choose “Melisma: sing selection”.",
                "Do the same for “Melisma: isolate selection” and “Melisma: lyrics of selection...”.",
                "Start `melisma serve`, select a MIDI region and choose Edit > Lua Scripts > Melisma: sing selection.",
            ),
            undo_steps=("In Ardour's Script Manager, remove the hook “Melisma bridge” and the three actions.",),
        ),
        Daw(
            id="reaper",
            name="REAPER",
            folder_name="REAPER's resource folder (Options > Show REAPER resource path)",
            below=("Scripts", "Melisma"),
            spool_file="spool.txt",
            look=_reapers,
            steps=(
                "Start REAPER and choose Actions > Show action list.",
                "Click New action > Load ReaScript, go to Scripts/Melisma, select all four files, click Open.",
                "Choose “Melisma - connect” in the list and click Run.",
                (
                    "To have it run always, put this line into Scripts/__startup.lua; make that file if it is missing:"
                    '\ndofile(reaper.GetResourcePath() .. "/Scripts/Melisma/Melisma - connect.lua")'
                ),
                "Start `melisma serve`, select a MIDI item and run “Melisma - sing selected item”.",
            ),
            undo_steps=(
                "In REAPER's action list, remove the four Melisma actions, and the line in Scripts/__startup.lua.",
            ),
        ),
        Daw(
            id="live",
            name="Ableton Live",
            folder_name="Live's User Library (Settings > Library says where it is)",
            below=("Remote Scripts", "Melisma"),
            spool_file="spool.txt",
            look=_lives,
            steps=(
                "Close Live and start it again (12.0.5 or newer).",
                "Choose Settings > Link, Tempo & MIDI; in a free line under Control Surface choose Melisma.",
                "Input and Output of that line stay None.",
                "Start `melisma serve`, click a MIDI clip and press Ctrl+R (Cmd+R).",
                "Type melisma: and the words, such as “melisma: A-ma-zing grace”, and press Enter.",
            ),
            undo_steps=("In Live's Settings > Link, Tempo & MIDI, set the Control Surface Melisma to None.",),
        ),
    )
}


def find_targets(daw: Daw, to: Path | None = None, around: Surroundings | None = None) -> tuple[Target, ...]:
    """Every installation of `daw` that is there, else the one at `to`.

    Raises `InputError` when `to` is no folder.
    """
    if to is None:
        return tuple(_target(daw, root) for root in daw.look(around or _here()) if root.is_dir())
    to = to.expanduser().absolute()
    if not to.is_dir():
        what = f"{to} is a file." if to.exists() else f"The folder {to} does not exist."
        raise InputError(what, f"Name {daw.folder_name}.")
    return (_target(daw, to),)


def _here() -> Surroundings:
    return Surroundings(sys.platform, Path.home(), os.environ)


def _target(daw: Daw, root: Path) -> Target:
    """Somebody may name the folder of scripts itself."""
    if root.name.lower() == daw.below[0].lower():
        return Target(daw, root.parent, root.joinpath(*daw.below[1:]))
    return Target(daw, root, root.joinpath(*daw.below))
