"""What pictures of the window show: a demo song and a demo mix that are worth looking at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from engine.audio import read_audio
from engine.folders import presets_folder
from gui.demo_scenes import SCENES, IsolateScene
from gui.demo_song import demo_song
from gui.demo_sounds import write_demo_mix
from gui.document.curves import value_at
from gui.panels.table import PANEL_IDS
from gui.theme import Theme
from gui.viewmodels.told_path import told_path
from tests.gui.isolate_studio import Session, isolate_studio


def test_each_phrase_of_the_song_swells() -> None:
    track = demo_song().project.tracks[0]
    first = next(note for note in track.notes if note.id in track.phrase_breaks)
    loudest = max(np.linspace(0.0, first.end, 200), key=lambda at: value_at(track, "dynamics", at))
    assert 0.3 * first.end < loudest < 0.8 * first.end
    assert value_at(track, "dynamics", 0.0) < 0 < value_at(track, "dynamics", loudest)


def test_the_mix_has_a_band_and_is_not_clipped(tmp_path: Path) -> None:
    mix = read_audio(write_demo_mix(tmp_path))
    voice = read_audio(presets_folder() / "probe" / "singing.ogg")
    assert (mix.num_samples, mix.sample_rate) == (voice.num_samples, voice.sample_rate)
    assert 0.3 < np.abs(mix.samples).max() < 1
    left, right = mix.samples
    # The voice is in the middle: what differs is the band.
    assert np.sqrt(np.mean((left - right) ** 2)) > 0.01


class TestIsolate:
    @pytest.fixture
    def session(self, qtbot: QtBot, tmp_path: Path, dark_theme: Theme) -> Iterator[Session]:
        session = Session(qtbot, isolate_studio(tmp_path, dark_theme), tmp_path)
        yield session
        session.close()

    def test_the_mix_is_taken_apart_and_the_stems_are_seen(
        self, session: Session, qtbot: QtBot, tmp_path: Path
    ) -> None:
        notices: list[str] = ["it is done"]
        window: Any = QObject()
        window.pages = SimpleNamespace(current="isolate", panel=lambda _id: session.panel)
        window.take = session.panel.take
        window.toasts = SimpleNamespace(shown=notices)
        window.studio = session.studio
        scene = IsolateScene(window, tmp_path)
        scene.begin()
        qtbot.waitUntil(lambda: scene.lacks() and bool(session.engine.of("isolate")))
        session.engine.isolate(session.engine.of("isolate")[0])
        assert scene.lacks()
        notices.clear()
        qtbot.waitUntil(lambda: not scene.lacks() and not session.panel.waiting())
        assert session.panel.stage.listener.listening.side == "stems"
        scene.close()


def test_scenes_are_of_panels() -> None:
    assert set(SCENES) <= set(PANEL_IDS)


def test_the_users_folder_is_a_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path("/home/someone")
    monkeypatch.setattr(Path, "home", lambda: home)
    assert told_path(home / ".config" / "ardour8") == str(Path("~/.config/ardour8"))
    assert told_path(home) == "~"
    assert told_path(Path("/home/someone-else/x")) == str(Path("/home/someone-else/x"))
