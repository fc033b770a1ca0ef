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
from engine.folders import data_folder
from gui.document.song import Song
from gui.jobs import Jobs, JobState
from gui.panels.sing.chains import chained, with_chains
from gui.panels.sing.playback import heard
from gui.texts import sing as text
from gui.widgets.background import Background
from gui.widgets.file_drag import placed_file


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that was sung, under the name with which it is dragged out; `project` is what was sung."""

    file: Path
    project: Project


def renders_folder() -> Path:
    """Where files lie that are dragged out: a lasting place, for some DAWs do not copy."""
    return data_folder() / "renders"


class Exporting(QObject):
    """`finished` with a `Finished`; `failed` with what went wrong beside the job (its own fault the queue shows);
    `busy_changed` when one begins or ends."""

    finished = pyqtSignal(object)
    failed = pyqtSignal(object)
    busy_changed = pyqtSignal()

    def __init__(self, song: Song, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song, self._jobs = song, jobs
        self._background = Background(self)
        self._job = ""
        self._working = False
        self._asked: tuple[Project, Path, bool] | None = None
        jobs.changed.connect(self._changed)

    @property
    def busy(self) -> bool:
        """Whether something is being sung to a file now."""
        return self._working

    def render(self) -> None:
        """To the renders, for dragging out."""
        folder = renders_folder()
        try:
            make_folder(folder)
        except InputError as error:
            self.failed.emit(error)
            return
        self.sing_to(folder / self._song.file_name(".wav"), dragged=True)

    def sing_to(self, out: Path, dragged: bool = False) -> None:
        """Sing what is heard now to `out`; nothing while something is under way."""
        if self._working:
            return
        project = self._song.project
        if not any(track.notes and heard(track, ()) for track in project.tracks):
            self.failed.emit(InputError(text.NOTHING_TO_SING, text.NOTHING_TO_SING_HINT))
            return
        self._asked = (project, out, dragged)
        self._set_working(True)
        self._background.run(lambda: project_bytes(project).decode(), self._begin, self._fail)

    def close(self) -> None:
        """Waits for what is being written beside the window."""
        self._background.close()

    def _begin(self, written: str) -> None:
        if self._asked is None:
            return
        project, out, _ = self._asked
        stems = chained(project)
        dry = out.with_name(f".{out.stem}-dry.wav") if stems else out
        args: Mapping[str, Any] = {"project": written, "out": str(dry), "stems": stems}
        title = text.EXPORT_JOB.format(name=self._song.name)
        self._job = self._jobs.run("sing", title, "sing", args, lambda answer: _files(answer, stems, out)).id

    def _changed(self, job_id: str) -> None:
        job = self._jobs.get(job_id)
        if job is None or job_id != self._job or not job.state.over:
            return
        if job.state is not JobState.DONE or self._asked is None:
            self._job = ""
            self._set_working(False)
            return
        self._job = ""
        project, out, dragged = self._asked
        answer = job.answer

        def finish() -> Path:
            if chained(project):
                offset_s = with_chains(project, [Path(stem) for stem in answer["stems"]], out)
            else:
                offset_s = float(answer["offset_s"])
            return _placed(out, project, offset_s) if dragged else out

        self._background.run(finish, lambda file: self._finish(Finished(file, project)), self._fail)

    def _finish(self, finished: Finished) -> None:
        self._set_working(False)
        self.finished.emit(finished)

    def _fail(self, error: Exception) -> None:
        self._set_working(False)
        told = error if isinstance(error, MelismaError) else MelismaError(text.EXPORT_FAILED, str(error))
        self.failed.emit(told)

    def _set_working(self, working: bool) -> None:
        if working != self._working:
            self._working = working
            self.busy_changed.emit()


def _placed(out: Path, project: Project, offset_s: float) -> Path:
    """Named with its place; the bar only where the clip begins with the DAW's own first."""
    position_s = project.clip.position_s if project.clip else 0.0
    tempo_map = project.tempo_map.tempo_map()
    bar, beat = tempo_map.bar_beat(tempo_map.quarters(max(0.0, offset_s)))
    place = "" if position_s else f"{bar}.{beat:.0f}"
    return placed_file(out, renders_folder(), max(0.0, offset_s + position_s), place)


def _files(answer: Mapping[str, Any], stems: bool, out: Path) -> tuple[Path, ...]:
    """What the queue offers: the finished file; with effects it is written after the job."""
    return (out,) if stems else (Path(str(answer["out"])),)
