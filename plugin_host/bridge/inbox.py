"""The folder into which clients put what they send: what they leave there does not pile up."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from plugin_host.bridge.job import Job
from plugin_host.bridge.job_file import paths_of

KEPT_S = 30 * 24 * 3600.0
"""So long after its last change may a file be wanted again."""


def tidy_inbox(folder: Path, jobs: Iterable[Job]) -> None:
    """Delete old files that no unfinished job needs.  Folders stay, whatever is in them."""
    needed = {path for job in jobs if not job.ended and job.request is not None for path in paths_of(job.request)}
    with suppress(OSError):
        for path in folder.resolve().iterdir():
            with suppress(OSError):
                facts = path.lstat()
                if path not in needed and not path.is_dir() and time.time() - facts.st_mtime > KEPT_S:
                    path.unlink()
