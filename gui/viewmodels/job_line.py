"""A job as the queue shows it: a sign, a line of words, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from gui.jobs import Job, JobState
from gui.texts import shell as texts
from gui.texts import voice as voice_texts
from gui.viewmodels.clock_text import clock, time_left
from gui.viewmodels.mix_wish import told_levels

_SIGNS = {
    JobState.WAITING: ("waiting", "text_soft"),
    JobState.RUNNING: ("play", "accent_text"),
    JobState.DONE: ("good", "good"),
    JobState.FAILED: ("bad", "bad"),
    JobState.CANCELLED: ("cancel", "text_soft"),
    JobState.LOST: ("warn", "warn"),
}
_KINDS = {
    "sing": "sing",
    "isolate": "isolate",
    "avatar": "avatar",
    "resing": "choir",
    "models.add": "models",
    "train": "models",
    "mix": "mix",
}
_SUNG = frozenset({"sing", "resing"})
"""Kinds of jobs whose result can be mixed with a backing."""
_BY_SHARE = frozenset({"train"})
"""Kinds of jobs whose stages are counted in what nobody knows."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """`sign`: (icon, colour token); `tone`: of the words; `share`: done of all, None while it is not known; `remarks`:
    what should be known of its end.

    What is done cannot be repeated: a DAW may play the file that would be written over.
    """

    icon: str
    sign: tuple[str, str]
    words: str
    tone: str
    left: str
    share: float | None
    remarks: str
    can_cancel: bool
    can_repeat: bool
    has_files: bool
    can_mix: bool


def job_line(job: Job) -> JobLine:
    """What is to be seen of `job` now."""
    running = job.state is JobState.RUNNING
    return JobLine(
        icon=_KINDS.get(job.kind, "file"),
        sign=_SIGNS[job.state],
        words=_words(job),
        tone={JobState.FAILED: "bad", JobState.LOST: "warn"}.get(job.state, "soft"),
        left=time_left(job.left_s) if running else "",
        share=min(1.0, job.done / job.total) if running and job.total > 0 else None,
        remarks=_remarks(job) if job.state is JobState.DONE else "",
        can_cancel=not job.state.over,
        can_repeat=job.state.over and job.state is not JobState.DONE,
        has_files=job.state is JobState.DONE and bool(job.results),
        can_mix=job.kind in _SUNG and job.state is JobState.DONE and bool(job.results),
    )


def _remarks(job: Job) -> str:
    """A toast is gone when one looks."""
    return " ".join(str(remark) for remark in job.answer.get("remarks", ()))


def _words(job: Job) -> str:
    if job.stopping:
        return texts.JOB_STOPPING
    if job.state is JobState.RUNNING and job.stage:
        if job.total > 1 and job.kind in _BY_SHARE:
            return voice_texts.JOB_SHARE.format(stage=job.stage, share=job.done / job.total)
        if job.total > 0 and job.kind not in _BY_SHARE:
            return texts.JOB_STAGE.format(stage=job.stage, done=job.done, total=job.total)
        return job.stage
    if job.state is JobState.DONE:
        took = texts.JOB_TOOK.format(time=clock(job.ended_at - job.started_at, 0))
        levels = [told_levels(job.answer)] if job.kind == "mix" else []
        return "  ·  ".join([took, *(path.name for path in job.results[:3]), *levels])
    if job.state is JobState.FAILED and job.failure is not None:
        return f"{job.failure.message} {job.failure.hint}".strip()
    return texts.JOB_STATE[job.state.value]
