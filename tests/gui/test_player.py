"""The player: what is heard and when, devices that come and go, and none at all."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PyQt6.QtCore import QObject, pyqtSignal
from pytestqt.qtbot import QtBot

from gui.widgets.mixdown import RATE, Floats, Mixdown, Piece
from gui.widgets.player import Player
from gui.widgets.sound_out import Pull, SilentOut, SoundOut


def _sine(seconds: float) -> Floats:
    times = np.arange(round(seconds * RATE)) / RATE
    return np.repeat(0.5 * np.sin(2 * np.pi * 200 * times)[np.newaxis], 2, axis=0).astype(np.float32)


class HandOut(SoundOut):
    """An output whose time the test moves: a frame is heard `late` frames after it was asked for."""

    def __init__(self, name: str, late: int = 960) -> None:
        super().__init__()
        self.name, self.late = name, late
        self.pull: Pull | None = None
        self.pulled = 0
        self.sound: list[Floats] = []

    def start(self, pull: Pull) -> None:
        self.pull, self.pulled = pull, 0

    def stop(self) -> None:
        self.pull = None

    def heard(self) -> int:
        return max(0, self.pulled - self.late)

    def go(self, frames: int) -> None:
        assert self.pull is not None
        self.sound.append(self.pull(frames))
        self.pulled += frames


class HandOutputs(QObject):
    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.names = ["Speakers"]
        self.opened: list[SoundOut] = []

    def has(self, name: str) -> bool:
        return name in self.names

    def open(self, parent: QObject | None = None) -> SoundOut:
        self.opened.append(HandOut(self.names[0]) if self.names else SilentOut(parent))
        return self.opened[-1]

    @property
    def now(self) -> HandOut:
        out = self.opened[-1]
        assert isinstance(out, HandOut)
        return out


@pytest.fixture
def outputs(qapp: object) -> HandOutputs:
    return HandOutputs()


@pytest.fixture
def player(outputs: HandOutputs) -> Player:
    made = Player(outputs=lambda: outputs)
    made.use(Mixdown([Piece(0, _sine(4))]))
    return made


def test_the_position_is_what_is_heard(player: Player, outputs: HandOutputs) -> None:
    assert player.device is None
    player.seek(1.0)
    player.play()
    assert player.device == "Speakers"
    assert player.position_s == 1.0
    outputs.now.go(960)
    assert player.position_s == 1.0  # nothing has left the loudspeaker yet
    outputs.now.go(4_800)
    assert player.position_s == pytest.approx(1.1)
    player.pause()
    assert not player.playing
    assert player.position_s == pytest.approx(1.1)


def test_a_seek_while_it_plays_shows_the_target_at_once(player: Player, outputs: HandOutputs) -> None:
    player.play()
    outputs.now.go(4_800)
    player.seek(3.0)
    assert player.position_s == 3.0
    outputs.now.go(960)
    assert player.position_s == 3.0
    outputs.now.go(4_800)
    assert 3.08 < player.position_s <= 3.1
    assert player.peak[0] > 0.3


def test_it_ends_and_begins_again(player: Player, outputs: HandOutputs, qtbot: QtBot) -> None:
    player.seek(3.9)
    player.play()
    outputs.now.go(9_600)
    with qtbot.waitSignal(player.ended, timeout=5_000):
        pass
    assert not player.playing
    assert player.position_s == 4.0
    player.play()
    assert player.position_s == 0.0


def test_each_mixdown_keeps_its_place(player: Player, outputs: HandOutputs) -> None:
    own = player.mixdown
    player.seek(2.0)
    player.play()
    other = Mixdown([Piece(0, _sine(1))])
    player.use(other)
    assert not player.playing
    assert player.position_s == 0.0
    player.use(own)
    assert player.position_s == 2.0


def test_a_device_that_goes_away_is_told_and_everything_rests(
    player: Player, outputs: HandOutputs, qtbot: QtBot
) -> None:
    player.play()
    outputs.now.go(48_000)
    outputs.names = ["Other speakers"]
    with qtbot.waitSignals([player.device_lost, player.device_changed]):
        outputs.changed.emit()
    assert not player.playing
    assert player.position_s == pytest.approx(0.98)
    assert player.device == "Other speakers"
    player.play()
    outputs.now.go(960 + 4_800)
    assert player.position_s == pytest.approx(1.08)


def test_a_fault_of_the_device_is_a_device_that_went_away(player: Player, outputs: HandOutputs) -> None:
    player.play()
    outputs.names = []
    outputs.now.lost.emit()
    assert player.device == ""
    assert not player.playing


def test_without_a_device_time_passes_all_the_same(outputs: HandOutputs, qtbot: QtBot) -> None:
    outputs.names = []
    player = Player(outputs=lambda: outputs)
    player.use(Mixdown([Piece(0, _sine(0.2))]))
    moves: list[float] = []
    player.moved.connect(moves.append)
    with qtbot.waitSignal(player.ended, timeout=5_000):
        player.play()
    assert player.device == ""
    assert moves == sorted(moves)
    assert moves[-1] == pytest.approx(0.2)
    player.close()


def test_a_device_can_be_looked_for_ahead(player: Player, outputs: HandOutputs, qtbot: QtBot) -> None:
    with qtbot.waitSignal(player.device_changed) as told:
        player.warm()
    assert told.args == ["Speakers"]
    assert not player.playing


def test_the_loop_is_gone_round(player: Player, outputs: HandOutputs) -> None:
    player.set_loop(1.0, 2.0)
    player.seek(1.5)
    player.play()
    outputs.now.go(960 + 48_000)
    assert player.position_s == pytest.approx(1.5)
    player.set_loop(None)
    outputs.now.go(48_000)
    assert player.position_s > 2.0


def test_multimedia_is_loaded_when_it_is_needed() -> None:
    code = "import sys, gui.widgets.player; print([m for m in sys.modules if 'Multimedia' in m or m == 'soundfile'])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
