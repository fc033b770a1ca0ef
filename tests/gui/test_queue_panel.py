"""The Queue panel: what each job shows and offers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtWidgets import QStackedWidget
from pytestqt.qtbot import QtBot

from gui.jobs import Job, JobState
from gui.panels.queue import QueuePanel
from gui.theme import Theme
from gui.viewmodels.job_line import job_line
from gui.widgets.job_row import JobRow
from gui.widgets.questions import ErrorBox
from tests.gui.shell_studio import FakeEngine, make_studio, told


@pytest.fixture
def engine(qapp: object) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def panel(tmp_path: Path, dark_theme: Theme, engine: FakeEngine, qtbot: QtBot) -> QueuePanel:
    panel = QueuePanel(make_studio(tmp_path, dark_theme, engine))
    qtbot.addWidget(panel)
    panel.resize(1000, 600)
    panel.show()
    return panel


def begun(panel: QueuePanel, title: str = "a.wav", result: Path = Path("/x/a.wav")) -> tuple[Job, JobRow]:
    job = panel.studio.jobs.run("sing", title, "sing", {}, lambda _: (result,))
    return job, panel.row(job.id)


def page(panel: QueuePanel) -> int:
    return panel.findChildren(QStackedWidget)[0].currentIndex()


def test_empty_says_what_to_do_and_leads_there(panel: QueuePanel) -> None:
    handed: list[str] = []
    panel.studio.desk.handed.connect(lambda name, _: handed.append(name))
    assert page(panel) == 0
    panel.studio.desk.hand("sing")
    assert handed == ["sing"]


def test_a_job_from_begin_to_end(panel: QueuePanel, engine: FakeEngine, qtbot: QtBot) -> None:
    job, row = begun(panel)
    assert page(panel) == 1
    assert (row.cancel.isVisible(), row.again.isVisible(), row.progress.isVisible()) == (True, False, False)
    engine.asks[-1].progressed.emit("Singing", 1, 4)
    qtbot.waitUntil(row.progress.isVisible)
    assert row.progress.value() / row.progress.maximum() == pytest.approx(0.25)
    assert "1 of 4" in row.words.text()
    engine.asks[-1].answer({})
    qtbot.waitUntil(row.open.isVisible)
    assert (row.cancel.isVisible(), row.again.isVisible(), row.grip.isVisible()) == (False, False, True)
    assert "a.wav" in row.words.text()
    assert job.state is JobState.DONE


def test_work_of_unknown_length_moves_without_a_number(panel: QueuePanel, engine: FakeEngine, qtbot: QtBot) -> None:
    _, row = begun(panel)
    engine.asks[-1].progressed.emit("Loading", 0, 0)
    qtbot.waitUntil(row.progress.isVisible)
    assert row.progress.maximum() == 0
    assert row.words.text() == "Loading"


def test_a_failed_job_says_why_and_can_be_done_again(panel: QueuePanel, engine: FakeEngine, qtbot: QtBot) -> None:
    job, row = begun(panel)
    engine.asks[-1].fail("The clip is empty.", "Draw notes.", "Traceback ...")
    qtbot.waitUntil(row.again.isVisible)
    assert row.words.text() == "The clip is empty. Draw notes."
    row.details.click()
    box = panel.findChild(ErrorBox)
    assert box is not None
    box.accept()
    row.again.click()
    assert len(engine.of("sing")) == 2
    qtbot.waitUntil(row.cancel.isVisible)
    assert job.state is JobState.WAITING


def test_cancelled_and_cleared(panel: QueuePanel, qtbot: QtBot) -> None:
    job, row = begun(panel)
    begun(panel, "b.wav")
    row.cancel.click()
    qtbot.waitUntil(row.again.isVisible)
    panel.clear()
    assert [left.title for left in panel.studio.jobs.all()] == ["b.wav"]
    with pytest.raises(KeyError):
        panel.row(job.id)
    panel.cancel_all()
    qtbot.waitUntil(lambda: panel.studio.jobs.running == 0)
    panel.clear()
    assert page(panel) == 0


def test_a_result_that_is_gone_is_told(panel: QueuePanel, engine: FakeEngine, qtbot: QtBot, tmp_path: Path) -> None:
    said = told(panel.studio)
    _, row = begun(panel, result=tmp_path / "gone.wav")
    engine.asks[-1].answer({})
    qtbot.waitUntil(row.open.isVisible)
    row.open.click()
    assert said == ["gone.wav is not there any more."]


def test_the_newest_is_on_top(panel: QueuePanel) -> None:
    first, second = begun(panel)[1], begun(panel, "b.wav")[1]
    panel.grab()
    assert second.y() < first.y()


def test_jobs_of_before_the_panel_are_there(
    tmp_path: Path, dark_theme: Theme, engine: FakeEngine, qtbot: QtBot
) -> None:
    studio = make_studio(tmp_path, dark_theme, engine)
    job = studio.jobs.run("isolate", "song", "isolate", {}, lambda _: ())
    late = QueuePanel(studio)
    qtbot.addWidget(late)
    assert late.row(job.id).title.text() == "song"


@pytest.mark.parametrize("state", list(JobState))
def test_every_state_has_words_and_a_way_on(state: JobState) -> None:
    line = job_line(Job("job-1", "sing", "a", state))
    assert line.words
    assert line.can_cancel != state.over
    assert line.can_repeat == (state.over and state is not JobState.DONE)


def test_a_mix_says_how_loud_it_is_and_what_should_be_known() -> None:
    job = Job("job-1", "mix", "Lead - mix", JobState.DONE)
    job.answer = {"loudness_lufs": -14.0, "true_peak_db": -1.0, "remarks": ["It begins 0.150 s before the backing."]}
    line = job_line(job)
    assert "−14.0 LUFS, true peak −1.0 dBTP" in line.words
    assert line.remarks == "It begins 0.150 s before the backing."


def test_remarks_stay_in_the_row(panel: QueuePanel, engine: FakeEngine, qtbot: QtBot) -> None:
    _, row = begun(panel)
    engine.asks[-1].answer({"remarks": ["One.", "Two."]})
    qtbot.waitUntil(row.remarks.isVisible)
    assert row.remarks.text() == "One. Two."
    assert "One. Two." in row.accessibleName()
