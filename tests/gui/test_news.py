"""What is told of jobs and of the engine where nobody looks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.desk import Notice
from gui.engine_process import EngineState
from gui.jobs import Job, JobState
from gui.news import LONG_S, News, tell_done
from gui.panels.base import Panel, Studio
from gui.theme import Theme
from tests.gui.shell_studio import FakeEngine, make_studio


@pytest.fixture
def engine(qapp: object) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme, engine: FakeEngine) -> Studio:
    return make_studio(tmp_path, dark_theme, engine)


class Told:
    """`seen` is the panel that is shown."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        self.seen, self.notices, self.handed = "sing", list[Notice](), list[str]()
        studio.desk.told.connect(self.notices.append)
        studio.desk.handed.connect(lambda name, _: self.handed.append(name))
        self.news = News(studio, lambda: self.seen, window)


@pytest.fixture
def news(studio: Studio, qtbot: QtBot) -> Told:
    window = QWidget()
    qtbot.addWidget(window)
    return Told(studio, window)


def begin(studio: Studio, kind: str, title: str = "Isolate a.wav") -> Job:
    return studio.jobs.run(kind, title, kind, {}, lambda _: ())


@pytest.mark.parametrize(
    ("kind", "seen", "is_told"),
    [
        ("isolate", "sing", True), ("isolate", "isolate", False), ("isolate", "queue", False),
        ("avatar", "models", True), ("avatar", "avatar", False),
        ("sing", "sing", True), ("sing", "queue", False), ("models.add", "sing", False),
    ],
)  # fmt: skip
def test_a_job_that_failed_is_told_where_nobody_sees_it(
    news: Told, studio: Studio, engine: FakeEngine, kind: str, seen: str, is_told: bool
) -> None:
    news.seen = seen
    begin(studio, kind)
    engine.asks[-1].fail("The disk is full.", "Make room.", "Traceback ...")
    assert len(news.notices) == is_told
    if is_told:
        (notice,) = news.notices
        assert "Isolate a.wav" in notice.text
        assert "The disk is full. Make room." in notice.text
        assert (notice.kind, notice.details) == ("bad", "Traceback ...")
        assert notice.run is not None
        notice.run()
        assert news.handed == ["queue"]


@pytest.mark.parametrize(
    ("kind", "seen", "took_s", "is_told"),
    [
        ("avatar", "sing", LONG_S + 1, True), ("avatar", "sing", LONG_S - 1, False),
        ("avatar", "avatar", LONG_S + 1, False), ("avatar", "queue", LONG_S + 1, False),
        ("bounce", "sing", LONG_S + 1, True), ("isolate", "sing", LONG_S + 1, False),
        ("resing", "sing", LONG_S + 1, False),
    ],
)  # fmt: skip
def test_a_long_job_that_is_done_leads_to_its_panel(
    news: Told,
    studio: Studio,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    seen: str,
    took_s: float,
    is_told: bool,
) -> None:
    news.seen = seen
    now = 1000.0
    monkeypatch.setattr("gui.jobs.time.time", lambda: now)
    begin(studio, kind, "Mira sings")
    engine.asks[-1].begun.emit()
    now += took_s
    engine.asks[-1].answer({})
    assert len(news.notices) == is_told
    if is_told:
        (notice,) = news.notices
        assert "Mira sings" in notice.text
        assert notice.action == "Show"
        assert notice.run is not None
        notice.run()
        assert news.handed == ["avatar" if kind == "avatar" else "queue"]


def test_all_that_an_engine_took_along_is_one_sentence_and_done_again_with_one_click(
    news: Told, studio: Studio, engine: FakeEngine, qtbot: QtBot
) -> None:
    jobs = [begin(studio, "sing", name) for name in ("a", "b", "c")]
    for ask in engine.asks[:2]:
        ask.lost.emit()
    qtbot.waitUntil(lambda: bool(news.notices))
    (notice,) = news.notices
    assert "2 jobs" in notice.text
    assert notice.run is not None
    notice.run()
    assert [job.state for job in jobs] == [JobState.WAITING] * 3
    assert len(engine.of("sing")) == 5
    assert engine.tries == 1  # it may have stopped meanwhile
    engine.asks[-1].lost.emit()
    qtbot.waitUntil(lambda: len(news.notices) == 2)
    assert "“b”" in news.notices[1].text


def test_a_lost_job_that_was_taken_off_the_list_is_not_offered(
    news: Told, studio: Studio, engine: FakeEngine, qtbot: QtBot
) -> None:
    job, other = begin(studio, "sing"), begin(studio, "sing", "b")
    for ask in engine.asks:
        ask.lost.emit()
    studio.jobs.forget(job.id)
    qtbot.waitUntil(lambda: bool(news.notices))
    assert f"“{other.title}”" in news.notices[0].text


def test_a_death_says_the_truth_about_what_comes_then(news: Told, engine: FakeEngine) -> None:
    engine.state = EngineState.STARTING
    engine.died.emit("The engine stopped.")
    assert "started again" in news.notices[0].text
    assert news.notices[0].action == ""
    engine.becomes(EngineState.STOPPED, "It keeps stopping.")
    engine.died.emit("The engine stopped.")
    last = news.notices[1]
    assert "keeps stopping" in last.text
    assert "started again" not in last.text
    assert last.run is not None
    last.run()
    assert engine.tries == 1


def test_a_cancelled_job_is_no_news(news: Told, studio: Studio, engine: FakeEngine) -> None:
    begin(studio, "avatar")
    engine.asks[-1].cancelled.emit()
    assert news.notices == []


def test_what_is_ready_leads_to_its_panel_unless_that_is_seen(news: Told, studio: Studio, qtbot: QtBot) -> None:
    panel = Panel(studio)
    panel.id = "isolate"
    qtbot.addWidget(panel)
    tell_done(panel, "Vocals of a are ready.")
    panel.show()
    tell_done(panel, "Vocals of b are ready.")
    hidden, shown = news.notices
    assert (hidden.action, shown.action) == ("Show", "")
    assert hidden.run is not None
    hidden.run()
    assert news.handed == ["isolate"]


def test_a_room_that_dies_is_not_called_the_engine(
    news: Told, studio: Studio, engine: FakeEngine, qtbot: QtBot
) -> None:
    job = studio.jobs.run("mix", "Lead - mix", "bounce", {}, lambda _: ())
    engine.asks[-1].lost.emit()
    qtbot.waitUntil(lambda: bool(news.notices))
    (notice,) = news.notices
    assert "“Lead - mix”" in notice.text
    assert "engine" not in notice.text
    assert notice.run is not None
    notice.run()
    assert job.state is JobState.WAITING
    assert engine.tried == ["bounce"]  # its room is told, not the engine
