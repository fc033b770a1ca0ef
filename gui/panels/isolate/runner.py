"""Isolates the songs of the list one by one: the engine has its turn for other work in between."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, pyqtSignal

from gui.document.renders import renders_folder
from gui.panels.isolate.batch import Batch, Song, folder_for, stems_of
from gui.texts import isolate as text

if TYPE_CHECKING:
    from gui.jobs import Jobs

_STATES = {
    "waiting": "running", "running": "running", "done": "done", "failed": "failed", "cancelled": "cancelled",
    "lost": "failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manner:
    """How songs are isolated; None and "": as the separator says.  `out` None: beside each song, or among the renders
    where that folder cannot be written to."""

    separator: str = ""
    refine: str = ""
    num_steps: int | None = None
    subtype: str = "FLOAT"
    out: Path | None = None


class Runner(QObject):
    """`changed` with a song's id; `finished` with the id of one whose stems are there."""

    changed = pyqtSignal(int)
    finished = pyqtSignal(int)

    def __init__(self, jobs: Jobs, batch: Batch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._batch = jobs, batch
        self._manners: dict[int, Manner] = {}
        jobs.changed.connect(self._heard)

    @property
    def busy(self) -> bool:
        return any(song.busy for song in self._batch)

    def start(self, ids: Sequence[int], manner: Manner) -> None:
        """Isolate these, behind what waits already; those that are at it go on."""
        for song_id in ids:
            song = self._batch.get(song_id)
            if song is not None and song.ready:
                self._manners[song_id] = manner
                self._change(song_id, state="waiting", share=0.0, left_s=None, failure="", fault=None, job="")
        self._go_on()

    def read(self, song_id: int, failure: str) -> None:
        """What became of reading its file to show it: "" for well.  What cannot be read cannot be isolated."""
        song = self._batch.get(song_id)
        if song is None or song.busy or song.unreadable == bool(failure):
            return
        state = "failed" if failure else "done" if song.stems else "new"
        self._change(song_id, state=state, failure=failure, fault=None, unreadable=bool(failure))

    def stop(self) -> None:
        """The one that is worked on is cancelled, those that wait do not begin."""
        for song in self._batch:
            if song.state == "waiting":
                self._change(song.id, state="done" if song.stems else "new")
            elif song.state == "running":
                self._jobs.cancel(song.job)

    def _go_on(self) -> None:
        if any(song.state == "running" for song in self._batch):
            return
        song = self._batch.next_waiting()
        if song is None:
            return
        args = _args(song, self._manners.pop(song.id), self._batch)
        title = text.JOB_TITLE.format(name=song.path.name)
        job = self._jobs.run("isolate", title, "isolate", args, _files)
        self._change(song.id, state="running", job=job.id)

    def _heard(self, job_id: str) -> None:
        song = self._batch.of_job(job_id)
        job = self._jobs.get(job_id)
        if song is None or job is None:
            return
        state = _STATES[str(job.state)]
        share = job.done / job.total if job.total else 0.0
        failure = "" if job.failure is None else f"{job.failure.message} {job.failure.hint}".strip()
        if str(job.state) == "lost":
            failure = text.LOST
        stems = stems_of(job.answer) if state == "done" and job.answer else song.stems
        over = song.state == "running" and state != "running"
        told = {"failure": failure, "fault": job.failure}
        self._change(song.id, state=state, share=share, left_s=job.left_s, stems=stems, **told)
        if over and state == "done":
            self.finished.emit(song.id)
        if over:
            self._go_on()

    def _change(self, song_id: int, **changes: Any) -> None:
        self._batch.change(song_id, **changes)
        self.changed.emit(song_id)


def _args(song: Song, manner: Manner, batch: Batch) -> dict[str, Any]:
    can_beside = os.access(song.path.parent, os.W_OK)
    folder = manner.out or (None if can_beside else renders_folder() / text.BESIDE)
    out = folder_for(song, list(batch), folder, text.BESIDE)
    args: dict[str, Any] = {"mixes": [str(song.path)], "out": str(out), "subtype": manner.subtype}
    chosen = {"separator": manner.separator, "refine": manner.refine, "num_steps": manner.num_steps}
    return args | {name: value for name, value in chosen.items() if value}


def _files(answer: dict[str, Any]) -> tuple[Path, ...]:
    stems = stems_of(answer)
    return stems.vocals, stems.instrumental
