"""What the producer should know of a result, in a small text beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.errors import MelismaError
from engine.files import write_bytes_whole

SUFFIX = ".problems.txt"


def lines_of(message: str, problems: Sequence[str]) -> list[str]:
    """`problems`, and what else an answer says, each once.

    The answer's first line says that it is done and where, which the folder shows itself.
    """
    return list(dict.fromkeys([*problems, *filter(None, message.splitlines()[1:])]))


def note_path(source: Path, others: Sequence[Path]) -> Path:
    """Where the text on `source` goes; two files that differ in their suffix only keep it in their names."""
    twins = [path for path in others if path != source and path.with_suffix("") == source.with_suffix("")]
    return source.with_name((source.name if twins else source.stem) + SUFFIX)


def write_note(path: Path, lines: Sequence[str]) -> str:
    """Write the text, or take an older one away where there is nothing to say; gives its path, or "".

    Raises `MelismaError` when the disk refuses.
    """
    if lines:
        write_bytes_whole(path, ("\n".join(lines) + "\n").encode("utf-8", "replace"))
        return str(path)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise MelismaError(f"{path} could not be removed: {error.strerror}.", "Check its permissions.") from error
    return ""
