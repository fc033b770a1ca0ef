"""A voice of one's own: what the dialog asks, shows and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui import voice_making
from gui.main_window import MainWindow
from gui.texts import voice as text
from gui.viewmodels.voice_wish import Begun, Checked, VoiceWish
from tests.gui.shell_studio import Answers
from tests.gui.voice_stand import FOUND, SAID, STEPS, begun_training, engine_of, fill, last, opened, ready, rules


class TestRecordings:
    def test_they_are_looked_at_as_soon_as_a_folder_is_chosen(self, window: MainWindow, takes: Path) -> None:
        dialog = opened(window, takes)
        ask = last(window, "train.check")
        assert ask.args["recordings"] == str(takes)
        assert ask.args["language"] == "en"
        ask.progressed.emit("Reading the recordings", 3, 12)
        assert dialog.check.said.text() == "Reading the recordings"
        assert dialog.check.progress.value() == 3
        ask.answer(FOUND)
        assert dialog.check.said.text() == "12 recordings, 14:03 long, 11.0 minutes of voice; 8 with words."
        assert [shown.text() for shown in dialog.check.remarks] == FOUND["remarks"]
        assert "about 12 minutes" in dialog.form.quality.currentText()

    def test_another_language_is_another_look(self, window: MainWindow, takes: Path) -> None:
        dialog = opened(window, takes)
        first = last(window, "train.check")
        dialog.form.language.show_value("de")
        dialog.form.language.chosen.emit("de")
        assert last(window, "train.check").args["language"] == "de"
        first.answer(FOUND)
        assert dialog.check.remarks == []

    def test_too_little_voice_is_said_and_not_begun(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        dialog = opened(window, takes)
        last(window, "train.check").fail("The recordings hold 4 seconds of voice.", "Record more.")
        fill(dialog, **SAID)
        rules(window, qtbot)
        assert dialog.check.said.text() == "The recordings hold 4 seconds of voice. Record more."
        assert not dialog.start.isEnabled()

    def test_a_limit_of_time_is_reckoned_with(self) -> None:
        checked = Checked.read(FOUND)
        assert checked.time(3000, None) == "about 30 minutes"
        assert checked.time(3000, 5) == "about 10 minutes"
        assert checked.time(100_000, None) == "about 14.0 hours"

    def test_nobody_listens_for_a_dialog_that_is_closed(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        dialog = opened(window, takes)
        ask = last(window, "train.check")
        with qtbot.waitSignal(ask.cancelled):
            dialog.reject()
        assert window.voices.dialog is None


class TestConsent:
    @pytest.mark.parametrize("missing", ["name", "singer", "consent", "licence"])
    def test_without_each_of_them_nothing_begins(
        self, window: MainWindow, takes: Path, qtbot: QtBot, missing: str
    ) -> None:
        dialog = ready(window, takes, qtbot)
        assert dialog.start.isEnabled()
        fill(dialog, **{missing: "  "})
        rules(window, qtbot)
        assert not dialog.start.isEnabled()

    def test_nobody_is_asked_for_their_consent_by_an_earlier_singers_words(
        self, window: MainWindow, takes: Path, qtbot: QtBot
    ) -> None:
        ready(window, takes, qtbot).start.click()
        again = opened(window, takes)
        assert [again.form.fields[name].text() for name in ("singer", "consent", "licence")] == ["", "", ""]

    def test_what_the_engine_objects_to_is_said(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        problem = {"field": "licence", "message": "'??' is no licence's name.", "hint": "Use an SPDX name."}
        dialog = ready(window, takes, qtbot, problems=[problem])
        assert dialog.said.text() == "'??' is no licence's name. Use an SPDX name."
        assert not dialog.start.isEnabled()

    def test_an_answer_to_older_words_counts_no_more(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        dialog = ready(window, takes, qtbot)
        fill(dialog, licence="??")
        assert not dialog.start.isEnabled()


class TestLibraries:
    def test_without_them_it_says_what_to_run(
        self, window: MainWindow, takes: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(voice_making, "lacking", lambda: ["torch", "pyworld"])
        window.studio.desk.make_voice(takes)
        dialog = window.voices.dialog
        assert dialog is not None
        fill(dialog, **SAID)
        assert "torch, pyworld" in dialog.lack.text()
        assert "MELISMA_EXTRAS=train" in dialog.lack.text()
        assert not dialog.start.isEnabled()
        assert not [ask for ask in engine_of(window.studio).asks if ask.op.startswith("train.")]


class TestGoingOn:
    def test_a_training_that_was_stopped_is_offered_and_filled_in(self, window: MainWindow, takes: Path) -> None:
        dialog = opened(window, begun=(begun_training(takes, minutes=30.0),))
        assert not dialog.row.isHidden()
        assert dialog.row.which.currentText() == "Ann, 43%"
        dialog.row.go_on.click()
        assert dialog.wish == VoiceWish(takes, **SAID, language="de", quality="normal", minutes=30)
        assert last(window, "train.check").args["name"] == "Ann"

    def test_how_far_it_is_is_told(self, window: MainWindow, takes: Path, qtbot: QtBot) -> None:
        dialog = ready(window, takes, qtbot, begun=begun_training(takes) | {"same": True})
        assert dialog.said.text() == "Goes on from 43%: this training was begun before."
        dialog.form.quality.show_value("quick")
        dialog.form.quality.chosen.emit("quick")
        rules(window, qtbot, begun=begun_training(takes) | {"same": True})
        assert dialog.said.text() == text.LEARNED

    def test_time_that_is_used_up_counts(self, takes: Path) -> None:
        begun = Begun.read(begun_training(takes, done=10, spent_s=300.0))
        assert begun.share(STEPS, begun.wish) == pytest.approx(10 / 800)
        assert begun.share(STEPS, VoiceWish(minutes=10)) == pytest.approx(0.5)

    def test_none_none_offered(self, window: MainWindow) -> None:
        assert opened(window).row.isHidden()

    def test_forgetting_asks_first(self, window: MainWindow, takes: Path, answers: Answers) -> None:
        dialog = opened(window, begun=(begun_training(takes),))
        answers.numbers += [1, 0]
        dialog.row.forget.click()
        assert engine_of(window.studio).of("train.forget") == []
        dialog.row.forget.click()
        last(window, "train.forget").answer({"id": "ann"})
        assert len(engine_of(window.studio).of("train.options")) == 2

    def test_another_training_of_that_name_is_forgotten_only_when_asked(
        self, window: MainWindow, takes: Path, answers: Answers, qtbot: QtBot
    ) -> None:
        dialog = ready(window, takes, qtbot, begun=begun_training(takes / "other") | {"same": False})
        assert dialog.said.text() == text.OTHER
        answers.numbers += [1, 0]
        dialog.start.click()
        assert window.voices.dialog is dialog
        dialog.start.click()
        assert str(takes / "other") in answers.questions[-1].more
        assert engine_of(window.studio).of("train.voice") == []
        last(window, "train.forget").answer({"id": "ann"})
        assert len(engine_of(window.studio).of("train.voice")) == 1
