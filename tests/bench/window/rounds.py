"""Open the window, sing a phrase, close the window; also closed, and the engine killed, in the middle of singing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtWidgets import QApplication

from gui.panels.sing import SingPanel
from tests.bench.window import songs
from tests.bench.window.counts import Counts, count
from tests.bench.window.stage import Stage, rest, wait

WARM_ROUNDS = 5
"""After so many everything is loaded that is loaded once."""

_RESTS_S = 3.5
"""A cancelled request is looked after for 3 s, and holds its window so long."""


@dataclass(slots=True)
class Round:
    """`ended`: how; `seconds` of all of it, `close_s` of them for closing."""

    ended: str
    seconds: float
    close_s: float


@dataclass(slots=True)
class Rounds:
    """All of them, and what was there after the warm ones and after the last one."""

    rounds: list[Round]
    before: Counts
    after: Counts


def sung(stage: Stage) -> None:
    """Everything is sung, then the window is closed."""
    panel = stage.panel(SingPanel)
    wait(lambda: panel.singer.placed(panel.view.track) and not panel.singer.busy, "a phrase")


def closed_while_singing(stage: Stage) -> None:
    """The engine is at it when the window closes."""
    panel = stage.panel(SingPanel)
    wait(lambda: panel.singer.live(panel.view.track).phrases, "the plan")


def engine_killed_while_singing(stage: Stage) -> None:
    """A second engine sings what the first one did not."""
    closed_while_singing(stage)
    died: list[str] = []
    stage.studio.engine.died.connect(died.append)
    os.kill(stage.studio.engine.pid, signal.SIGKILL)
    wait(lambda: died, "the engine's death to be told")
    sung(stage)


def closed_at_once(_stage: Stage) -> None:
    """Before the engine is ready."""


Ending = Callable[[Stage], None]
ENDINGS: tuple[Ending, ...] = (sung, sung, closed_while_singing, sung, engine_killed_while_singing)


def play_round(app: QApplication, folder: Path, number: int, ending: Ending, bridge: bool = False) -> Round:
    """One round.  `number`: another one is another phrase."""
    clip = songs.one_phrase(folder / "round.mid", number)
    begun = time.monotonic()
    stage = Stage(app, bridge)
    stage.window.open_song(clip)
    ending(stage)
    closing = time.monotonic()
    stage.close()
    clip.unlink()
    now = time.monotonic()
    return Round(ending.__name__, now - begun, now - closing)


def measure(app: QApplication, folder: Path, number_of: int) -> Rounds:
    """So many after the warm ones; every tenth starts the bridge too."""
    for number in range(WARM_ROUNDS):
        play_round(app, folder, number, ENDINGS[number % len(ENDINGS)], bridge=number == 0)
    rest(_RESTS_S)
    before = count()
    rounds = list(_rounds(app, folder, number_of))
    rest(_RESTS_S)
    return Rounds(rounds, before, count())


def _rounds(app: QApplication, folder: Path, number_of: int) -> Iterator[Round]:
    for number in range(number_of):
        ending = closed_at_once if number % 10 == 5 else ENDINGS[number % len(ENDINGS)]
        yield play_round(app, folder, WARM_ROUNDS + number, ending, bridge=number % 10 == 0)
