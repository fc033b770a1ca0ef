"""The song sung to a file: where the user says, or among the renders from which it is dragged out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from engine.api.project import Project, project_bytes
from engine.errors import InputError, MelismaError
from engine.files import make_folder
from engine.jobs import CancelToken
from gui.document.renders import renders_folder
from gui.document.song import Song
from gui.engine_process import Failure
from gui.jobs import Job, Jobs, JobState
from gui.panels.sing.chains import UnlaidError, chained, check_chains, unused, with_chains
from gui.panels.sing.playback import heard
from gui.texts import sing as text
from gui.widgets.background import Background
from gui.widgets.file_drag import placed_file


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that was sung, under the name with which it is dragged out; `project` is what was sung."""

    file: Path
    project: Project


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """What was asked for; its job may be done again."""

    project: Project
    out: Path
    dragged: bool


class Exporting(QObject):
    """`begun` when the song goes to the engine; `finished` with a `Finished`; `failed` with what went wrong beside the
    job (its own faults the queue shows, those of its effects too); `busy_changed` when one begins or ends."""

    begun = pyqtSignal()
    finished = pyqtSignal(object)
    failed = pyqtSignal(object)
    busy_changed = pyqtSignal()

    def __init__(self, song: Song, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song, self._jobs = song, jobs
        self._background = Background(self)
        self._orders: dict[str, _Order] = {}
        self._singing: set[_Order] = set()
        self._finishing: set[_Order] = set()
        self._token = CancelToken()
        self._was_busy = False
        jobs.changed.connect(self._changed)
        jobs.removed.connect(lambda job_id: self._orders.pop(job_id, None))

    @property
    def busy(self) -> bool:
        """Whether something is being sung to a file now."""
        return bool(self._singing or self._finishing)

    @property
    def unfinished(self) -> str:
        """The name of a file on which effects are being laid, which the queue does not show; "" when there is none."""
        return next((order.out.name for order in self._finishing if chained(order.project)), "")

    def render(self) -> None:
        """To the renders, for dragging out."""
        folder = renders_folder()
        try:
            make_folder(folder)
        except InputError as error:
            self.failed.emit(error)
            return
        self.sing_to(self._unused(folder / self._song.file_name(".wav")), dragged=True)

    def sing_to(self, out: Path, dragged: bool = False) -> None:
        """Sing what is heard now to `out`; nothing while something is under way."""
        if self.busy:
            return
        project = self._song.project
        if not any(track.notes and heard(track, ()) for track in project.tracks):
            self.failed.emit(InputError(text.NOTHING_TO_SING, text.NOTHING_TO_SING_HINT))
            return
        order = _Order(project, out, dragged)
        self._singing.add(order)
        self._tell_busy()
        self._background.run(
            lambda: _checked(project),
            lambda written: self._begin(order, written),
            lambda error: self._fail(order, error),
        )

    def close(self) -> None:
        """Ends what is being done beside the window: a file that is not whole is not left behind."""
        self._token.cancel()
        self._background.close()

    def _unused(self, file: Path) -> Path:
        """Numbered where it is there, or was promised to a job that may be done again: a DAW may play the older one."""
        return unused(file, {order.out for order in self._orders.values()})

    def _begin(self, order: _Order, written: str) -> None:
        stems, out = chained(order.project), order.out
        dry = out.with_name(f".{out.stem}-dry.wav") if stems else out
        args: Mapping[str, Any] = {"project": written, "out": str(dry), "stems": stems}
        title = text.EXPORT_JOB.format(name=self._song.name)
        job = self._jobs.run("sing", title, "sing", args, lambda answer: _files(answer, stems, out))
        self._orders[job.id] = order
        self.begun.emit()

    def _changed(self, job_id: str) -> None:
        job, order = self._jobs.get(job_id), self._orders.get(job_id)
        if job is None or order is None:
            return
        if not job.state.over:
            self._singing.add(order)  # a second time, perhaps
        elif order in self._singing:
            self._singing.discard(order)
            if job.state is JobState.DONE:
                self._lay_on(order, job)
        self._tell_busy()

    def _lay_on(self, order: _Order, job: Job) -> None:
        """Effects, and the name with which it is dragged out."""
        project, out, answer = order.project, order.out, job.answer

        def finish() -> Path:
            if chained(project):
                begins_s = with_chains(project, [Path(stem) for stem in answer["stems"]], out, self._token)
            else:
                begins_s = _position_s(project) + float(answer["offset_s"])
            return _placed(out, project, begins_s) if order.dragged else out

        self._finishing.add(order)
        self._background.run(
            finish, lambda file: self._finish(order, file), lambda error: self._unfinished(order, job, error)
        )

    def _finish(self, order: _Order, file: Path) -> None:
        self._over(order)
        self.finished.emit(Finished(file, order.project))

    def _unfinished(self, order: _Order, job: Job, error: Exception) -> None:
        if not isinstance(error, UnlaidError):
            self._fail(order, error)
            return
        self._over(order)
        kind = "input" if isinstance(error.__cause__, InputError) else "ours"
        self._jobs.fail(job.id, Failure(kind, error.message, error.hint, repr(error.__cause__)))

    def _fail(self, order: _Order, error: Exception) -> None:
        self._over(order)
        told = error if isinstance(error, MelismaError) else MelismaError(text.EXPORT_FAILED, str(error))
        self.failed.emit(told)

    def _over(self, order: _Order) -> None:
        self._singing.discard(order)
        self._finishing.discard(order)
        self._tell_busy()

    def _tell_busy(self) -> None:
        if self.busy != self._was_busy:
            self._was_busy = self.busy
            self.busy_changed.emit()


def _checked(project: Project) -> str:
    """As the engine gets it.  Raises `InputError` for effects that are not there."""
    check_chains(project)
    return project_bytes(project).decode()


def _position_s(project: Project) -> float:
    """Where the clip begins on the DAW's timeline."""
    return project.clip.position_s if project.clip else 0.0


def _placed(out: Path, project: Project, begins_s: float) -> Path:
    """Named with its place on the DAW's timeline; the bar only where the clip begins with the DAW's own first."""
    tempo_map = project.tempo_map.tempo_map()
    bar, beat = tempo_map.bar_beat(tempo_map.quarters(max(0.0, begins_s)))
    place = "" if _position_s(project) else f"{bar}.{beat:.0f}"
    return placed_file(out, renders_folder(), max(0.0, begins_s), place)


def _files(answer: Mapping[str, Any], stems: bool, out: Path) -> tuple[Path, ...]:
    """What the queue offers: the finished file; with effects it is written after the job."""
    return (out,) if stems else (Path(str(answer["out"])),)
