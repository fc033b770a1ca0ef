"""What the work on a job is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.jobs import JobContext
from plugin_host.bridge.job import Errand, Job

if TYPE_CHECKING:
    from plugin_host.bridge.job_file import JobRequest


@dataclass(frozen=True, slots=True)
class Task:
    """What the work on one job is given.

    `folder` is the job's own; what the user shall keep goes to `sounds`.  `about_to_place` must be called before
    anything is put into a DAW, with the place where it lies, so that a kill right then does not put it there twice.
    """

    job: Job
    folder: Path
    sounds: Path
    context: JobContext
    about_to_place: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`facts` become the result file; `failed`: there is a result, but not where the user wanted it."""

    facts: Mapping[str, Any]
    sentence: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was read from a DAW, as a job."""

    request: JobRequest
    errand: Errand | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """The rest of a work, which waits for the DAW `daw`: the engine takes the next job meanwhile."""

    daw: str
    finish: Callable[[Task], Outcome]


Work = Callable[[Task], Outcome | Later]
Prepare = Callable[[Task], Prepared]
