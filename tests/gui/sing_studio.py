"""A studio for tests of the Sing panel: everything real but the engine, which sings a sine at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from pytestqt.qtbot import QtBot

from engine.api.project import Project, parse_project, phrases_of
from engine.folders import presets_folder
from gui.bridge_link import BridgeState
from gui.bridge_link.seen import Where
from gui.commands import Commands
from gui.desk import Desk
from gui.document.settings import Settings
from gui.document.song import Song
from gui.jobs import Jobs
from gui.panels.base import Studio
from gui.panels.sing import SingPanel
from gui.theme import Theme
from gui.widgets.player import Player
from tests.gui.stand_in import StandIn, StandInAsk

RATE = 48_000
CLIP = presets_folder() / "clips" / "twinkle.mid"
MakePanel = Callable[..., SingPanel]


class StandInEngine(StandIn):
    """Answers `live` by itself, a phrase each turn of the event loop; other questions wait in `asks`."""

    def __init__(self, folder: Path, sings: bool = True) -> None:
        super().__init__()
        self.folder, self.sings = folder, sings

    def ask(self, op: str, args: Mapping[str, Any] | None = None, key: str = "") -> StandInAsk:
        for older in self.asks:
            if key and older.key == key:
                older.cancel()
        ask = super().ask(op, args, key)
        if op == "live" and self.sings:
            QTimer.singleShot(0, lambda: self.plan(ask))
        return ask

    def plan(self, ask: StandInAsk) -> None:
        if ask.finished:
            return
        project = parse_project(ask.args["project"].encode())
        told = planned(project)
        ask.part.emit({"plan": told})
        waiting = [phrase for phrase in told["phrases"] if phrase["key"] not in ask.args["known"]]
        if not waiting:  # as the real one: both lines lie in the pipe together
            self._sing(ask, waiting)
            return
        QTimer.singleShot(0, lambda: self._sing(ask, waiting))

    def _sing(self, ask: StandInAsk, waiting: list[dict[str, Any]]) -> None:
        if ask.finished:
            return
        if not waiting:
            ask.answer({"sung": 1, "cached": 0})
            return
        phrase, *rest = waiting
        ask.part.emit(sung(phrase, self.folder))
        QTimer.singleShot(0, lambda: self._sing(ask, rest))


def planned(project: Project) -> dict[str, Any]:
    """A plan of the only track: each note its letters, on pitch but for a little sway."""
    track = project.tracks[0]
    phrases = []
    for entry in phrases_of(project, track):
        phrase = entry.phrase
        phones = []
        for note, (start_s, end_s) in zip(phrase.notes, phrase.spans_s(), strict=True):
            label = (note.lyric or "ah").upper()[:2]
            middle = start_s + 0.2 * (end_s - start_s)
            for name, begin, end in (("S", start_s, middle), (label, middle, end_s)):
                phones.append(
                    {"label": name, "start_s": phrase.start_s + begin, "end_s": phrase.start_s + end, "note": note.id}
                )
        times = np.arange(0.0, phrase.duration_s, 0.01)
        ends = np.array([end for _, end in phrase.spans_s()])
        keys = np.array([note.key for note in phrase.notes])
        f0 = keys[np.minimum(np.searchsorted(ends, times, side="right"), len(keys) - 1)] + 0.2 * np.sin(35 * times)
        phrases.append(
            {
                "key": phrase.content_key() + str(entry.takes.current if entry.takes else ""),
                "number": entry.number,
                "first": entry.first,
                "notes": [note.id for note in phrase.notes],
                "start_s": phrase.start_s,
                "end_s": phrase.end_s,
                "phones": phones,
                "f0_start_s": phrase.start_s,
                "f0": f0.tolist(),
            }
        )
    return {"voice": "trio", "speaker": "", "language": "en", "sample_rate": RATE, "duration_s": 1.0,
            "problems": [], "phrases": phrases}  # fmt: skip


def sung(phrase: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The part that tells a phrase's sound, with its file."""
    count = max(1, round((phrase["end_s"] - phrase["start_s"]) * RATE))
    swell = np.abs(np.sin(np.linspace(0, 9, count)))
    samples = (0.4 * swell * np.sin(2 * np.pi * 220 * np.arange(count) / RATE)).astype(np.float32)
    path = folder / f"{abs(hash(phrase['key']))}.f32"
    samples.tofile(path)
    return {"phrase": phrase["key"], "path": str(path), "start_s": phrase["start_s"], "samples": count}


class StandInBridge(QObject):
    """Only what the panel hears of it."""

    transport = pyqtSignal(dict)
    changed = pyqtSignal()
    state = BridgeState.ON
    where: Where | None = None

    def has_left(self, _daw: str) -> bool:
        return False

    def tell(self, position_s: float, speed: float) -> None:
        self.where = Where("ardour", position_s, speed, 120.0, time.monotonic())
        self.transport.emit(self.where.facts())


def studio(folder: Path, theme: Theme, song: Song | None = None, sings: bool = True) -> Studio:
    """A studio whose engine is the stand-in."""
    engine: Any = StandInEngine(folder, sings)
    bridge: Any = StandInBridge()
    song, desk = song or Song(), Desk()
    desk.opened.connect(lambda file, then: (song.become(file), then()))  # as the window when nothing is to be saved
    return Studio(
        engine=engine,
        workshop=engine,
        jobs=Jobs(engine),
        song=song,
        settings=Settings(folder / "window.json"),
        theme=theme,
        commands=Commands(),
        player=Player(),
        bridge=bridge,
        desk=desk,
    )


@contextmanager
def panels(qtbot: QtBot, folder: Path, theme: Theme) -> Iterator[MakePanel]:
    """Makes as many as a test wants, each with a song of its own, and ends them."""
    made: list[SingPanel] = []

    def panel(clip: Path | None = CLIP, sings: bool = True) -> SingPanel:
        made.append(SingPanel(studio(folder, theme, Song.open(clip) if clip else None, sings)))
        qtbot.addWidget(made[-1])
        made[-1].resize(1300, 780)
        made[-1].show()
        qtbot.waitExposed(made[-1])
        return made[-1]

    yield panel
    for each in made:
        each.close_down()
        each.studio.player.close()


def song_of(panel: SingPanel) -> Any:
    """The panel's first track."""
    return panel.studio.song.project.tracks[0]


def wait_sung(qtbot: QtBot, panel: SingPanel) -> None:
    qtbot.waitUntil(lambda: not panel.waiting() and bool(panel.singer.placed(panel.view.track)), timeout=15_000)


def lives(panel: SingPanel) -> list[Any]:
    """What the engine was asked to sing."""
    engine: Any = panel.studio.engine
    return list(engine.of("live"))
