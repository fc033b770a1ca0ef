"""The figures at the top while a DAW plays."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.bridge_link import BridgeLink, BridgeState
from gui.bridge_link.seen import Where
from gui.panels.base import Studio
from gui.theme import Theme
from gui.transport_link import TransportLink
from gui.widgets.transport_bar import TransportActions, TransportBar
from tests.gui.shell_studio import make_studio


class Link(BridgeLink):
    """Connected, and told by the test where the DAW is."""

    def __init__(self) -> None:
        super().__init__()
        self._state = BridgeState.ON

    def tell(self, position_s: float, speed: float) -> None:
        self.where = Where("ardour", position_s, speed, 120.0, time.monotonic())
        self.transport.emit(self.where.facts())


@pytest.fixture
def studio(tmp_path: Path, dark_theme: Theme) -> Studio:
    return replace(make_studio(tmp_path, dark_theme), bridge=Link())


@pytest.fixture
def bar(studio: Studio, qtbot: QtBot) -> TransportBar:
    made = TransportBar(studio.theme, TransportActions(*[lambda: None] * 6))
    qtbot.addWidget(made)
    made.show()
    return made


def test_they_go_along_with_the_daw_and_back_to_what_would_play_here(
    studio: Studio, bar: TransportBar, qtbot: QtBot
) -> None:
    link = TransportLink(studio, bar, lambda: True)
    assert isinstance(studio.bridge, Link)
    rest = bar.time.text()
    studio.bridge.tell(63.0, speed=1.0)
    assert bar.time.text().startswith("1:03.")
    told = bar.time.text()
    qtbot.waitUntil(lambda: bar.time.text() > told)
    studio.bridge.tell(64.0, speed=0.0)
    assert bar.time.text() == rest
    assert not link.rolling.moving


def test_on_a_panel_with_a_time_of_its_own_they_stay(studio: Studio, bar: TransportBar) -> None:
    TransportLink(studio, bar, lambda: False)
    assert isinstance(studio.bridge, Link)
    rest = bar.time.text()
    studio.bridge.tell(63.0, speed=1.0)
    assert bar.time.text() == rest
