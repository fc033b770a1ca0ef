"""Recordings that are sung again: asked for anywhere in the window, done as jobs of the queue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.errors import InputError, MelismaError
from engine.files import make_folder
from gui.desk import Kind
from gui.document.renders import renders_folder
from gui.jobs import JobState
from gui.panels.base import Studio
from gui.placing import Placing
from gui.resing_dialog import ResingDialog
from gui.texts import resing as text
from gui.viewmodels.resing_wish import ResingWish, speakers
from gui.widgets.sound_files import ask_sound


class Resinging(QObject):
    """Hears what the desk is asked for, and tells the desk what became of it."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window
        self._wishes: dict[str, ResingWish] = {}
        self._placing = Placing(studio.jobs, self)
        self.dialog: ResingDialog | None = None
        studio.desk.resing_wished.connect(self.ask)
        studio.jobs.changed.connect(self._changed)
        studio.jobs.removed.connect(lambda job_id: self._wishes.pop(job_id, None))

    def ask(self, recording: Path | None = None) -> None:
        """How, and by whom; first of all which one, where that is not said.  Waits for nobody."""
        if recording is None:
            recording = ask_sound(self._window, text.CHOOSE_TITLE, Path.home())
        if recording is None:
            return
        if not recording.is_file():
            self._studio.desk.fail(InputError(text.GONE.format(name=recording.name), text.GONE_HINT))
            return
        if self.dialog is not None:
            self.dialog.reject()
        studio = self._studio
        dialog = self.dialog = ResingDialog(recording, studio.theme, studio.settings, self._promised(), self._window)
        dialog.wished.connect(self.start)
        dialog.mix_wished.connect(lambda mix: studio.desk.hand("isolate", (mix,)))
        dialog.finished.connect(self._closed)
        ask = studio.engine.ask("models", {}, "resing.models")
        ask.done.connect(lambda told: self._offer(dialog, told))
        ask.failed.connect(lambda failure: self._cannot_offer(dialog, failure))
        dialog.open()

    def start(self, wish: ResingWish) -> None:
        """Into the queue."""
        desk = self._studio.desk
        try:
            if wish.out.parent == renders_folder():
                make_folder(wish.out.parent)
        except MelismaError as error:
            desk.fail(error)
            return
        title = text.JOB_TITLE.format(name=wish.recording.name, voice=wish.speaker.name)
        job = self._studio.jobs.run("resing", title, "resing", wish.args(), _files)
        self._wishes[job.id] = wish
        told = text.BEGUN.format(name=wish.recording.name)
        desk.tell(told, "info", text.SHOW, lambda: desk.hand("queue"))

    def close(self) -> None:
        """Waits for a file that is being named."""
        self._placing.close()

    def _offer(self, dialog: ResingDialog, told: dict[str, Any]) -> None:
        if dialog is self.dialog:
            dialog.show_speakers(speakers(told.get("models", ())))

    def _cannot_offer(self, dialog: ResingDialog, failure: Any) -> None:
        if dialog is self.dialog:
            dialog.show_failure(f"{failure.message} {failure.hint}".strip())

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _promised(self) -> frozenset[Path]:
        return frozenset(wish.out for wish in self._wishes.values())

    def _changed(self, job_id: str) -> None:
        job, wish = self._studio.jobs.get(job_id), self._wishes.get(job_id)
        if job is None or wish is None or job.state is not JobState.DONE:
            return
        desk = self._studio.desk
        self._placing.place(job_id, wish.out, _start_s(job.answer))
        desk.resung.emit(wish.recording, wish.out)
        remarks = [str(line) for line in job.answer.get("remarks", ())]
        told = text.DONE.format(name=wish.out.name, voice=wish.speaker.name)
        kind: Kind = "warn" if remarks else "good"
        desk.tell(" ".join((told, *remarks)), kind, text.SHOW, lambda: desk.hand("queue"))


def _files(answer: dict[str, Any]) -> tuple[Path, ...]:
    return (Path(answer["out"]),)


def _start_s(answer: Mapping[str, Any]) -> float:
    """Where the recording says that it begins."""
    return (answer["position_samples"] or 0) / float(answer["sample_rate"])
