"""The status bar's word on the engine: starting, stopped, what it computes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.engine_process import EngineState
from gui.panels.base import Studio
from gui.status_link import StatusLink
from gui.theme import Theme
from gui.widgets.rail import Rail, RailEntry
from gui.widgets.status_bar import StatusBar
from tests.gui.shell_studio import FakeEngine, make_studio

FACTS = {"provider": "the CPU", "reason": "No GPU.", "threads": 2, "cores": 4, "runtime": "1.31", "problem": ""}
LOAD = {"model": "trio", "file": "a.onnx", "device": "cuda", "provider": "CUDA", "reason": "CUDA is available"}


@pytest.fixture
def engine(qapp: object) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme, engine: FakeEngine) -> Studio:
    return make_studio(tmp_path, dark_theme, engine)


class Shown:
    """A bar that is kept true, and what was clicked on it."""

    def __init__(self, studio: Studio, theme: Theme, qtbot: QtBot) -> None:
        self.chosen: list[str] = []
        self.bar = StatusBar(theme, self.chosen.append)
        rail = Rail(theme, [RailEntry("queue", "Queue", "queue", "", "")])
        qtbot.addWidget(self.bar)
        qtbot.addWidget(rail)
        self.link = StatusLink(studio, self.bar, rail, lambda: self.chosen.append("settings"))

    @property
    def device(self) -> str:
        return self.bar.device.text()


@pytest.fixture
def shown(studio: Studio, dark_theme: Theme, qtbot: QtBot) -> Shown:
    return Shown(studio, dark_theme, qtbot)


def test_a_job_that_loads_a_network_tells_where_it_computes(shown: Shown, engine: FakeEngine) -> None:
    engine.ready.emit({})
    engine.of("facts")[0].answer(FACTS)
    assert shown.device == "CPU (no model loaded yet)"
    engine.loaded.emit(LOAD)
    assert shown.device == "CUDA"
    engine.loaded.emit(LOAD | {"model": "keel", "provider": "the CPU", "reason": "the CPU was asked for"})
    assert shown.device == "CUDA + CPU"
    engine.loaded.emit(LOAD | {"provider": "the CPU", "reason": "CUDA failed"})  # the same network once more
    assert shown.device == "CPU"
    assert "CUDA failed" in shown.bar.device.toolTip()
    assert "CPU" in shown.bar.device.accessibleName()


def test_a_network_that_was_loaded_before_the_facts_came_counts(shown: Shown, engine: FakeEngine) -> None:
    engine.ready.emit({})
    engine.loaded.emit(LOAD)
    engine.of("facts")[0].answer(FACTS)
    assert shown.device == "CUDA"


def test_what_a_process_loaded_that_died_counts_no_more(shown: Shown, engine: FakeEngine) -> None:
    engine.ready.emit({})
    engine.of("facts")[0].answer(FACTS)
    engine.loaded.emit(LOAD)
    engine.becomes(EngineState.STARTING)
    assert "starting" in shown.device
    engine.becomes(EngineState.READY)
    engine.ready.emit({})
    engine.of("facts")[1].answer(FACTS)
    assert shown.device == "CPU (no model loaded yet)"


def test_an_engine_that_is_stopped_is_not_called_starting_and_a_click_starts_it(
    shown: Shown, engine: FakeEngine
) -> None:
    engine.becomes(EngineState.STOPPED, "The engine keeps stopping.")
    assert "stopped" in shown.device
    assert "Try again" in shown.device
    assert "keeps stopping" in shown.bar.device.toolTip()
    shown.bar.device.click()
    assert (engine.tries, shown.chosen) == (1, [])
    engine.becomes(EngineState.STARTING)
    assert "starting" in shown.device


def test_one_that_is_stopped_before_the_window_looks_is_shown_too(
    studio: Studio, engine: FakeEngine, dark_theme: Theme, qtbot: QtBot
) -> None:
    engine.becomes(EngineState.STOPPED, "It could not be started.")
    assert "stopped" in Shown(studio, dark_theme, qtbot).device


def test_a_click_on_the_device_leads_to_where_it_is_chosen(shown: Shown, engine: FakeEngine) -> None:
    engine.ready.emit({})
    engine.of("facts")[0].answer(FACTS)
    shown.bar.device.click()
    assert (engine.tries, shown.chosen) == (0, ["settings"])


def test_facts_of_a_process_that_is_gone_are_not_shown(shown: Shown, engine: FakeEngine) -> None:
    engine.ready.emit({})
    engine.becomes(EngineState.STOPPED, "x")
    engine.of("facts")[0].answer(FACTS)
    assert "stopped" in shown.device
