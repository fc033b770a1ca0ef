"""What is seen and heard of one song: asked of the engine, mapped from its files as they become ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from gui.widgets.mixdown import RATE, Floats
from gui.widgets.peaks import BIN
from gui.widgets.spectrogram import SpectrogramRows
from gui.widgets.wave_lane import Waveform

if TYPE_CHECKING:
    from gui.engine_process import Ask, EngineProcess

_OPS = ("peaks", "sound", "spectrogram")
_NO_SAMPLES = np.zeros((2, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """What is known by now of a file.  `samples` float32 [2, T] at 48 kHz, empty until they are there.

    `time_reference_s`: where the file says that it lies in the DAW's song.  `unreadable`: the file is at fault.
    """

    path: Path
    wave: Waveform | None = None
    rows: SpectrogramRows | None = None
    samples: Floats = field(default_factory=lambda: _NO_SAMPLES)
    loudness_lufs: float | None = None
    time_reference_s: float | None = None
    failure: str = ""
    unreadable: bool = False
    missing: frozenset[str] = frozenset(_OPS)

    @property
    def duration_s(self) -> float:
        if self.samples.shape[1]:
            return float(self.samples.shape[1] / RATE)
        return 0.0 if self.wave is None else _length_s(self.wave)


class SongSounds(QObject):
    """The sounds of one song at a time, by name ("mix", "vocals", "instrumental").

    `changed` with the name, whenever more of it is known.
    """

    changed = pyqtSignal(str)

    def __init__(self, engine: EngineProcess, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._sounds: dict[str, Sound] = {}
        self._asks: dict[tuple[str, str], Ask] = {}
        engine.ready.connect(self._ask_again)

    def get(self, name: str) -> Sound | None:
        return self._sounds.get(name)

    @property
    def loading(self) -> bool:
        return any(sound.missing and not sound.failure for sound in self._sounds.values())

    def show(self, paths: Mapping[str, Path]) -> None:
        """These files from now on; what is there of them stays, what else there was goes."""
        for name in [name for name, sound in self._sounds.items() if paths.get(name) != sound.path]:
            del self._sounds[name]
            for op in _OPS:
                self._drop(name, op)
            self.changed.emit(name)
        for name, path in paths.items():
            if name not in self._sounds:
                self._sounds[name] = Sound(path)
                self._ask(name)
                self.changed.emit(name)

    def _ask(self, name: str) -> None:
        sound = self._sounds[name]
        # Of all names first what is seen, then what is heard: the lane of the engine that reads files is short.
        for op in _OPS:
            if op in sound.missing:
                ask = self._engine.ask(op, {"path": str(sound.path)}, key=f"isolate.{name}.{op}")
                self._asks[name, op] = ask
                ask.done.connect(self._taker(name, op, ask))
                ask.failed.connect(lambda failure, own=ask, name=name, op=op: self._failed(name, op, own, failure))

    def _taker(self, name: str, op: str, ask: Ask) -> Callable[[dict[str, Any]], None]:
        def take(answer: dict[str, Any]) -> None:
            if self._asks.get((name, op)) is not ask:
                return  # of the song before
            del self._asks[name, op]
            sound = self._sounds[name]
            try:
                known = _TAKE[op](sound, answer)
            except (OSError, ValueError, KeyError):
                known = sound  # the scratch file went with its engine; a new one is asked
            self._sounds[name] = replace(known, missing=sound.missing - {op})
            self.changed.emit(name)

        return take

    def _failed(self, name: str, op: str, ask: Ask, failure: Any) -> None:
        if self._asks.get((name, op)) is ask:
            del self._asks[name, op]
            told = f"{failure.message} {failure.hint}".strip()
            self._sounds[name] = replace(self._sounds[name], failure=told, unreadable=failure.kind == "input")
            self.changed.emit(name)

    def _drop(self, name: str, op: str) -> None:
        ask = self._asks.pop((name, op), None)
        if ask is not None:
            ask.cancel()

    def _ask_again(self) -> None:
        """The engine was started anew: what it owed is asked once more."""
        for name, sound in self._sounds.items():
            owed = sound.missing and not sound.failure
            if owed and all(ask.finished for (own, _), ask in self._asks.items() if own == name):
                self._ask(name)


def _take_peaks(sound: Sound, answer: Mapping[str, Any]) -> Sound:
    shape = (int(answer["channels"]), -(-int(answer["samples"]) // BIN), 2)
    peaks = np.memmap(answer["bin"], np.float32, mode="r", shape=shape)
    return replace(sound, wave=Waveform(peaks, int(answer["rate"]), sound.samples, RATE))


def _take_sound(sound: Sound, answer: Mapping[str, Any]) -> Sound:
    frames = np.memmap(answer["path"], np.float32, mode="r", shape=(int(answer["samples"]), 2))
    samples = np.asarray(frames).T
    return replace(
        sound,
        samples=samples,
        wave=None if sound.wave is None else replace(sound.wave, samples=samples),
        loudness_lufs=answer["loudness_lufs"],
        time_reference_s=answer["time_reference_s"],
    )


def _take_rows(sound: Sound, answer: Mapping[str, Any]) -> Sound:
    shape = (int(answer["frames"]), int(answer["bands"]))
    rows = np.memmap(answer["path"], np.uint8, mode="r", shape=shape)
    return replace(sound, rows=SpectrogramRows(np.asarray(rows), float(answer["frames_per_s"])))


_TAKE: dict[str, Callable[[Sound, Mapping[str, Any]], Sound]] = {
    "peaks": _take_peaks,
    "sound": _take_sound,
    "spectrogram": _take_rows,
}


def _length_s(wave: Waveform) -> float:
    return float(wave.peaks.shape[1] * BIN / wave.rate)
