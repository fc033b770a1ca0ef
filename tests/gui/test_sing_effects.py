"""Effects behind tracks in the Sing panel: reckoned at rest, told when they fail, laid on exported files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.api.project import Origin
from engine.errors import InputError
from gui.panels.sing import SingPanel, effects, exporting
from gui.theme import Theme
from gui.widgets.mixdown import RATE
from tests.gui.sing_studio import MakePanel, panels, sung
from tests.gui.stand_in import StandInAsk

WET = 0.9


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[MakePanel]:
    with panels(qtbot, tmp_path, dark_theme) as made:
        yield made


class Chain:
    """Stands in for effects: tells what it was asked, and gives a level of its own."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.error: Exception | None = None

    def __call__(self, chain: str, placed: Any, bpm: float, token: Any) -> np.ndarray:
        self.heard.append(len(placed))
        if self.error:
            raise self.error
        return np.full((2, 60 * RATE), WET, np.float32)


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Chain:
    made = Chain()
    monkeypatch.setattr(effects, "with_chain", made)
    return made


def level(panel: SingPanel, at_s: float = 1.0) -> float:
    panel.heard.mixdown.settle()
    return float(panel.heard.mixdown.peek(round(at_s * RATE), RATE // 4).max())


def is_wet(panel: SingPanel) -> bool:
    return level(panel) == pytest.approx(WET, abs=1e-3)


def test_effects_are_reckoned_once_when_all_is_sung(make: MakePanel, chain: Chain, qtbot: QtBot) -> None:
    panel = make()
    panel.tracks.form.chain_wished.emit("ballad")
    qtbot.waitUntil(lambda: is_wet(panel), timeout=15_000)
    assert chain.heard == [len(panel.singer.live("t1").phrases)]
    panel.tracks.form.set_wished.emit("gain_db", -20.0)
    qtbot.waitUntil(lambda: level(panel) == pytest.approx(WET / 10, abs=1e-3))
    assert len(chain.heard) == 1
    panel.view.select([panel.studio.song.project.tracks[0].notes[0].id])
    QTest.keyClick(panel.area.roll, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: len(chain.heard) == 2, timeout=15_000)
    assert chain.heard[0] == chain.heard[1]


def test_while_phrases_come_the_voice_is_heard_dry(make: MakePanel, chain: Chain, qtbot: QtBot) -> None:
    panel = make(sings=False)
    panel.tracks.form.chain_wished.emit("ballad")
    engine: Any = panel.studio.engine
    qtbot.waitUntil(lambda: bool(engine.of("live")))
    ask = engine.of("live")[-1]
    engine.plan(ask)  # one phrase each turn
    qtbot.waitUntil(lambda: 0.0 < level(panel, panel.singer.placed("t1")[0].start_s + 0.2) < WET
                    if panel.singer.placed("t1") else False)  # fmt: skip
    qtbot.waitUntil(lambda: is_wet(panel), timeout=15_000)
    assert len(chain.heard) == 1


def test_effects_that_fail_say_why_and_leave_the_voice(make: MakePanel, chain: Chain, qtbot: QtBot) -> None:
    chain.error = InputError("There is no chain called lost.", "Choose another.")
    panel = make()
    panel.tracks.form.chain_wished.emit("lost")
    row = panel.tracks.list.row("t1")
    qtbot.waitUntil(lambda: "Choose another." in row.accessibleName(), timeout=15_000)
    assert "There is no chain called lost." in row._voice.told
    start_s = panel.singer.placed("t1")[0].start_s
    qtbot.waitUntil(lambda: 0.0 < level(panel, start_s + 0.2) < WET)
    chain.error = None
    panel.tracks.form.chain_wished.emit("ballad")
    qtbot.waitUntil(lambda: is_wet(panel), timeout=15_000)
    assert "Choose another." not in row.accessibleName()
    panel.tracks.form.chain_wished.emit("")
    qtbot.waitUntil(lambda: not is_wet(panel))


def test_a_fault_of_the_chain_itself_is_told_too(make: MakePanel, chain: Chain, qtbot: QtBot) -> None:
    chain.error = RuntimeError("segment 0x1f")
    panel = make()
    panel.tracks.form.chain_wished.emit("ballad")
    row = panel.tracks.list.row("t1")
    qtbot.waitUntil(lambda: "Effects failed" in row.accessibleName(), timeout=15_000)
    assert "0x1f" not in row.accessibleName()


# Drafts


def test_a_draft_gives_way_to_the_phrase(make: MakePanel, qtbot: QtBot) -> None:
    panel = make(sings=False)
    engine: Any = panel.studio.engine
    qtbot.waitUntil(lambda: bool(engine.of("live")))
    ask = engine.of("live")[-1]
    engine.plan(ask)
    ask.finished = True  # the test sings from here on
    qtbot.waitUntil(lambda: bool(panel.singer.live("t1").phrases))
    first = panel.singer.live("t1").phrases[0]
    phrase = {"key": first.key, "start_s": first.start_s, "end_s": first.end_s}
    own = sung(phrase, engine.folder)
    path = engine.folder / "draft.f32"
    np.full(own["samples"], 0.25, np.float32).tofile(path)
    ask.part.emit({**own, "path": str(path), "draft": True})
    qtbot.waitUntil(lambda: panel.singer.sound(first.key) is not None)
    sound = panel.singer.sound(first.key)
    assert sound is not None
    assert sound.draft
    assert {entry.sound for entry in panel.singer.placed("t1")} == {sound}
    assert panel.waiting()
    ask.part.emit(own)
    qtbot.waitUntil(lambda: not getattr(panel.singer.sound(first.key), "draft", True))


def test_a_phrase_that_comes_looks_at_no_others(make: MakePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = make(sings=False)
    engine: Any = panel.studio.engine
    qtbot.waitUntil(lambda: bool(engine.of("live")))
    ask = engine.of("live")[-1]
    engine.plan(ask)
    ask.finished = True
    live = panel.singer.live("t1")
    qtbot.waitUntil(lambda: bool(live.phrases))
    first = live.phrases[0]
    told = sung({"key": first.key, "start_s": first.start_s, "end_s": first.end_s}, engine.folder)
    looks: list[object] = []
    phrases = live.phrases

    def looked(self: object) -> object:
        looks.append(self)
        return phrases

    monkeypatch.setattr(type(live), "phrases", property(looked))
    ask.part.emit(told)
    assert not looks


# Files


def chained_panel(make: MakePanel) -> SingPanel:
    panel = make(sings=False)
    panel.tracks.form.chain_wished.emit("ballad")
    return panel


def sing_asks(panel: SingPanel, count: int, qtbot: QtBot) -> StandInAsk:
    engine: Any = panel.studio.engine
    qtbot.waitUntil(lambda: len(engine.of("sing")) == count)
    ask: StandInAsk = engine.of("sing")[-1]
    return ask


def end(ask: StandInAsk, stems: list[str]) -> None:
    ask.finished = True
    ask.done.emit({"out": ask.args["out"], "offset_s": 0.0, "stems": stems})


def test_again_lays_on_the_effects_and_fills_the_grip(
    make: MakePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[Path] = []

    def lay(_project: object, stems: list[Path], out: Path, _token: object) -> float:
        laid.extend(stems)
        out.write_bytes(b"RIFF")
        return 1.0

    monkeypatch.setattr(exporting, "with_chains", lay)
    panel = chained_panel(make)
    panel.render_file()
    ask = sing_asks(panel, 1, qtbot)
    ask.finished = True
    ask.cancelled.emit()
    assert not panel.exporting.busy
    (job,) = panel.studio.jobs.all()
    panel.studio.jobs.again(job.id)
    assert panel.exporting.busy
    with qtbot.waitSignal(panel.exporting.finished, timeout=5000):
        end(sing_asks(panel, 2, qtbot), ["stem-1.wav"])
    assert [stem.name for stem in laid] == ["stem-1.wav"]
    assert panel.top.handle.isEnabled()
    assert panel.top._files()[0].is_file()
    panel.studio.jobs.again(job.id)  # of one that is done, too
    with qtbot.waitSignal(panel.exporting.finished, timeout=5000):
        end(sing_asks(panel, 3, qtbot), ["stem-2.wav"])
    assert len(laid) == 2
    assert not panel.exporting.busy


def test_closing_while_effects_are_laid_on_asks_and_stops_them(
    make: MakePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = Event(), Event()

    def lay(_project: object, _stems: list[Path], _out: Path, token: Any) -> float:
        with token.calling(ended.set):
            begun.set()
            assert ended.wait(30)
        return 0.0

    monkeypatch.setattr(exporting, "with_chains", lay)
    panel = chained_panel(make)
    assert panel.unsaved() == ""
    panel.exporting.sing_to(Path("mine.wav"))
    end(sing_asks(panel, 1, qtbot), ["stem-1.wav"])
    qtbot.waitUntil(begun.is_set)
    assert "mine.wav" in panel.unsaved()
    panel.close_down()
    assert ended.is_set()


@pytest.mark.parametrize(("chain", "answered_s"), [("ballad", 64.5), ("", 0.5)])
def test_a_render_is_named_with_its_place_in_the_daw(
    make: MakePanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, chain: str, answered_s: float
) -> None:
    """The engine counts from the clip, a file with effects lies where its stamp says."""

    def lay(_project: object, _stems: list[Path], out: Path, _token: object) -> float:
        out.write_bytes(b"RIFF")
        return answered_s

    monkeypatch.setattr(exporting, "with_chains", lay)
    panel = make(sings=False)
    panel.tracks.form.chain_wished.emit(chain)
    panel.studio.song.do("", lambda project: replace(project, clip=Origin("clip.mid", position_s=64.0)))
    panel.render_file()
    ask = sing_asks(panel, 1, qtbot)
    Path(ask.args["out"]).write_bytes(b"RIFF")
    ask.finished = True
    with qtbot.waitSignal(panel.exporting.finished, timeout=5000) as finished:
        ask.done.emit({"out": ask.args["out"], "offset_s": answered_s, "stems": ["stem-1.wav"]})
    assert finished.args is not None
    assert finished.args[0].file.name.endswith("@ 01m04.500s.wav")
