"""Which paths a request from outside may name: those below folders that the user chose."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.errors import InputError
from plugin_host.osc.paths import outside


class AllowedFolders:
    """`folders` at any depth, links followed.  Raises `InputError` for everything else."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folder.resolve() for folder in folders)

    @property
    def folders(self) -> tuple[Path, ...]:
        return self._folders

    def source(self, path: str) -> Path:
        """A file or folder that is there."""
        resolved = self._inside(path)
        if not resolved.exists():
            raise InputError(f"{path} does not exist.", "Check its path.")
        return resolved

    def destination(self, path: str) -> Path:
        """A file or folder to write; the folder in which it lies must be there."""
        resolved = self._inside(path)
        if not resolved.parent.is_dir():
            raise InputError(f"The folder {resolved.parent} does not exist.", "Make it first, or name another place.")
        return resolved

    def _inside(self, path: str) -> Path:
        if path.startswith(("\\\\", "//")) or not Path(path).is_absolute():
            raise InputError(f"{path!r} is no full path of this machine.", "Send the full path of a local file.")
        try:
            resolved = Path(path).resolve()
        except (OSError, RuntimeError, ValueError) as error:  # a circle of links, no name of a file
            raise InputError(f"{path!r} is no path of a file.", "Send the full path of a local file.") from error
        if not any(resolved.is_relative_to(folder) for folder in self._folders):
            raise outside(path, self._folders)
        return resolved
