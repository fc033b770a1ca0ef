"""A studio for tests of the Avatar panel: an engine that answers as it is told to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage

from gui.desk import Desk, Notice
from gui.document.settings import Settings
from gui.document.song import Song
from gui.engine_process import Ask
from gui.jobs import Jobs
from gui.panels.avatar import AvatarPanel
from gui.widgets.player import Player

LONG_MS = 20_000
FRAMES, SIDE = 100, 8
LANDMARKS = [[float(number), float(number % 7)] for number in range(68)]


@dataclass
class Engine:
    """Remembers every request; `answers` are given at once, for the rest a test answers itself."""

    folder: Path
    asks: list[tuple[Ask, Mapping[str, Any]]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    shows: int = 0

    def ask(self, op: str, args: Mapping[str, Any] = {}, key: str = "") -> Ask:
        ask = Ask(self, str(len(self.asks)), op, key)  # type: ignore[arg-type]
        self.asks.append((ask, args))
        return ask

    def stop(self, ask: Ask) -> None:
        ask.finished = True

    def of(self, op: str) -> list[tuple[Ask, Mapping[str, Any]]]:
        return [(ask, args) for ask, args in self.asks if ask.op == op]

    def last(self, op: str) -> tuple[Ask, Mapping[str, Any]]:
        return self.of(op)[-1]

    def open_show(self, exact: bool = True) -> dict[str, Any]:
        """Answer the last `avatar.open`."""
        self.shows += 1
        facts = {
            "show": f"show-{self.shows}", "vocals": str(self.folder / "song.melisma"), "track": None, "fps": 25.0,
            "frames": FRAMES, "width": SIDE, "height": SIDE, "sound": str(self.folder / "sung.wav"), "words": None,
            "exact_lips": exact, "video_size": [512, 512], "provider": "the CPU", "problems": [],
        }  # fmt: skip
        self.last("avatar.open")[0].done.emit(facts)
        return facts

    def draw(self, known: int = FRAMES) -> int:
        """Answer the last `avatar.picture` with a grey as bright as the frame's number; the frame."""
        ask, args = self.last("avatar.picture")
        path = self.folder / f"{len(self.asks)}.rgb"
        path.write_bytes(bytes([int(args["frame"])]) * (3 * SIDE * SIDE))
        answer = {
            "path": str(path),
            "frame": args["frame"],
            "width": SIDE,
            "height": SIDE,
            "known": known,
            "motion": None,
        }
        ask.done.emit(answer)
        return int(args["frame"])

    def load_sound(self) -> None:
        """Answer the last `sound` with four seconds of silence."""
        path = self.folder / "sound.f32"
        np.zeros((4 * 48_000, 2), np.float32).tofile(path)
        self.last("sound")[0].done.emit({"path": str(path), "sample_rate": 48_000, "samples": 4 * 48_000})


def make(engine: Engine, song: Song, theme: Any, told: list[Notice], tmp_path: Path) -> AvatarPanel:
    desk = Desk()
    desk.told.connect(told.append)
    studio = SimpleNamespace(
        engine=engine, jobs=Jobs(engine), song=song, settings=Settings(tmp_path / "window.json"), theme=theme,
        desk=desk, player=Player(),
    )  # fmt: skip
    return AvatarPanel(studio)  # type: ignore[arg-type]


def list_figures(panel: AvatarPanel, engine: Engine, qtbot: Any) -> None:
    picture = QImage(16, 16, QImage.Format.Format_RGB32)
    path = engine.folder / "thumb.png"
    picture.save(str(path))
    rows = [{"id": name, "name": name.title(), "thumbnail": str(path)} for name in ("inga", "mira", "rosa", "theo")]
    engine.last("avatars")[0].done.emit({"figures": rows})
    qtbot.waitUntil(lambda: len(panel.who.gallery.figures) == 4, timeout=LONG_MS)


def picture(folder: Path, width: int = 300, height: int = 200) -> Path:
    path = folder / "me.png"
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.gray)
    image.save(str(path))
    return path
