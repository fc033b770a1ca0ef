"""Voices of one's own: asked for anywhere in the window, trained as jobs of the queue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from gui.engine_process import Ask
from gui.jobs import Job, JobState
from gui.panels.base import Studio
from gui.texts import voice as text
from gui.train_extra import lacking
from gui.viewmodels.voice_wish import Begun, Checked, Options, VoiceWish
from gui.voice_dialog import VoiceDialog
from gui.widgets.questions import Choose, Question

KIND = "train"


class VoiceMaking(QObject):
    """Hears what the desk is asked for, and tells the desk what became of it.  `choose` puts questions."""

    def __init__(self, studio: Studio, window: QWidget, choose: Choose) -> None:
        super().__init__(window)
        self._studio, self._window, self._choose = studio, window, choose
        self._wishes: dict[str, VoiceWish] = {}
        self._looking: Ask | None = None
        self.dialog: VoiceDialog | None = None
        studio.desk.voice_wished.connect(self.ask)
        studio.jobs.changed.connect(self._changed)
        studio.jobs.removed.connect(lambda job_id: self._wishes.pop(job_id, None))

    def ask(self, folder: Path | None = None) -> None:
        """Of what, whose, how long.  Waits for nobody."""
        if self.dialog is not None:
            self.dialog.reject()
        lacks, kept = lacking(), self._studio.settings.text("voice.folder")
        dialog = self.dialog = VoiceDialog(self._studio.theme, Path(kept or Path.home()), lacks, self._window)
        dialog.check_wished.connect(self._look)
        dialog.rules_wished.connect(self._ask_rules)
        dialog.forget_wished.connect(self._forget)
        dialog.wished.connect(self._start)
        dialog.finished.connect(self._closed)
        if folder is not None:
            dialog.show_folder(folder)
        if not lacks:
            self._ask_options()
        dialog.open()

    # What the dialog must know

    def _ask_options(self) -> None:
        dialog = self.dialog
        ask = self._studio.workshop.ask("train.options")
        ask.done.connect(lambda told: self._told(dialog, lambda shown: shown.show_options(self._offered(told))))
        ask.failed.connect(lambda failure: self._told(dialog, lambda shown: shown.show_failed(_sentence(failure))))
        ask.lost.connect(lambda: self._told(dialog, lambda shown: shown.show_failed(text.LOST)))

    def _ask_rules(self, wish: VoiceWish) -> None:
        dialog = self.dialog
        ask = self._studio.workshop.ask("train.wish", wish.args())
        ask.done.connect(lambda told: self._told(dialog, lambda shown: shown.show_rules(wish, told)))
        ask.failed.connect(lambda failure: self._told(dialog, lambda shown: shown.show_refusal(_sentence(failure))))

    def _offered(self, told: dict[str, Any]) -> Options:
        """Without what is being trained now."""
        options = Options.read(told)
        return replace(options, begun=tuple(begun for begun in options.begun if not self._runs(begun.wish.name)))

    def _look(self, wish: VoiceWish) -> None:
        if self._looking is not None:
            self._looking.cancel()
        ask = self._looking = self._studio.workshop.ask("train.check", wish.args())

        def tell(show: Any) -> None:
            if ask is self._looking and self.dialog is not None:
                show(self.dialog)

        ask.progressed.connect(lambda *told: tell(lambda shown: shown.show_progress(*told)))
        ask.done.connect(lambda told: tell(lambda shown: shown.show_checked(Checked.read(told))))
        ask.failed.connect(lambda failure: tell(lambda shown: shown.show_failed(_sentence(failure))))
        ask.lost.connect(lambda: tell(lambda shown: shown.show_failed(text.LOST)))

    def _told(self, dialog: VoiceDialog | None, show: Any) -> None:
        """To the dialog that asked, if it is still there."""
        if dialog is not None and dialog is self.dialog:
            show(dialog)

    def _forget(self, begun: Begun) -> None:
        question = Question(
            text.FORGET_ASK.format(name=begun.wish.name), text.FORGET_MORE, (text.FORGET_IT, text.CANCEL)
        )
        if self._choose(self.dialog or self._window, question) == 0:
            ask = self._studio.workshop.ask("train.forget", {"id": begun.id})
            ask.done.connect(lambda _: self._ask_options() if self.dialog is not None else None)
            ask.failed.connect(self._studio.desk.fail)

    # Start

    def _start(self, wish: VoiceWish) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        if self._runs(wish.name):
            dialog.show_refusal(text.RUNS.format(name=wish.name))
            return
        taken, begun = dialog.taken, dialog.begun
        if taken and not self._may(text.REPLACE_ASK.format(name=wish.name), text.REPLACE_MORE, text.REPLACE_IT):
            return
        other = begun is not None and not begun.same
        if begun is not None and other:
            more = text.ANEW_MORE.format(recordings=begun.wish.recordings)
            if not self._may(text.ANEW_ASK.format(name=wish.name), more, text.ANEW_IT):
                return
        dialog.accept()
        if wish.recordings is not None:
            self._studio.settings.put("voice.folder", str(wish.recordings.parent))
        if begun is not None and other:
            ask = self._studio.workshop.ask("train.forget", {"id": begun.id})
            ask.done.connect(lambda _: self.train(wish, taken))
            ask.failed.connect(self._studio.desk.fail)
        else:
            self.train(wish, taken)

    def train(self, wish: VoiceWish, replaces: bool = False) -> None:
        """Into the queue."""
        desk = self._studio.desk
        title = text.JOB_TITLE.format(name=wish.name)
        args = wish.args() | {"replace": replaces}
        job = self._studio.jobs.run(KIND, title, "train.voice", args, lambda answer: (Path(answer["folder"]),))
        self._wishes[job.id] = wish
        desk.tell(text.STARTED.format(name=wish.name), "info", text.SHOW, lambda: desk.hand("queue"))

    def _runs(self, name: str) -> bool:
        """Whether a voice of that name is being trained, or will be."""
        jobs = ((self._studio.jobs.get(job_id), wish) for job_id, wish in self._wishes.items())
        return any(job is not None and not job.state.over and wish.name == name for job, wish in jobs)

    def _may(self, title: str, more: str, yes: str) -> bool:
        return self._choose(self.dialog or self._window, Question(title, more, (yes, text.CANCEL))) == 0

    def _changed(self, job_id: str) -> None:
        job, wish = self._studio.jobs.get(job_id), self._wishes.get(job_id)
        if job is not None and wish is not None and job.state.over:
            self._over(job, wish)

    def _over(self, job: Job, wish: VoiceWish) -> None:
        desk = self._studio.desk
        if job.state is JobState.DONE:
            desk.models_changed.emit(str(job.answer["voice"]))
            desk.tell(text.MADE.format(name=wish.name), "good", text.SHOW, lambda: desk.hand("models"))
        elif job.state is JobState.CANCELLED:
            desk.tell(text.STOPPED.format(name=wish.name), "info", text.SHOW, lambda: desk.hand("queue"))

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()
        if dialog is not None:
            dialog.deleteLater()


def _sentence(failure: Any) -> str:
    return f"{failure.message} {failure.hint}".strip()
