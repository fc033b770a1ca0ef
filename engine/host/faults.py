"""What went wrong, as the window is told: a sentence, what to do, and details that can be copied."""

from __future__ import annotations

import traceback
from typing import Any

from engine.errors import InputError, MelismaError
from engine.host.messages import FAILED

MOST_DETAILS = 20_000
"""Characters; the end of a traceback says most."""
REPORT = "Please report this, with the details."


def failed(request: str, error: BaseException) -> dict[str, Any]:
    """The last message about `request`, which `error` ended.  `kind` is "input" (the user's) or "ours"."""
    kind, message, hint = _sentences(error)
    details = "" if kind == "input" else "".join(traceback.format_exception(error))[-MOST_DETAILS:]
    return {"id": request, "event": FAILED, "kind": kind, "message": message, "hint": hint, "details": details}


def _sentences(error: BaseException) -> tuple[str, str, str]:
    if isinstance(error, MelismaError):
        return "input" if isinstance(error, InputError) else "ours", error.message, error.hint
    if isinstance(error, MemoryError):
        return "ours", "There is not enough memory for this.", "Close other programs, or work on shorter pieces."
    if isinstance(error, OSError) and error.strerror:
        place = f" ({error.filename})" if error.filename else ""
        return "ours", f"The system refused: {error.strerror}{place}.", "Check free space and permissions."
    return "ours", f"The engine failed: {type(error).__name__}.", REPORT
