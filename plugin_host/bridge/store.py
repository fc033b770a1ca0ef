"""Jobs on disk: a folder each, with `job.json` and `state.json`, written whole.

A kill at any moment leaves each job either as it was or as it became.  What cannot be read is set aside beside the
jobs, and said; sounds that were made are never deleted, since a DAW's session may point at them.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.files import make_folder, write_bytes_whole
from plugin_host.bridge.codec import job_facts, parse_kept, state_facts
from plugin_host.bridge.job import Job, check_job_id
from plugin_host.bridge.strict import dump
from plugin_host.bridge.task import Outcome

KEPT_JOBS = 200
"""How many that have ended stay on the list."""

_JOB, _STATE, RESULT = "job.json", "state.json", "result.json"
_NEW = ".new-"
SOUNDS = "sounds"
"""The folder inside a job's folder for what the user shall keep."""
CLIP = "clip.mid"
"""What was read of a DAW's clip; small, and good to have when somebody wonders."""


class JobStore:
    """`<folder>/jobs/<id>/`.  Safe from any thread.  Raises `InputError` when the folder cannot be written to."""

    def __init__(self, folder: Path, kept_jobs: int = KEPT_JOBS) -> None:
        self._jobs, self._damaged = folder / "jobs", folder / "damaged"
        self._kept_jobs = kept_jobs
        self._lock = threading.Lock()
        make_folder(self._jobs)

    def folder(self, job_id: str) -> Path:
        """Where a job and what it makes lie."""
        return self._jobs / check_job_id(job_id)

    def sounds(self, job_id: str) -> Path:
        """Where a job's results lie when they have no better place."""
        return self.folder(job_id) / SOUNDS

    def load(self) -> tuple[list[Job], list[str]]:
        """All jobs in the order in which they came, and what is wrong with others, in sentences."""
        found: list[Job] = []
        remarks: list[str] = []
        for folder in sorted(self._jobs.iterdir()):
            if folder.name.startswith(_NEW):
                shutil.rmtree(folder, ignore_errors=True)  # a kill came before it was a job
            elif not self._is_swept(folder):
                try:
                    found.append(self._read(folder))
                except (MelismaError, OSError) as error:
                    remarks.append(self._set_aside(folder, error))
        return sorted(found, key=lambda job: (job.order, job.submitted_at)), remarks

    def add(self, job: Job) -> None:
        """Keep a new job.  Raises `InputError` when there was one of its id, `MelismaError` when the disk refuses."""
        place = self.folder(job.id)
        new = place.with_name(_NEW + job.id)
        with self._lock, _disk(place):
            shutil.rmtree(new, ignore_errors=True)
            (new / SOUNDS).mkdir(parents=True)
            (new / _JOB).write_bytes(dump(job_facts(job)))
            (new / _STATE).write_bytes(dump(state_facts(job)))
            if place.exists():
                shutil.rmtree(new, ignore_errors=True)
                raise InputError(f"There was a job {job.id} once.", "Use a new id for a new job.")
            new.rename(place)

    def keep_job(self, job: Job) -> None:
        """Write down what was learned about a job before it was queued."""
        write_bytes_whole(self.folder(job.id) / _JOB, dump(job_facts(job)))

    def keep_state(self, job: Job) -> None:
        """Write down its state."""
        write_bytes_whole(self.folder(job.id) / _STATE, dump(state_facts(job)))

    def result(self, job_id: str) -> Path:
        """Where the result file of a job lies, once there is one."""
        return self.folder(job_id) / RESULT

    def keep_result(self, job_id: str, outcome: Outcome) -> Outcome:
        """Write the result file; gives `outcome` back.  Raises `MelismaError` when the disk refuses."""
        facts = {"job": job_id, **outcome.facts, "sentence": outcome.sentence}
        write_bytes_whole(self.result(job_id), dump(facts))
        return outcome

    def tidy(self, job_id: str) -> None:
        """Take away what an ended job needed on its way: a mix, cut out, may take hundreds of megabytes."""
        with self._lock, contextlib.suppress(OSError):
            for path in self.folder(job_id).iterdir():
                if path.name not in (_JOB, _STATE, RESULT, CLIP, SOUNDS):
                    _delete(path)

    def remove(self, job_id: str) -> None:
        """Take a job off the disk, but not its sounds."""
        folder = self.folder(job_id)
        with self._lock, contextlib.suppress(OSError):
            # The job first: a kill after this leaves a folder that counts as swept.
            for path in (folder / _JOB, folder / _STATE, *folder.iterdir()):
                if path.name != SOUNDS or not any(path.iterdir()):
                    _delete(path)
            folder.rmdir()

    def surplus(self, jobs: Sequence[Job]) -> list[Job]:
        """Which of `jobs` ended so long ago that they are no longer listed."""
        ended = sorted((job for job in jobs if job.ended), key=lambda job: (job.ended_at, job.order))
        return ended[: max(0, len(ended) - self._kept_jobs)]

    def _read(self, folder: Path) -> Job:
        job_data, state_data = ((folder / name).read_bytes() for name in (_JOB, _STATE))
        job = parse_kept(job_data, state_data, folder / SOUNDS)
        if job.id != folder.name:
            raise InputError(f"The job {folder.name} calls itself otherwise.", "It was set aside.")
        return job

    def _is_swept(self, folder: Path) -> bool:
        """What `remove` leaves: sounds, or less than it wanted to when a kill came."""
        return folder.is_dir() and not (folder / _JOB).exists()

    def _set_aside(self, folder: Path, error: Exception) -> str:
        """The records go, the sounds stay where sessions look for them."""
        number, place = 1, self._damaged / folder.name
        while place.exists():
            number += 1
            place = self._damaged / f"{folder.name}-{number}"
        reason = error.message if isinstance(error, MelismaError) else f"It cannot be read ({error})."
        try:
            place.mkdir(parents=True)
            records = (folder / _STATE, folder / _JOB) if folder.is_dir() else (folder,)
            for path in records:
                if path.exists():
                    path.rename(place / path.name)
        except OSError:
            return f"The job {folder.name} is damaged and was left where it is, {folder}: {reason}"
        return f"The job {folder.name} is damaged and was set aside in {place}: {reason}"


def _delete(path: Path) -> None:
    """A file, or a folder with all that is in it.  Raises `OSError` for a file that cannot go."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _disk(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise MelismaError(f"{place} could not be written: {reason}.", "Check free space and permissions.") from error
