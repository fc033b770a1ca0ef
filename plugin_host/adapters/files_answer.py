"""What the producer should know of a result, in a small text beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from engine.errors import MelismaError
from engine.files import write_bytes_whole

SUFFIX = ".problems.txt"

# "verse is now on “/music/verse.mid (sung)” at bar 1." says where; a folder shows that itself.
_WHERE = re.compile(r"^.*?[”\"](?: at bar \d+(?:, beat [\d.]+)?)?\.(?=\s|$)", re.DOTALL)


def lines_of(message: str, problems: Sequence[str]) -> list[str]:
    """`problems`, and what else an answer says besides where the result is, each once."""
    rest = _WHERE.sub("", message.strip(), count=1)
    for problem in problems:
        rest = rest.replace(problem, " ")
    rest = re.sub(r"There are \d+ more remarks on this clip\.|There is 1 more remark on this clip\.", " ", rest)
    rest = " ".join(rest.split())
    return [*problems, *([rest] if rest else [])]


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
