"""What can go wrong, in two kinds: the user's input (exit 2) and ours (exit 1).

`message` says what in one sentence; `hint` says in one sentence what to do about it, wherever it is read.  `option` (of
the command that failed; several with commas) or `command` is how the command line does that; only there it is told.
"""

from __future__ import annotations


class MelismaError(Exception):
    """A fault of ours: a missing model, a broken installation, a bug we can name."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "", *, option: str = "", command: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.option = option
        self.command = command

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(MelismaError):
    """The user's file, option or score cannot be used as it is."""

    exit_code = 2


class Cancelled(Exception):  # noqa: N818 - a wish of the user, not an error; nobody shows it
    """The user asked to stop.  Raised at the next unit of work."""

    exit_code = 130
