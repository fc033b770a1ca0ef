"""A voice of one's own: answers that come late, or never, and what the user changes meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.texts import voice as text
from gui.voice_dialog import VoiceDialog
from tests.gui.shell_studio import Answers
from tests.gui.voice_stand import FOUND, SAID, STEPS, begun_training, engine_of, fill, last, opened, ready, rules

OPTIONS = {"base": {"id": "trio", "name": "Trio", "languages": ["en", "de"]}, "steps": STEPS, "begun": []}


def shown(window: MainWindow) -> VoiceDialog:
    assert window.voices.dialog is not None
    return window.voices.dialog


def trained(window: MainWindow) -> list[str]:
    return [ask.args["name"] for ask in engine_of(window.studio).of("train.voice")]


class TestLateOptions:
    def test_who_is_quicker_than_the_options_can_train(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        window.studio.desk.make_voice(takes)
        dialog = shown(window)
        fill(dialog, **SAID)
        qtbot.waitUntil(lambda: bool(engine_of(window.studio).of("train.wish")))
        early = last(window, "train.wish")
        last(window, "train.options").answer(OPTIONS)
        early.answer({"id": "ann", "taken": False, "begun": None, "problems": []})
        last(window, "train.check").answer(FOUND)
        rules(window, qtbot)
        assert dialog.start.isEnabled()

    def test_what_was_said_without_a_language_counts_no_more(
        self, window: MainWindow, takes: Path, qtbot: QtBot
    ) -> None:
        window.studio.desk.make_voice(takes)
        dialog = shown(window)
        fill(dialog, **SAID)
        rules(window, qtbot, begun=begun_training(takes, language="en", same=False))
        assert dialog.said.text() == text.OTHER
        last(window, "train.options").answer(OPTIONS)
        last(window, "train.check").answer(FOUND)
        assert not dialog.start.isEnabled()
        rules(window, qtbot, begun=begun_training(takes, language="en", same=True))
        dialog.start.click()
        assert engine_of(window.studio).of("train.forget") == []
        assert trained(window) == ["Ann"]


class TestOtherFolder:
    def test_a_check_of_another_folder_says_nothing_of_one_that_is_gone(
        self, window: MainWindow, takes: Path, tmp_path: Path, qtbot: QtBot
    ) -> None:
        dialog = opened(window, takes, (begun_training(tmp_path / "gone"),))
        check = last(window, "train.check")
        dialog.row.go_on.click()
        gone = text.GONE.format(name="gone")
        assert dialog.check.said.text() == gone
        with qtbot.waitSignal(check.cancelled):
            check.progressed.emit("Reading the recordings", 3, 12)
            check.done.emit(dict(FOUND))
        rules(window, qtbot)
        assert dialog.check.said.text() == gone
        assert not dialog.start.isEnabled()

    def test_the_name_follows_the_folder_until_it_is_typed(
        self, window: MainWindow, takes: Path, tmp_path: Path
    ) -> None:
        dialog = opened(window, takes)
        assert dialog.wish.name == "takes"
        dialog.show_folder(tmp_path)
        assert dialog.wish.name == tmp_path.name
        fill(dialog, name="Ann")
        dialog.show_folder(takes)
        assert dialog.wish.name == "Ann"

    def test_the_name_of_a_training_that_is_taken_up_stays(self, window: MainWindow, takes: Path) -> None:
        dialog = opened(window, takes, (begun_training(takes, name="takes", id="takes"),))
        dialog.row.go_on.click()
        dialog.show_folder(takes.parent)
        assert dialog.wish.name == "takes"

    def test_a_folder_with_a_dot_in_its_name_is_one_of_recordings(self, window: MainWindow, tmp_path: Path) -> None:
        folder = tmp_path / "Ann v1.2"
        folder.mkdir()
        (tmp_path / "song.wav").touch()
        window.show_panel("models")
        models = window.pages.panel("models")
        assert models is not None
        assert not models.accepts([tmp_path / "song.wav"])
        window.take((folder,))
        assert shown(window).wish.recordings == folder


class TestOneOfAKind:
    def test_another_name_of_the_same_voice_is_refused_while_it_is_trained(
        self, window: MainWindow, takes: Path, tmp_path: Path, qtbot: QtBot, answers: Answers
    ) -> None:
        ready(window, takes, qtbot).start.click()
        dialog = opened(window, tmp_path)
        last(window, "train.check").answer(FOUND)
        fill(dialog, **SAID | {"name": "ann"})
        rules(window, qtbot, begun=begun_training(takes, same=False))
        dialog.start.click()
        assert dialog.said.text() == text.RUNS.format(name="ann")
        assert answers.questions == []
        assert engine_of(window.studio).of("train.forget") == []
        assert trained(window) == ["Ann"]

    def test_what_is_trained_again_meanwhile_is_not_forgotten(
        self, window: MainWindow, takes: Path, qtbot: QtBot, answers: Answers
    ) -> None:
        ready(window, takes, qtbot).start.click()
        (job,) = window.studio.jobs.all()
        window.studio.jobs.cancel(job.id)
        qtbot.waitUntil(lambda: job.state.over)
        dialog = opened(window, begun=(begun_training(takes),))
        window.studio.jobs.again(job.id)
        answers.numbers.append(0)
        dialog.row.forget.click()
        assert dialog.said.text() == text.RUNS.format(name="Ann")
        assert engine_of(window.studio).of("train.forget") == []


class TestDeadEnds:
    def test_rules_that_nobody_answers_are_said(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        dialog = opened(window, takes)
        last(window, "train.check").answer(FOUND)
        fill(dialog, **SAID)
        qtbot.waitUntil(lambda: bool(engine_of(window.studio).of("train.wish")))
        last(window, "train.wish").lost.emit()
        assert dialog.said.text() == text.LOST
        dialog.show_folder(takes)  # as it says
        last(window, "train.check").answer(FOUND)
        rules(window, qtbot)
        assert dialog.start.isEnabled()

    @pytest.mark.parametrize("how", ["lost", "failed"])
    def test_where_nothing_is_forgotten_nothing_that_was_typed_is_lost(
        self, window: MainWindow, takes: Path, answers: Answers, qtbot: QtBot, how: str
    ) -> None:
        dialog = ready(window, takes, qtbot, begun=begun_training(takes / "other", same=False))
        answers.numbers += [0, 0]
        dialog.start.click()
        assert not dialog.isEnabled()
        if how == "lost":
            last(window, "train.forget").lost.emit()
        else:
            last(window, "train.forget").fail("Ann is being trained already.", "Wait.")
        assert shown(window) is dialog
        assert dialog.isEnabled()
        assert dialog.said.text() == (text.FORGET_LOST if how == "lost" else "Ann is being trained already. Wait.")
        assert trained(window) == []
        dialog.start.click()
        last(window, "train.forget").answer({"id": "ann"})
        assert trained(window) == ["Ann"]
        assert window.voices.dialog is None

    def test_recordings_are_looked_at_again_where_nothing_was_forgotten(
        self, window: MainWindow, takes: Path, answers: Answers
    ) -> None:
        dialog = opened(window, takes, (begun_training(takes),))
        check = last(window, "train.check")
        answers.numbers.append(0)
        dialog.row.forget.click()
        assert check.finished  # it may be at work in the folder that is to go
        last(window, "train.forget").fail("Ann is being trained already.")
        assert last(window, "train.check") is not check
        last(window, "train.check").answer(FOUND)
        assert "12 recordings" in dialog.check.said.text()

    def test_what_was_forgotten_goes_on_from_nowhere(
        self, window: MainWindow, takes: Path, answers: Answers, qtbot: QtBot
    ) -> None:
        told: dict[str, Any] = begun_training(takes)
        dialog = opened(window, begun=(told,))
        dialog.row.go_on.click()
        last(window, "train.check").answer(FOUND)
        rules(window, qtbot, begun=told | {"same": True})
        assert dialog.said.text() == text.GOES_ON.format(share=0.43)
        answers.numbers.append(0)
        dialog.row.forget.click()
        last(window, "train.forget").answer({"id": "ann"})
        last(window, "train.options").answer(OPTIONS)
        assert dialog.said.text() == ""
        assert dialog.begun is None
        last(window, "train.check").answer(FOUND)
        rules(window, qtbot)
        assert dialog.start.isEnabled()
        assert dialog.wish.consent == SAID["consent"]

    def test_what_is_asked_of_the_room_may_be_asked_again(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        ready(window, takes, qtbot).start.click()
        asks = {ask.op: bool(getattr(ask, "repeatable", False)) for ask in engine_of(window.studio).asks}
        assert asks["train.check"]
        assert asks["train.wish"]
        assert asks["train.options"]
        assert not asks["train.voice"]
