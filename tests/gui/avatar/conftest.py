"""The Avatar panel with an engine that answers as it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gui.desk import Notice
from gui.document.song import Song
from gui.panels.avatar import AvatarPanel
from tests.gui.avatar_studio import LONG_MS, Engine, list_figures, make
from tests.midi import midi, row


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    (tmp_path / "sung.wav").touch()
    return Engine(tmp_path)


@pytest.fixture
def song(tmp_path: Path) -> Song:
    clip = tmp_path / "clip.mid"
    clip.write_bytes(midi(row(3, ticks=160)))
    return Song.open(clip)


@pytest.fixture
def told() -> list[Notice]:
    return []


@pytest.fixture
def panel(engine: Engine, song: Song, dark_theme: Any, told: list[Notice], tmp_path: Path, qtbot: Any) -> Iterator[Any]:
    made = make(engine, song, dark_theme, told, tmp_path)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    yield made
    made.close_down()
    made.studio.player.close()


@pytest.fixture
def looking(panel: AvatarPanel, engine: Engine, qtbot: Any) -> AvatarPanel:
    """A panel in which a show is open."""
    list_figures(panel, engine, qtbot)
    qtbot.waitUntil(lambda: bool(engine.of("avatar.open")), timeout=LONG_MS)
    engine.open_show()
    return panel
