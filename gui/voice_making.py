"""Voices of one's own: asked for anywhere in the window, trained as jobs of the queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
Done = Callable[[VoiceDialog, Any], object]
Refused = Callable[[VoiceDialog, str], None]


@dataclass(frozen=True, slots=True)
class _Made:
    """What a job makes; `id`: the voice's."""

    id: str
    wish: VoiceWish


class VoiceMaking(QObject):
    """Hears what the desk is asked for, and tells the desk what became of it.  `choose` puts questions."""

    def __init__(self, studio: Studio, window: QWidget, choose: Choose) -> None:
        super().__init__(window)
        self._studio, self._window, self._choose = studio, window, choose
        self._made: dict[str, _Made] = {}
        self._looking: Ask | None = None
        self.dialog: VoiceDialog | None = None
        studio.desk.voice_wished.connect(self.ask)
        studio.jobs.changed.connect(self._changed)
        studio.jobs.removed.connect(lambda job_id: self._made.pop(job_id, None))

    def ask(self, folder: Path | None = None) -> None:
        """Of what, whose, how long.  Waits for nobody."""
        if self.dialog is not None:
            self.dialog.reject()
        lacks, kept = lacking(), self._studio.settings.text("voice.folder")
        dialog = self.dialog = VoiceDialog(self._studio.theme, Path(kept or Path.home()), lacks, self._window)
        dialog.check_wished.connect(self._look)
        dialog.check_dropped.connect(self._stop_looking)
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
        def done(dialog: VoiceDialog, told: Any) -> None:
            dialog.show_options(self._offered(told))

        self._ask("train.options", {}, done, VoiceDialog.show_failed)

    def _ask_rules(self, wish: VoiceWish) -> None:
        def done(dialog: VoiceDialog, told: Any) -> None:
            dialog.show_rules(wish, told)

        self._ask("train.wish", wish.args(), done, VoiceDialog.show_refusal)

    def _offered(self, told: dict[str, Any]) -> Options:
        """Without what is being trained now."""
        options = Options.read(told)
        return replace(options, begun=tuple(begun for begun in options.begun if not self._runs(begun.id)))

    def _look(self, wish: VoiceWish) -> None:
        self._stop_looking()
        ask = self._looking = self._studio.workshop.ask("train.check", wish.args())
        ask.repeatable = True

        def tell(show: Any) -> None:
            if ask is self._looking and self.dialog is not None:
                show(self.dialog)

        ask.progressed.connect(lambda *told: tell(lambda shown: shown.show_progress(*told)))
        ask.done.connect(lambda told: tell(lambda shown: shown.show_checked(Checked.read(told))))
        ask.failed.connect(lambda failure: tell(lambda shown: shown.show_failed(_sentence(failure))))
        ask.lost.connect(lambda: tell(lambda shown: shown.show_failed(text.LOST)))

    def _stop_looking(self) -> None:
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()

    def _ask(self, op: str, args: Mapping[str, Any], done: Done, refused: Refused, lost: str = text.LOST) -> None:
        """What comes of it is for the dialog that asked, if it is still there; `refused` with a sentence."""
        dialog = self.dialog

        def tell(show: Callable[[VoiceDialog, Any], object], told: Any) -> None:
            if dialog is not None and dialog is self.dialog:
                show(dialog, told)

        ask = self._studio.workshop.ask(op, args)
        ask.repeatable = True
        ask.done.connect(lambda told: tell(done, told))
        ask.failed.connect(lambda failure: tell(refused, _sentence(failure)))
        ask.lost.connect(lambda: tell(refused, lost))

    def _forget(self, begun: Begun) -> None:
        question = Question(
            text.FORGET_ASK.format(name=begun.wish.name), text.FORGET_MORE, (text.FORGET_IT, text.CANCEL)
        )
        if self._choose(self.dialog or self._window, question) == 0:
            self._forget_now(begun, lambda _dialog, _told: self._ask_options())

    def _forget_now(self, begun: Begun, then: Done) -> None:
        """The dialog stays until it is known to be done: what was typed is not lost where it cannot be."""
        dialog = self.dialog
        if dialog is None:
            return
        if self._runs(begun.id):
            dialog.show_refusal(text.RUNS.format(name=begun.wish.name))
            return

        def done(dialog: VoiceDialog, told: Any) -> None:
            dialog.setEnabled(True)
            then(dialog, told)

        def refused(dialog: VoiceDialog, sentence: str) -> None:
            dialog.setEnabled(True)
            dialog.show_refusal(sentence)
            if looked:
                dialog.look()

        looked = self._looking is not None and not self._looking.finished
        self._stop_looking()  # it may be at work in the folder that is to go
        dialog.setEnabled(False)
        self._ask("train.forget", {"id": begun.id}, done, refused, text.FORGET_LOST)

    # Start

    def _start(self, wish: VoiceWish) -> None:
        dialog = self.dialog
        if dialog is None:
            return
        if self._runs(dialog.voice_id):
            dialog.show_refusal(text.RUNS.format(name=wish.name))
            return
        made, taken, begun = _Made(dialog.voice_id, wish), dialog.taken, dialog.begun
        if taken and not self._may(text.REPLACE_ASK.format(name=wish.name), text.REPLACE_MORE, text.REPLACE_IT):
            return
        other = begun is not None and not begun.same
        if begun is not None and other:
            more = text.ANEW_MORE.format(recordings=begun.wish.recordings)
            if not self._may(text.ANEW_ASK.format(name=wish.name), more, text.ANEW_IT):
                return
            self._forget_now(begun, lambda shown, _told: self._train(shown, made, taken))
        else:
            self._train(dialog, made, taken)

    def _train(self, dialog: VoiceDialog, made: _Made, replaces: bool) -> None:
        """Into the queue."""
        wish = made.wish
        dialog.accept()
        if wish.recordings is not None:
            self._studio.settings.put("voice.folder", str(wish.recordings.parent))
        desk = self._studio.desk
        title = text.JOB_TITLE.format(name=wish.name)
        args = wish.args() | {"replace": replaces}
        job = self._studio.jobs.run(KIND, title, "train.voice", args, lambda answer: (Path(answer["folder"]),))
        self._made[job.id] = made
        desk.tell(text.STARTED.format(name=wish.name), "info", text.SHOW, lambda: desk.hand("queue"))

    def _runs(self, voice_id: str) -> bool:
        """Whether that voice is being trained, or will be: several names may make one id."""
        jobs = (self._studio.jobs.get(job_id) for job_id, made in self._made.items() if made.id == voice_id)
        return any(job is not None and not job.state.over for job in jobs)

    def _may(self, title: str, more: str, yes: str) -> bool:
        return self._choose(self.dialog or self._window, Question(title, more, (yes, text.CANCEL))) == 0

    def _changed(self, job_id: str) -> None:
        job, made = self._studio.jobs.get(job_id), self._made.get(job_id)
        if job is not None and made is not None and job.state.over:
            self._over(job, made.wish)

    def _over(self, job: Job, wish: VoiceWish) -> None:
        desk = self._studio.desk
        if job.state is JobState.DONE:
            desk.models_changed.emit(str(job.answer["voice"]))
            desk.tell(text.MADE.format(name=wish.name), "good", text.SHOW, lambda: desk.hand("models"))
        elif job.state is JobState.CANCELLED:
            desk.tell(text.STOPPED.format(name=wish.name), "info", text.SHOW, lambda: desk.hand("queue"))

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        self._stop_looking()
        if dialog is not None:
            dialog.deleteLater()


def _sentence(failure: Any) -> str:
    return f"{failure.message} {failure.hint}".strip()
