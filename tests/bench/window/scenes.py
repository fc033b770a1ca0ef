"""What is done to the window while `Watch` looks: in groups, each in a process of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from engine.folders import presets_folder
from gui.panels.avatar import AvatarPanel
from gui.panels.isolate import IsolatePanel
from gui.panels.sing import SingPanel
from gui.panels.table import PANEL_IDS
from gui.widgets.roll_view import RollView
from tests.bench.window import songs
from tests.bench.window.idle_process import IdleProcess
from tests.bench.window.stage import Stage, one_by_one, rest, wait
from tests.bench.window.stalls import Stalls, Watch

_NORMAL = "scarborough-fair.mid"
_HAND_MS = 90
"""Between two keys of a quick typist."""
_FRAME_MS = 16

Step = Callable[[], object]


def begin(app: QApplication, _folder: Path, idle: IdleProcess) -> Iterator[Stalls]:
    """The first seconds, and panels that are shown before they were made."""
    stage = Stage(app, bridge=True)
    with Watch("first seconds: other panels are made, bridge and sound are looked for", idle) as watch:
        wait(lambda: len(stage.window.pages.panels) == len(PANEL_IDS), "all panels")
        wait(lambda: stage.studio.player.device is not None, "the sound device")
        wait(lambda: stage.studio.engine.pid, "the engine")
    yield watch.found
    stage.close()
    stage = Stage(app)
    with Watch("each panel for the first time, at once", idle) as watch:
        one_by_one((_showing(stage, name) for name in PANEL_IDS), 300)
        rest(0.5)
    yield watch.found
    with Watch("each panel again", idle) as watch:
        one_by_one((_showing(stage, name) for name in PANEL_IDS * 2), 300)
    yield watch.found
    stage.close()


def long_song(app: QApplication, folder: Path, idle: IdleProcess) -> Iterator[Stalls]:
    """A clip of 10,000 notes."""
    clip = songs.long_clip(folder / "long.mid")
    stage = Stage(app)
    _settle(stage)
    panel = stage.panel(SingPanel)
    with Watch("10,000 notes: the clip is opened and planned", idle) as watch:
        stage.window.open_song(clip)
        wait(lambda: panel.showing.phones, "the plan of 10,000 notes")
        rest(0.5)
    yield watch.found
    with Watch("10,000 notes: phrases are sung", idle) as watch:
        rest(4)
    yield watch.found
    with Watch("10,000 notes: scrolled and zoomed while phrases are sung", idle) as watch:
        one_by_one(_scrolling(panel, 180), _FRAME_MS)
    yield watch.found
    with Watch("10,000 notes: notes and words changed while phrases are sung", idle) as watch:
        one_by_one(_editing(panel, 6), _HAND_MS)
        rest(2)
    yield watch.found
    undo, redo = stage.studio.song.undo, stage.studio.song.redo
    with Watch("10,000 notes: undone and redone", idle) as watch:
        one_by_one([*[undo] * 4, *[redo] * 4], 250)
    yield watch.found
    stage.studio.song.save(folder / "long.melisma")  # the user was asked for a name once
    undo()
    with Watch("10,000 notes: saved", idle) as watch:
        stage.window.save()
        wait(lambda: not stage.studio.song.modified, "saving")
        rest(0.2)
    yield watch.found
    stage.close()


def song(app: QApplication, folder: Path, idle: IdleProcess) -> Iterator[Stalls]:
    """A normal song, its avatar, and a mix."""
    stage = Stage(app)
    _settle(stage)
    panel = stage.panel(SingPanel)
    with Watch("a song is opened and all of it sung", idle) as watch:
        stage.window.open_song(presets_folder() / "clips" / _NORMAL)
        wait(lambda: panel.showing.phones, "the plan of a song")
        wait(lambda: not panel.singer.busy, "all phrases")
        rest(0.2)
    yield watch.found
    with Watch("it plays, notes and words changed while it is sung", idle) as watch:
        stage.studio.player.play()
        one_by_one(_editing(panel, 12), _HAND_MS)
        wait(lambda: not panel.singer.busy, "all phrases again")
        stage.studio.player.pause()
    yield watch.found
    yield from _avatar(stage, idle)
    yield from _isolate(stage, songs.mix(folder / "mix.wav"), idle)
    stage.close()


def _avatar(stage: Stage, idle: IdleProcess) -> Iterator[Stalls]:
    panel = stage.panel(AvatarPanel)
    with Watch("avatar: the preview comes", idle) as watch:
        stage.window.show_panel("avatar")
        rest(0.5)
        wait(lambda: panel.looking.facts is not None and not panel.waiting(), "the avatar")
    yield watch.found
    with Watch("avatar: scrubbed and played", idle) as watch:
        frames = panel.looking.show.frames
        one_by_one((functools.partial(panel.looking.seek, frame) for frame in range(0, min(400, frames), 8)), 40)
        panel.looking.play()
        rest(3)
        panel.looking.play()
    yield watch.found


def _isolate(stage: Stage, mix: Path, idle: IdleProcess) -> Iterator[Stalls]:
    panel = stage.panel(IsolatePanel)
    with Watch("isolate: a mix of 30 s comes in and is drawn", idle) as watch:
        stage.window.show_panel("isolate")
        stage.window.take((mix,))
        rest(0.2)
        wait(lambda: not panel.waiting(), "the mix to be drawn")
    yield watch.found
    with Watch("isolate: it is isolated, and the stems are drawn", idle) as watch:
        panel.isolate([song.id for song in panel.batch])
        wait(lambda: not panel.runner.busy and not panel.waiting(), "the stems")
        rest(0.2)
    yield watch.found


GROUPS: dict[str, Callable[[QApplication, Path, IdleProcess], Iterator[Stalls]]] = {
    "begin": begin,
    "song": song,
    "long": long_song,
}


def _settle(stage: Stage) -> None:
    """Until nothing of the start is left."""
    wait(lambda: len(stage.window.pages.panels) == len(PANEL_IDS), "all panels")
    wait(lambda: stage.studio.player.device is not None, "the sound device")


def _showing(stage: Stage, name: str) -> Step:
    return lambda: stage.window.show_panel(name)


def _scrolling(panel: SingPanel, steps: int) -> Iterator[Step]:
    view = panel.view
    for number in range(steps):
        if number % 3 == 2:
            factor = 1.05 if number % 60 < 30 else 1 / 1.05
            yield functools.partial(_zoom, view, factor)
        else:
            yield lambda: view.place(view.timeline.scrolled(40.0, 0.0))


def _editing(panel: SingPanel, notes: int) -> Iterator[Step]:
    """Each note a key up, and a word typed into its field, as by hand."""
    roll, view = panel.area.roll, panel.view
    for number in range(notes):
        note = str(roll.rows.notes[3 * number % len(roll.rows)].id)
        yield functools.partial(view.select, (note,))
        yield functools.partial(QTest.keyClick, roll, Qt.Key.Key_Up)
        yield functools.partial(roll.type_lyric, note)
        for letter in "moon":
            yield functools.partial(QTest.keyClicks, roll._editor, letter)
        yield functools.partial(QTest.keyClick, roll._editor, Qt.Key.Key_Return)


def _zoom(view: RollView, factor: float) -> None:
    view.place(view.timeline.zoomed(factor, view.timeline.width / 2))
