"""A studio for tests of the Isolate panel: everything real but the engine, which answers within this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from pytestqt.qtbot import QtBot

from engine.api import pictures_of_sound
from engine.audio import Audio, read_audio, write_audio
from engine.errors import MelismaError
from gui.commands import Commands
from gui.desk import Desk, Notice
from gui.document.settings import Settings
from gui.jobs import Jobs
from gui.panels.base import Studio
from gui.panels.isolate import IsolatePanel
from gui.theme import Theme
from gui.widgets.player import Player
from gui.widgets.sound_out import SilentOut, SoundOut
from tests.gui.stand_in import StandIn, StandInAsk

RATE = 48_000
MODELS = [
    {"id": "lumen", "name": "Lumen", "role": "separator", "kind": "latent-diffusion"},
    {"id": "uvr", "name": "UVR", "role": "separator", "kind": "mdx-net"},
    {"id": "trio", "name": "Trio", "role": "voice", "kind": "hidden-singer"},
]


class InnerEngine(StandIn):
    """Draws and plays real files; `isolate` waits until the test says how it ends."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.answering = True

    def ask(self, op: str, args: Mapping[str, Any] | None = None, key: str = "") -> StandInAsk:
        ask = super().ask(op, args, key)
        if op != "isolate" and self.answering:
            QTimer.singleShot(0, lambda: self.answer(ask))
        return ask

    def answer(self, ask: StandInAsk) -> None:
        if ask.finished:
            return
        try:
            ask.answer(_ANSWERS[ask.op](self, ask.args))
        except MelismaError as error:
            ask.fail(error.message, error.hint)

    def made(self, make: Callable[..., Any], args: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: str(value) if isinstance(value, Path) else value
            for name, value in asdict(make(Path(args["path"]), self.folder / f"{len(self.asks)}.raw")).items()
        }

    def isolate(self, ask: StandInAsk) -> None:
        """End an `isolate` well: the vocals are the mix at a quarter of its level."""
        mix, out = Path(ask.args["mixes"][0]), Path(ask.args["out"])
        sound = read_audio(mix)
        out.mkdir(parents=True, exist_ok=True)
        vocals, instrumental = out / f"{mix.stem}_vocals.wav", out / f"{mix.stem}_instrumental.wav"
        write_audio(Audio(sound.samples * np.float32(0.25), sound.sample_rate), vocals, subtype="FLOAT")
        write_audio(Audio(sound.samples * np.float32(0.75), sound.sample_rate), instrumental, subtype="FLOAT")
        made = {
            "input": str(mix), "vocals": str(vocals), "instrumental": str(instrumental),
            "duration_s": sound.duration_s, "sample_rate": RATE, "channels": 2, "separator": "lumen",
            "provider": "CPU", "elapsed_s": 1.0, "real_time_factor": 0.5, "null_peak_db": -123.4,
        }  # fmt: skip
        ask.answer({"files": [made], "failed": [], "remarks": []})


_ANSWERS: dict[str, Callable[[InnerEngine, Mapping[str, Any]], dict[str, Any]]] = {
    "models": lambda _engine, _args: {"models": MODELS},
    "peaks": lambda engine, args: engine.made(pictures_of_sound.peaks, args),
    "spectrogram": lambda engine, args: engine.made(pictures_of_sound.spectrogram, args),
    "sound": lambda engine, args: engine.made(pictures_of_sound.played, args),
}


class SilentOutputs(QObject):
    """A machine without a sound device."""

    changed = pyqtSignal()

    def has(self, name: str) -> bool:
        return False

    def open(self, parent: QObject | None = None) -> SoundOut:
        return SilentOut(parent)


class NoBridge(QObject):
    """Nobody is there."""

    def __init__(self) -> None:
        super().__init__()
        self.daws: tuple[Any, ...] = ()


def isolate_studio(folder: Path, theme: Theme) -> Studio:
    """`studio.engine` is an `InnerEngine`."""
    engine: Any = InnerEngine(folder)
    song: Any = None
    bridge: Any = NoBridge()
    return Studio(
        engine=engine,
        workshop=engine,
        jobs=Jobs(engine),
        song=song,
        settings=Settings(folder / "settings.json"),
        theme=theme,
        commands=Commands(),
        player=Player(outputs=SilentOutputs),
        bridge=bridge,
        desk=Desk(),
    )


def make_song(path: Path, seconds: float = 1.2, stamp_s: float | None = None) -> Path:
    """A sine of 300 Hz, its level 0.4 of full scale."""
    times = np.arange(round(seconds * RATE)) / RATE
    samples = np.repeat(0.4 * np.sin(2 * np.pi * 300 * times)[np.newaxis], 2, axis=0).astype(np.float32)
    stamp = None if stamp_s is None else round(stamp_s * RATE)
    write_audio(Audio(samples, RATE), path, subtype="FLOAT", time_reference_samples=stamp)
    return path


class Session:
    """A panel that is shown, and what it told the user."""

    def __init__(self, qtbot: QtBot, studio: Studio, folder: Path) -> None:
        self.qtbot, self.studio, self.folder = qtbot, studio, folder
        engine = studio.engine
        assert isinstance(engine, InnerEngine)
        self.engine = engine
        self.told: list[Notice] = []
        studio.desk.told.connect(self.told.append)
        self.panel = IsolatePanel(studio)
        qtbot.addWidget(self.panel)
        self.panel.resize(1200, 700)
        self.panel.show()

    def drop(self, *paths: Path) -> None:
        self.panel.take(paths)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.panel.waiting())

    def states(self) -> list[str]:
        return [song.state for song in self.panel.batch]

    def isolated(self, *names: str) -> None:
        """Drop songs of these names and isolate them all."""
        self.drop(*(make_song(self.folder / name) for name in names))
        for song in list(self.panel.batch):
            self.panel.isolate([song.id])
            self.engine.isolate(self.engine.of("isolate")[-1])
        self.settle()

    def close(self) -> None:
        self.panel.close_down()
        self.studio.player.close()

    def heard(self) -> float:
        """The level of what the player would play half a second into the song, of full scale."""
        mixdown = self.studio.player.mixdown
        mixdown.settle()
        return float(np.abs(mixdown.peek(24_000, 4_800)).max())
