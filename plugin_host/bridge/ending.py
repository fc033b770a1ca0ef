"""How a job's work ended, in a state and a sentence for people."""

from __future__ import annotations

import logging
from typing import Any

from engine.errors import Cancelled, MelismaError
from engine.jobs import JobHandle, JobState
from plugin_host.bridge.task import Outcome

_log = logging.getLogger(__name__)


def ending(job_id: str, handle: JobHandle[Any]) -> tuple[JobState, str, bool]:
    """State, sentence, and whether there is a result, of work that has ended; what nobody foresaw is logged."""
    try:
        outcome: Outcome = handle.result(0)
    except Cancelled:
        return JobState.CANCELLED, "", False
    except MelismaError as error:
        return JobState.FAILED, str(error), False
    except BaseException as error:
        _log.error("job %s failed", job_id, exc_info=error)
        return JobState.FAILED, f"Something went wrong in melisma: {type(error).__name__}.", False
    return JobState.FAILED if outcome.failed else JobState.DONE, outcome.sentence, True
