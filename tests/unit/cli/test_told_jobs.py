"""What `melisma serve` says while it works."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from engine.jobs import JobState
from gui.cli.told_jobs import ToldJobs
from plugin_host.bridge.events import Happened, JobEvent
from plugin_host.bridge.job import Errand, Job
from plugin_host.ports import Action

JOB = Job("a", Action.SING, "Verse", "", 0, 0.0, errand=Errand("ardour"))
CLIENT = Job("b", Action.ISOLATE, "mix.wav", "my-script", 1, 0.0)


@pytest.mark.parametrize(
    ("job", "line"),
    [
        (replace(JOB, state=JobState.RUNNING), "Ardour: Verse is being sung."),
        (replace(CLIENT, state=JobState.RUNNING), "my-script: mix.wav is being isolated."),
        (replace(JOB, state=JobState.DONE, sentence="Verse is at bar 3."), "Ardour: Verse is at bar 3."),
        (replace(JOB, state=JobState.DONE, sentence="Done.\nOne.\nTwo."), "Ardour: Done. (2 remarks)"),
        (
            replace(CLIENT, state=JobState.FAILED, sentence="No disk. Buy one."),
            "my-script: mix.wav failed. No disk. Buy one.",
        ),
        (replace(JOB, state=JobState.CANCELLED), "Ardour: Verse was cancelled."),
        (replace(JOB, errand=Errand("gone"), state=JobState.DONE, sentence="Done."), "gone: Done."),
    ],
)
def test_a_line_for_a_job(job: Job, line: str, caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []
    with caplog.at_level(logging.INFO):
        ToldJobs({"ardour": "Ardour"}, said.append)(JobEvent(Happened.STATE, job))
    assert said == [line]
    (record,) = caplog.records
    assert record.message.startswith(line.removesuffix(" (2 remarks)"))
    assert all(word in record.message for word in job.sentence.split())


@pytest.mark.parametrize("event", [JobEvent(Happened.PROGRESS, JOB), JobEvent(Happened.FORGOTTEN, JOB)])
def test_what_is_no_news(event: JobEvent) -> None:
    said: list[str] = []
    told = ToldJobs({}, said.append)
    told(event)
    told(JobEvent(Happened.STATE, JOB))  # it waits
    assert said == []
