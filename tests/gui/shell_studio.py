"""A studio for tests of the window: everything real but the engine's process, which waits to be told what to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtWidgets import QWidget

from gui.bridge_link import BridgeLink
from gui.commands import Commands
from gui.desk import Desk
from gui.document.settings import Settings
from gui.document.song import Song
from gui.engine_process import EngineState
from gui.jobs import Jobs
from gui.panels.base import Studio
from gui.theme import Theme
from gui.widgets.player import Player
from gui.widgets.questions import Question
from tests.gui.stand_in import StandIn


class FakeEngine(StandIn):
    """Is in the state that a test gives it."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.why, self.device, self.tries = EngineState.READY, "", "auto", 0
        self.tried: list[str] = []

    def becomes(self, state: EngineState, why: str = "") -> None:
        self.state, self.why = state, why
        self.changed.emit()

    def try_again(self, op: str = "") -> None:
        """Also as a workshop's, whose rooms are named by what is done in them."""
        self.tries += 1
        self.tried.append(op)


class Answers:
    """A `Choose` that gives prepared answers and keeps the questions."""

    def __init__(self, *numbers: int) -> None:
        self.numbers, self.questions = list(numbers), list[Question]()

    def __call__(self, parent: QWidget, question: Question) -> int:
        self.questions.append(question)
        return self.numbers.pop(0)


def make_studio(folder: Path, theme: Theme, engine: FakeEngine | None = None) -> Studio:
    """Settings lie in `folder`; the bridge is off."""
    engine = engine or FakeEngine()
    return Studio(
        engine=engine,  # type: ignore[arg-type]
        workshop=engine,  # type: ignore[arg-type]
        jobs=Jobs(engine),  # type: ignore[arg-type]
        song=Song(),
        settings=Settings(folder / "window.json"),
        theme=theme,
        commands=Commands(),
        player=Player(outputs=_no_outputs),
        bridge=BridgeLink(),
        desk=Desk(),
    )


def _no_outputs() -> Any:
    raise AssertionError("nobody plays here")


def told(studio: Studio) -> list[str]:
    """What is said to the user from now on."""
    sentences: list[str] = []
    studio.desk.told.connect(lambda notice: sentences.append(notice.text))
    return sentences


MODELS: Sequence[Mapping[str, Any]] = (
    {
        "id": "trio", "name": "Trio", "kind": "hiddensinger", "role": "voice", "version": "1.0", "licence": "CC0-1.0",
        "languages": ["en", "de"], "speakers": ["a", "b"], "sample_rate": 48000, "stem": "", "bytes": 38_000_000,
        "card": "# Trio\n\nThree voices.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "folder": "/presets/trio", "included": True,
    },
    {
        "id": "mine", "name": "Mine", "kind": "mdx", "role": "separator", "version": "2", "licence": "MIT",
        "languages": [], "speakers": [], "sample_rate": 44100, "stem": "vocals", "bytes": 2_500_000_000,
        "card": "", "folder": "/data/mine", "included": False,
    },
)  # fmt: skip
