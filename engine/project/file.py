"""Project files: read strictly, written whole, never over somebody else's edit.

Two guards.  Programs of this machine that change a file do so one after the other (`editing` holds a lock that ends
with its process).  Whoever read a file earlier and writes it later, as a window does, states what it had read: if the
file has other contents by then, nothing is written.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.file_lock import open_lock, take_lock
from engine.files import write_bytes_whole
from engine.folders import runtime_folder
from engine.project.checks import check_project
from engine.project.json_text import dump, parse
from engine.project.model import Project
from engine.project.schema import Faults, FaultyProjectError
from engine.project.shapes import PROJECT
from engine.project.versions import MARK, VERSION, brought_up

SUFFIX = ".melisma"
MAX_BYTES = 32 * 1024 * 1024
LOCK_WAIT_S = 10.0
_POLL_S = 0.02


@dataclass(frozen=True, slots=True)
class Opened:
    """A project as it was read; `stamp` says what lay on the disk."""

    project: Project
    stamp: str


def is_project(path: Path) -> bool:
    """By its name."""
    return path.suffix.lower() == SUFFIX


def parse_project(data: bytes, name: str = "The project") -> Project:
    """The project in `data`.  Raises `FaultyProjectError` (an `InputError`) with the place of every fault."""
    faults = Faults()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add("", f"byte {error.start} is not UTF-8")
        raise FaultyProjectError(name, faults) from error
    raw = parse(text, faults)
    rest = brought_up(raw, name, faults) if not faults.count else {}
    project = PROJECT.read(rest, "", faults) if not faults.count else None
    if project is not None:
        check_project(project, faults)
    if faults.count:
        raise FaultyProjectError(name, faults)
    assert isinstance(project, Project)
    return project


def project_bytes(project: Project) -> bytes:
    """The file's contents: UTF-8, LF; the same project gives the same bytes.

    Raises `FaultyProjectError` for a project that could not be read again.
    """
    data = dump({MARK: VERSION} | PROJECT.write(project)).encode()
    parse_project(data, f"The project {project.name!r}")
    return data


def read_project(path: Path) -> Opened:
    """Raises `InputError` for a file that is not there, too large or faulty."""
    data = _read(path)
    return Opened(parse_project(data, path.name), _stamp(data))


def write_project(project: Project, path: Path, stamp: str | None = None) -> str:
    """Write a project whole; its new stamp.  `stamp`: what `path` must still hold, None: anything, or nothing.

    Raises `InputError` when another program changed the file since, and as `written_whole`.
    """
    data = project_bytes(project)
    if stamp is not None and _stamp(_read(path)) != stamp:
        what = f"{path.name} was changed by another program since it was opened."
        raise InputError(what, "Open it again, or save under another name.")
    write_bytes_whole(path, data)
    return _stamp(data)


def edit_project(path: Path, edit: Callable[[Project], Project]) -> Project:
    """Read, edit and write in one turn, while no other program of ours does; what was written.

    A file that the edit leaves as it is, is not touched.  Raises as `read_project`, `write_project` and `edit`.
    """
    with editing(path):
        opened = read_project(path)
        edited = edit(opened.project)
        if edited != opened.project:
            write_project(edited, path, opened.stamp)
    return edited


@contextmanager
def editing(path: Path) -> Iterator[None]:
    """One program at a time.  Raises `InputError` when another holds `path` for 10 s."""
    name = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    lock = runtime_folder() / f"project-{name}.lock"
    try:
        number = open_lock(lock)
    except OSError as error:
        raise InputError(f"{lock.parent} cannot be written to: {error.strerror}.", "Make room or allow it.") from error
    try:
        deadline = time.monotonic() + LOCK_WAIT_S
        while not take_lock(number):
            if time.monotonic() > deadline:
                raise InputError(f"Another program is writing {path.name}.", "Try again when it is done.")
            time.sleep(_POLL_S)
        yield
    finally:
        os.close(number)


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder, not a project.", "Give a .melisma file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.", "Make one first.", command="project new") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file {path} cannot be opened.", "Check that you may read it.") from error
    if len(data) > MAX_BYTES:
        raise InputError(f"{path.name} is too large for a project (over {MAX_BYTES >> 20} MB).", "Check the path.")
    return data


def _stamp(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
