"""What `melisma serve` says of its jobs: a line when one begins and when it is over, on the terminal and in the log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from engine.jobs import JobState

if TYPE_CHECKING:
    from plugin_host.bridge.events import JobEvent
    from plugin_host.bridge.job import Job

_DOING = {"sing": "sung", "isolate": "isolated"}

_log = logging.getLogger(__name__)


class ToldJobs:
    """Listens to a bridge.  `names` of DAWs by their ids; `say` gets each line, one at a time."""

    def __init__(self, names: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._names, self._say = names, say
        self._one = threading.Lock()

    def __call__(self, event: JobEvent) -> None:
        from plugin_host.bridge.events import Happened

        if event.what is Happened.STATE and event.job.state is not JobState.PENDING:
            lines = self._of(event.job).splitlines()
            _log.info(" ".join(lines))
            more = len(lines) - 1
            self.say(lines[0] + (f" ({more} remark{'s' if more > 1 else ''})" if more else ""))

    def say(self, line: str) -> None:
        """Say a line of something else, not in the middle of one of ours."""
        with self._one:
            self._say(line)

    def _of(self, job: Job) -> str:
        daw = "" if job.errand is None else job.errand.daw
        whose = self._names.get(daw, daw) or job.client or "melisma"
        if job.state is JobState.RUNNING:
            return f"{whose}: {job.name} is being {_DOING[job.kind]}."
        if job.state is JobState.CANCELLED:
            return f"{whose}: {job.name} was cancelled."
        if job.state is JobState.FAILED:
            return f"{whose}: {job.name} failed. {job.sentence}".rstrip()
        return f"{whose}: {job.sentence or f'{job.name} is done.'}"
