"""Videos that are being made here, and those that were: with progress, and a handle to drag them out."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from gui.document.renders import renders_folder
from gui.jobs import Job, Jobs, JobState
from gui.panels.avatar.boxes import Box
from gui.texts import avatar as texts
from gui.theme import Theme
from gui.viewmodels.clock_text import clock
from gui.widgets.file_drag import DragHandle, placed_file
from gui.widgets.labels import label, set_tone, text_button
from gui.widgets.show_file import open_file, show_in_folder

MOST = 4
"""Rows that are shown here; all are in the queue."""


class Results(Box):
    """Follows the jobs that it is given with `add`."""

    def __init__(self, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, texts.RESULTS, parent)
        self._jobs = jobs
        self._rows: dict[str, ResultRow] = {}
        jobs.changed.connect(self._changed)
        jobs.removed.connect(self._remove)
        self.setVisible(False)

    @property
    def rows(self) -> tuple[ResultRow, ...]:
        """The newest first."""
        return tuple(reversed(self._rows.values()))

    def add(self, job: Job, start_s: float | None = None) -> None:
        """Show one more, above the others.  `start_s`: where it begins in the DAW's session, for its name there."""
        row = ResultRow(job, self._jobs, self.theme, start_s)
        self._rows[job.id] = row
        self.column.insertWidget(1, row)
        for old in list(self._rows)[:-MOST]:
            self._remove(old)
        self.setVisible(True)

    def _changed(self, job_id: str) -> None:
        if job_id in self._rows:
            self._rows[job_id].refresh()

    def _remove(self, job_id: str) -> None:
        row = self._rows.pop(job_id, None)
        if row is not None:
            row.hide()
            row.deleteLater()
        self.setVisible(bool(self._rows))


class ResultRow(QWidget):
    """One video."""

    def __init__(
        self, job: Job, jobs: Jobs, theme: Theme, start_s: float | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.job, self._start_s = job, start_s
        self.handle = DragHandle(theme, job.title, self.dragged)
        self._name = label()
        self._name.setToolTip(job.title)
        self._state = label("", "small", wraps=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.cancel = text_button(texts.CANCEL, lambda: jobs.cancel(job.id), "flat", about=texts.CANCEL_TIP)
        self.open = text_button(texts.RESULT_OPEN, self._open, "flat")
        self.folder = text_button(texts.RESULT_FOLDER, self._show_in_folder, "flat")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.tokens.measures.gap)
        head = QHBoxLayout()
        head.addWidget(self.handle)
        head.addWidget(self._name, 1)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addWidget(self._state)
        buttons = QHBoxLayout()
        for button in (self.open, self.folder, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self.refresh()

    def dragged(self) -> tuple[Path, ...]:
        """The video as it is dragged out: with its place in the song in its name, where that is known."""
        if not self.job.results:
            return ()
        video = self.job.results[0]
        if self._start_s is None or not video.is_file():
            return (video,)
        return (placed_file(video, renders_folder(), self._start_s),)

    def refresh(self) -> None:
        """Show the job as it is now."""
        job = self.job
        done = job.state is JobState.DONE
        self._name.setText(self._elided(job.results[0].name if job.results else job.title))
        self.setAccessibleName(job.title)
        self._bar.setVisible(not job.state.over)
        self._bar.setRange(0, job.total if job.state is JobState.RUNNING else 0)
        self._bar.setValue(job.done)
        self._state.setText(_told(job))
        self._state.setVisible(not done)
        set_tone(self._state, "bad" if job.state in (JobState.FAILED, JobState.LOST) else "small")
        self.cancel.setVisible(not job.state.over)
        for button, tip in ((self.open, texts.RESULT_OPEN_TIP), (self.folder, texts.RESULT_FOLDER_TIP)):
            button.setVisible(done)
            button.setToolTip(tip.format(name=job.results[0].name) if job.results else "")
        self.handle.setVisible(done)

    def _elided(self, text: str) -> str:
        return self._name.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, 230)

    def _open(self) -> None:
        if self.job.results:
            open_file(self.job.results[0])

    def _show_in_folder(self) -> None:
        if self.job.results:
            show_in_folder(self.job.results[0])


def _told(job: Job) -> str:
    if job.state is JobState.WAITING:
        return texts.WAITS
    if job.state is JobState.RUNNING:
        percent = round(100 * job.done / job.total) if job.total else 0
        told = texts.WRITING.format(stage=job.stage, percent=percent).strip()
        left = "" if job.left_s is None else ", " + texts.LEFT.format(time=clock(job.left_s, 0))
        return told + left
    if job.state is JobState.CANCELLED:
        return texts.CANCELLED
    if job.state is JobState.LOST:
        return texts.LOST
    if job.failure is not None:
        return f"{job.failure.message} {job.failure.hint}".strip()
    return ""
