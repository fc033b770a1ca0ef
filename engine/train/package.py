"""A self-contained data package: what a voice is trained from, in one file under 60 MB.

The corpus (gigabytes) is made from it where the training runs, so that a rented GPU needs nothing else.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

from engine.errors import InputError

CONTENTS = ("speech/kathleen", "scores/openscore-lieder")


def write_package(data: Path, out: Path) -> int:
    """Pack the folders a voice needs from `data` into `out` (.tar, stored as they are); its size in bytes.

    Raises `InputError` when a folder is missing.
    """
    for name in CONTENTS:
        if not (data / name).is_dir():
            raise InputError(f"{data / name} is missing.", "Point --data at the folder that holds speech/ and scores/.")
    beside = out.with_name(out.name + ".part")
    with tarfile.open(beside, "w") as archive:
        for name in CONTENTS:
            for path in sorted((data / name).rglob("*")):
                if path.is_file():
                    archive.add(path, str(path.relative_to(data)), filter=_anonymous)
    beside.replace(out)
    return out.stat().st_size


def open_package(source: Path, work: Path) -> Path:
    """The data folder behind `source`: a folder as it is, a package unpacked once below `work`."""
    if source.is_dir():
        return source
    if not source.is_file():
        raise InputError(f"{source} does not exist.", "Give a data folder or a package made with --pack.")
    target = work / "data"
    if not (target / ".complete").exists():
        try:
            with tarfile.open(source) as archive:
                archive.extractall(target, filter="data")
        except (tarfile.TarError, OSError) as error:
            raise InputError(f"{source} is not a readable package: {error}.", "Make it again with --pack.") from error
        (target / ".complete").touch()
    return target


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """The same bytes for the same data, whoever packs it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry
