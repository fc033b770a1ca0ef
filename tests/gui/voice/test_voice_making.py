"""A voice of one's own: the job, who hears of the voice, and the ways to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.panels.models import ModelsPanel
from gui.texts import voice as text
from gui.viewmodels.job_line import job_line
from tests.gui.shell_studio import MODELS, Answers, told
from tests.gui.voice_stand import FOUND, SAID, begun_training, engine_of, fill, last, opened, ready, rules


class TestJob:
    def test_what_was_said_is_what_is_trained(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        dialog = ready(window, takes, qtbot)
        dialog.form.minutes.setValue(45)
        rules(window, qtbot)
        dialog.start.click()
        args = last(window, "train.voice").args
        more = {"recordings": str(takes), "language": "en", "quality": "normal", "minutes": 45, "replace": False}
        assert args == SAID | more
        (job,) = window.studio.jobs.all()
        assert (job.kind, job.title) == ("train", "Training Ann")
        assert window.voices.dialog is None

    @pytest.mark.parametrize(("answer", "begins"), [(0, True), (1, False)])
    def test_a_voice_of_that_name_is_replaced_only_when_asked(
        self, window: MainWindow, takes: Path, answers: Answers, qtbot: QtBot, answer: int, begins: bool
    ) -> None:
        dialog = ready(window, takes, qtbot, taken=True)
        answers.numbers.append(answer)
        dialog.start.click()
        assert [ask.args["replace"] for ask in engine_of(window.studio).of("train.voice")] == [True] * begins
        assert (window.voices.dialog is None) is begins

    def test_one_voice_is_not_trained_twice_at_once(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        ready(window, takes, qtbot).start.click()
        dialog = opened(window, takes, begun=(begun_training(takes),))
        assert dialog.row.isHidden()
        last(window, "train.check").answer(FOUND)
        fill(dialog, **SAID)
        rules(window, qtbot)
        dialog.start.click()
        assert dialog.said.text() == text.RUNS.format(name="Ann")
        assert len(engine_of(window.studio).of("train.voice")) == 1

    def test_the_queue_tells_shares(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        ready(window, takes, qtbot).start.click()
        ask = last(window, "train.voice")
        ask.begun.emit()
        ask.progressed.emit("Training the voice", 430, 1000)
        (job,) = window.studio.jobs.all()
        assert job_line(job).words == "Training the voice 43%"
        ask.progressed.emit("Loading the base voice", 0, 1)
        assert job_line(job).words == "Loading the base voice"

    def test_a_voice_that_is_made_is_shown_and_offered(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        window.show_panel("sing")
        window.pages.panel("models")
        ready(window, takes, qtbot).start.click()
        said = told(window.studio)
        ask, before = last(window, "train.voice"), len(engine_of(window.studio).of("models"))
        ask.answer({"voice": "ann", "name": "Ann", "folder": "/data/models/ann"})
        assert said == ["Ann is trained and can sing."]
        models = engine_of(window.studio).of("models")[before:]
        assert len(models) == 2  # of Models, and of Sing
        ann = dict(MODELS[0]) | {"id": "ann", "name": "Ann", "included": False}
        for question in models:
            question.answer({"models": [*MODELS, ann], "broken": []})
        panel = window.pages.panel("models")
        assert isinstance(panel, ModelsPanel)
        assert panel.chosen is not None
        assert panel.chosen.id == "ann"

    def test_one_that_is_stopped_says_that_nothing_is_lost(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        ready(window, takes, qtbot).start.click()
        said = told(window.studio)
        (job,) = window.studio.jobs.all()
        window.studio.jobs.cancel(job.id)
        assert job_line(job).words == "Stopping …"
        qtbot.waitUntil(lambda: job.state.over)
        assert job_line(job).words == "Cancelled"
        assert said == [text.STOPPED.format(name="Ann")]
        first = last(window, "train.voice")
        window.studio.jobs.again(job.id)
        assert last(window, "train.voice").args == first.args


class TestWaysIn:
    def test_from_the_button_and_the_menu(self, window: MainWindow) -> None:
        window.show_panel("models")
        models = window.pages.panel("models")
        engine_of(window.studio).of("models")[-1].answer({"models": MODELS, "broken": []})
        button = next(b for b in models.findChildren(QPushButton) if b.text() == text.COMMAND and b.isVisible())
        button.click()
        assert window.voices.dialog is not None
        window.voices.dialog.reject()
        window.studio.commands.run("file.make_voice")
        assert window.voices.dialog is not None

    def test_a_folder_that_is_dropped_on_models(self, window: MainWindow, takes: Path) -> None:
        window.show_panel("models")
        window.take((takes,))
        dialog = window.voices.dialog
        assert dialog is not None
        assert dialog.wish.recordings == takes
        assert dialog.wish.name == "takes"
        assert engine_of(window.studio).of("models.add") == []

    def test_a_package_that_is_a_folder_is_installed(self, window: MainWindow, takes: Path) -> None:
        (takes / "manifest.json").write_text("{}")
        window.show_panel("models")
        window.take((takes,))
        assert window.voices.dialog is None
        assert len(engine_of(window.studio).of("models.add")) == 1

    def test_elsewhere_a_folder_is_one_to_isolate(self, window: MainWindow, takes: Path) -> None:
        window.show_panel("isolate")
        window.take((takes,))
        assert window.voices.dialog is None
