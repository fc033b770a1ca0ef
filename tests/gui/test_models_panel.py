"""The Models panel: what is installed, and what can be done with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtGui import QTextTable
from PyQt6.QtWidgets import QLabel, QStackedWidget
from pytestqt.qtbot import QtBot

from gui.panels.models import ModelsPanel
from gui.theme import Theme
from gui.viewmodels.model_facts import model_lines
from gui.widgets.card import card_document
from tests.gui.shell_studio import MODELS, Answers, FakeEngine, make_studio, told

BROKEN = {"folder": "/data/models/odd", "reason": "Its manifest is no JSON."}


@pytest.fixture
def engine(qapp: object) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def panel(tmp_path: Path, dark_theme: Theme, engine: FakeEngine, answers: Answers, qtbot: QtBot) -> ModelsPanel:
    panel = ModelsPanel(make_studio(tmp_path, dark_theme, engine), choose=answers)
    qtbot.addWidget(panel)
    panel.resize(1000, 600)
    panel.show()
    return panel


@pytest.fixture
def filled(panel: ModelsPanel, engine: FakeEngine) -> ModelsPanel:
    engine.of("models")[-1].answer({"models": MODELS, "broken": [BROKEN]})
    return panel


def choose(panel: ModelsPanel, name: str) -> None:
    row = next(row for row in range(panel.list.count()) if name in panel.list.item(row).text())
    panel.list.setCurrentRow(row)


def test_it_waits_then_shows(panel: ModelsPanel, engine: FakeEngine) -> None:
    assert panel.waiting()
    engine.of("models")[-1].answer({"models": MODELS, "broken": []})
    assert panel.waiting() == ""
    assert panel.chosen is not None
    assert panel.chosen.name == "Trio"


def test_none_at_all_says_what_to_do(panel: ModelsPanel, engine: FakeEngine) -> None:
    engine.of("models")[-1].answer({"models": [], "broken": []})
    assert panel.findChildren(QStackedWidget)[0].currentIndex() == 1


def test_facts_and_card_of_the_one_in_hand(filled: ModelsPanel) -> None:
    shown = {label.text() for label in filled.page.findChildren(QLabel)}
    assert {"CC0-1.0", "en, de", "a, b", "38 MB", "48 kHz", "included"} <= shown
    assert "Three voices." in filled.page.card.toPlainText()
    assert not filled.page.remove.isEnabled()
    choose(filled, "Mine")
    assert filled.page.remove.isEnabled()
    assert "2.5 GB" in {label.text() for label in filled.page.findChildren(QLabel)}


def test_one_that_cannot_be_used_says_why(filled: ModelsPanel) -> None:
    choose(filled, "odd")
    assert filled.page.why.text() == "Its manifest is no JSON."
    assert not filled.page.verify.isEnabled()


def test_dropped_packages_are_installed(filled: ModelsPanel, engine: FakeEngine) -> None:
    said = told(filled.studio)
    assert filled.accepts([Path("/x/voice.zip")])
    assert not filled.accepts([Path("/x/song.wav")])
    filled.take([Path("/x/voice.zip")])
    ask = engine.of("models.add")[-1]
    assert ask.args == {"path": "/x/voice.zip"}
    ask.answer({"model": MODELS[0], "remarks": ["It has no card."]})
    assert said == ["Added Trio.", "It has no card."]
    assert len(engine.of("models")) == 2


def test_one_that_cannot_be_added_is_told(filled: ModelsPanel, engine: FakeEngine) -> None:
    said = told(filled.studio)
    filled.take([Path("/x/voice.zip")])
    engine.of("models.add")[-1].fail("This is no package.", "Choose another.")
    assert said == ["This is no package. Choose another."]


@pytest.mark.parametrize(
    ("files", "word"), [({"a": "ok", "b": "ok"}, "all 2 files"), ({"a": "ok", "b": "changed"}, "changed files: b")]
)
def test_verifying(filled: ModelsPanel, engine: FakeEngine, files: dict[str, str], word: str) -> None:
    said = told(filled.studio)
    filled.verify()
    assert not filled.page.verify.isEnabled()
    engine.of("models.verify")[-1].answer({"ok": set(files.values()) == {"ok"}, "files": files})
    assert word in said[0]
    assert filled.page.verify.isEnabled()


def test_removing_asks_first(filled: ModelsPanel, engine: FakeEngine, answers: Answers) -> None:
    choose(filled, "Mine")
    answers.numbers += [1, 0]
    filled.remove()
    assert engine.of("models.remove") == []
    filled.remove()
    assert engine.of("models.remove")[-1].args == {"id": "mine"}
    assert "/data/mine" in answers.questions[0].more


def test_what_is_included_cannot_be_removed(filled: ModelsPanel, engine: FakeEngine) -> None:
    filled.remove()
    assert engine.of("models.remove") == []


def test_the_choice_survives_a_new_look(filled: ModelsPanel, engine: FakeEngine) -> None:
    choose(filled, "Mine")
    filled.reload()
    engine.of("models")[-1].answer({"models": MODELS, "broken": []})
    assert filled.chosen is not None
    assert filled.chosen.id == "mine"


def test_voices_come_first_and_the_first_of_a_role_is_its_default() -> None:
    lines = model_lines({"models": MODELS[::-1], "broken": [BROKEN]})
    assert [(line.role, line.default) for line in lines] == [("voice", True), ("separator", True), ("broken", False)]


def test_a_card_has_its_table_and_no_html(dark_theme: Theme) -> None:
    document = card_document("# A\n\n<b>bold</b>\n\n| a |\n|---|\n| 1 |", dark_theme)
    root = document.rootFrame()
    assert root is not None
    assert any(isinstance(frame, QTextTable) for frame in root.childFrames())
    assert "<b>" in document.toPlainText()
