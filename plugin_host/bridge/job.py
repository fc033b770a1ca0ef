"""A job of the bridge: what was asked, where its result belongs, and how far it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.jobs import JobState, Progress
from engine.score import TempoMap
from plugin_host.ports import Action

if TYPE_CHECKING:
    from plugin_host.bridge.job_file import JobRequest

ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Target:
    """The place in a DAW's session to which a result belongs.

    `start_samples` is where the clip begins, at `sample_rate`; `name` and `track` are the clip's; `folder` is the
    session's.  `tempo_map` counts session quarters, and the clip begins at `start_quarters`; both are None where the
    DAW told none (audio clips).
    """

    session_key: str
    session_name: str
    folder: Path | None
    sample_rate: int
    name: str
    track: str
    start_samples: int
    tempo_map: TempoMap | None = None
    start_quarters: float | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """For which DAW a job is done.

    `ask` is the id under which its user is answered, "" when he did not ask inside the DAW; jobs of one ask share a
    `group`.  `target` is None until the clip was read; `remarks` are what the user should know about it.
    """

    daw: str
    ask: str = ""
    group: str = ""
    target: Target | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A snapshot.  `order` counts up with every job that came in.

    `client` is who submitted it ("" for our own window and for DAWs); `request` is None until the DAW's clip was
    read; `sentence` says what became of it, for people; `result` is a JSON file once there is one; `begun` is how
    often its work was begun; `placing` names what may have been put into the DAW, "" before that.  Times are seconds
    since 1970.
    """

    id: str
    kind: Action
    name: str
    client: str
    order: int
    submitted_at: float
    request: JobRequest | None = None
    errand: Errand | None = None
    state: JobState = JobState.PENDING
    sentence: str = ""
    ended_at: float = 0.0
    result: Path | None = None
    begun: int = 0
    placing: str = ""
    progress: Progress | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


def check_job_id(job_id: str) -> str:
    """`job_id`, which becomes a folder's name.  Raises `InputError` when it cannot be one."""
    if not _ID.fullmatch(job_id):
        raise InputError(f"{job_id[:40]!r} is no id of a job.", "Use 1 to 64 letters, digits, - and _.")
    return job_id
