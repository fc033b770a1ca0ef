"""The Queue panel: every job with its progress, its end and its files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui.commands import Command
from gui.jobs import Job, JobState
from gui.panels.base import Panel, Studio
from gui.texts import plural
from gui.texts import shell as texts
from gui.viewmodels.job_line import job_line
from gui.widgets.empty_state import EmptyState
from gui.widgets.error_box import show_error
from gui.widgets.job_row import JobActions, JobRow
from gui.widgets.labels import label, text_button
from gui.widgets.show_file import open_file, show_in_folder

_PAINTS_MS = 100


class QueuePanel(Panel):
    """The newest job on top."""

    id = "queue"
    title = texts.QUEUE
    icon = "queue"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self._jobs, self._rows, self._stale = studio.jobs, dict[str, JobRow](), set[str]()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAINTS_MS)
        self._timer.timeout.connect(self._paint_stale)
        self._lay_out()
        for job in self._jobs.all():
            self._add(job.id)
        self._jobs.added.connect(self._add)
        self._jobs.changed.connect(self._changed)
        self._jobs.renamed.connect(self._changed)
        self._jobs.removed.connect(self._removed)
        self._show_whole()

    def commands(self) -> Sequence[Command]:
        return (
            Command("queue.clear", texts.QUEUE_CLEAR, self.clear, "Ctrl+Shift+Backspace", self._any_over),
            Command("queue.cancel_all", texts.QUEUE_CANCEL_ALL, self.cancel_all, "", lambda: self._jobs.running > 0),
        )

    def clear(self) -> None:
        """Take all jobs that are over off the list."""
        for job in self._jobs.all():
            self._jobs.forget(job.id)

    def cancel_all(self) -> None:
        """Stop everything; what waits first, so that nothing of it begins."""
        for job in sorted(self._jobs.all(), key=lambda job: job.state is JobState.RUNNING):
            self._jobs.cancel(job.id)

    def row(self, job_id: str) -> JobRow:
        """The row of a job.  Raises `KeyError`."""
        return self._rows[job_id]

    def _lay_out(self) -> None:
        theme, desk = self.studio.theme, self.studio.desk
        gap = theme.tokens.measures.gap
        empty = EmptyState(
            theme,
            "queue",
            texts.QUEUE_EMPTY,
            texts.QUEUE_EMPTY_HINT,
            (
                (texts.QUEUE_TO_SING, lambda: desk.hand("sing")),
                (texts.QUEUE_TO_ISOLATE, lambda: desk.hand("isolate")),
            ),
        )
        self._count = label(tone="soft")
        self._cancel = text_button(texts.QUEUE_CANCEL_ALL, self.cancel_all)
        self._clear = text_button(texts.QUEUE_CLEAR, self.clear)
        head = QHBoxLayout()
        head.setContentsMargins(gap * 4, gap * 3, gap * 4, gap)
        head.addWidget(label(texts.QUEUE_TITLE, "title"))
        head.addSpacing(gap * 2)
        head.addWidget(self._count, 1)
        head.addWidget(self._cancel)
        head.addWidget(self._clear)
        inside = QWidget()
        inside.setProperty("plain", "true")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(gap * 4, gap, gap * 4, gap * 4)
        self._column.setSpacing(gap * 2)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName(texts.QUEUE_TITLE)
        area.setWidget(inside)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(area, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _add(self, job_id: str) -> None:
        job = self._jobs.get(job_id)
        if job is None:
            return
        actions = JobActions(
            cancel=partial(self._jobs.cancel, job_id),
            again=partial(self._jobs.again, job_id),
            open=partial(self._with_result, job_id, open_file),
            show=partial(self._with_result, job_id, show_in_folder),
            mix=partial(self._with_result, job_id, lambda path: self.studio.desk.mix((path,))),
            forget=partial(self._jobs.forget, job_id),
            details=partial(self._details, job_id),
            files=lambda: job.results,
        )
        row = JobRow(self.studio.theme, job.title, actions)
        self._rows[job_id] = row
        self._column.insertWidget(0, row)
        self._show(job)
        self._show_whole()

    def _changed(self, job_id: str) -> None:
        self._stale.add(job_id)
        if not self._timer.isActive():
            self._timer.start()

    def _removed(self, job_id: str) -> None:
        row = self._rows.pop(job_id, None)
        if row is not None:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._show_whole()

    def _paint_stale(self) -> None:
        stale, self._stale = self._stale, set()
        for job in self._jobs.all():
            if job.id in stale:
                self._show(job)
        self._show_whole()

    def _show(self, job: Job) -> None:
        self._rows[job.id].show_line(job_line(job), job.failure is not None)

    def _show_whole(self) -> None:
        jobs = self._jobs.all()
        self._pages.setCurrentIndex(1 if jobs else 0)
        count = plural(texts.QUEUE_COUNT_ONE, texts.QUEUE_COUNT_MANY, len(jobs))
        running = self._jobs.running
        self._count.setText(texts.QUEUE_RUNNING.format(count=count, running=running) if running else count)
        self._cancel.setEnabled(running > 0)
        self._clear.setEnabled(self._any_over())

    def _any_over(self) -> bool:
        return any(job.state.over for job in self._jobs.all())

    def _with_result(self, job_id: str, show: object) -> None:
        job = self._jobs.get(job_id)
        if job is None or not job.results:
            return
        path = job.results[0]
        if not path.exists():
            self.studio.desk.tell(texts.GONE.format(name=path.name), "warn")
        elif callable(show):
            show(path)

    def _details(self, job_id: str) -> None:
        job = self._jobs.get(job_id)
        if job is not None and job.failure is not None:
            show_error(self, job.failure)
