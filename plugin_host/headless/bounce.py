"""The sound of a saved session, as Ardour itself mixes it."""

from __future__ import annotations

from pathlib import Path

from engine.errors import MelismaError
from plugin_host.headless.tools import check_tools, run_session_script


def bounce_session(session: Path, out: Path, start_samples: int, length_samples: int, home: Path) -> Path:
    """Write the session's master from `start_samples` on to `out` (.wav, 16 bit, the session's rate, stereo).

    The session must be saved and closed.  `home` as in `HeadlessArdour`.  Raises `InputError` when programs are
    missing, `MelismaError` when Ardour fails.
    """
    check_tools()
    arguments = [session, session.name, out.parent, out.stem, start_samples, length_samples]
    run_session_script(home, "bounce.lua", [str(word) for word in arguments], timeout_s=300)
    if not out.is_file():
        raise MelismaError(f"Ardour wrote no {out.name}.", "Try again.")
    return out
