"""What becomes of a job that had not ended when the program did."""

from __future__ import annotations

import time
from dataclasses import replace

from engine.jobs import JobState
from plugin_host.bridge.job import Job

MOST_BEGUN = 3
"""A job that takes the program down with it must not do so for ever."""


def resumed(job: Job) -> Job:
    """`job` as it is taken up again: pending, or failed with the reason in its sentence."""
    if job.ended:
        return job
    if job.placing:
        daw = "the DAW" if job.errand is None else job.errand.daw
        what = f"Melisma ended while it put the sound into {daw}; look whether it is there."
        return _failed(job, f"{what} The sound is {job.placing}.")
    if job.request is None:
        return _failed(job, "Melisma ended before the clip was read from the DAW. Ask for it again.")
    if job.begun >= MOST_BEGUN:
        return _failed(job, f"Melisma ended {job.begun} times in the middle of this job. Try a shorter clip.")
    return replace(job, state=JobState.PENDING)


def _failed(job: Job, sentence: str) -> Job:
    return replace(job, state=JobState.FAILED, sentence=sentence, ended_at=time.time(), placing="")
