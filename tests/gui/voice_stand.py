"""The dialog that makes a voice, and an engine that answers it as a test says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.panels.base import Studio
from gui.voice_dialog import VoiceDialog
from tests.gui.shell_studio import FakeEngine
from tests.gui.stand_in import StandInAsk

STEPS = {"quick": 200, "normal": 800, "long": 3000}
FOUND: Mapping[str, Any] = {
    "recordings": 12,
    "seconds": 843.0,
    "voice_s": 660.0,
    "worded": 8,
    "lost": 0,
    "remarks": ["a.wav is clipped; record it softer."],
    "analysis_s": 240.0,
    "step_s": 0.5,
    "overhead_s": 60.0,
}
SAID = {"name": "Ann", "singer": "Ann Example", "consent": "I am the singer", "licence": "CC-BY-4.0"}


def engine_of(studio: Studio) -> FakeEngine:
    engine: Any = studio.engine
    assert isinstance(engine, FakeEngine)
    return engine


def last(window: MainWindow, op: str) -> StandInAsk:
    return engine_of(window.studio).of(op)[-1]


def opened(window: MainWindow, folder: Path | None = None, begun: tuple[Any, ...] = ()) -> VoiceDialog:
    """The dialog, once it was told what can be chosen."""
    window.studio.desk.make_voice(folder)
    dialog = window.voices.dialog
    assert dialog is not None
    base = {"id": "trio", "name": "Trio", "languages": ["en", "de"]}
    last(window, "train.options").answer({"base": base, "steps": STEPS, "begun": list(begun)})
    return dialog


def rules(window: MainWindow, qtbot: QtBot, **more: Any) -> None:
    """What the engine says of the wish as it stands, once it is asked."""
    dialog = window.voices.dialog
    assert dialog is not None
    wish = dialog.wish

    def asked() -> bool:
        asks = [ask for ask in engine_of(window.studio).of("train.wish") if not ask.finished]
        return bool(asks) and asks[-1].args == wish.args()

    qtbot.waitUntil(asked)
    last(window, "train.wish").answer({"id": "ann", "taken": False, "begun": None, "problems": []} | more)


def fill(dialog: VoiceDialog, **said: str) -> None:
    for name, value in said.items():
        field = dialog.form.fields[name]
        field.setText(value)
        field.textEdited.emit(value)


def ready(window: MainWindow, takes: Path, qtbot: QtBot, **more: Any) -> VoiceDialog:
    """Everything is said, and nothing speaks against it."""
    dialog = opened(window, takes)
    last(window, "train.check").answer(FOUND)
    fill(dialog, **SAID)
    rules(window, qtbot, **more)
    return dialog


def begun_training(recordings: Path, done: int = 344, **more: Any) -> dict[str, Any]:
    consent = {"singer": "Ann Example", "consent": "I am the singer", "licence": "CC-BY-4.0", "date": "2026-03-01"}
    told = {"id": "ann", "name": "Ann", "recordings": str(recordings), "language": "de", "quality": "normal"}
    return told | {"minutes": None, "consent": consent, "done": done, "spent_s": 60.0} | more
