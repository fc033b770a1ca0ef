"""A watched folder with its adapter, clips and sounds to put there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.audio import Audio, write_audio
from engine.score import Score, read_score
from plugin_host.adapters.files import FilesAdapter
from plugin_host.adapters.files_ledger import Ledger
from plugin_host.lyrics import LyricsBook
from plugin_host.ports import Ask
from tests.midi import midi, row

RATE = 48_000
CLIP = midi(row(5))


@dataclass
class Watched:
    """A folder, an adapter over it, and a clock that only tests move."""

    folder: Path
    state: Path
    now_s: float = 100.0
    adapter: FilesAdapter = field(init=False)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """As a restart of the program would."""
        book = LyricsBook(self.state / "lyrics", lambda word: 1)
        ledger = Ledger(self.state / "taken.json")
        self.adapter = FilesAdapter((self.folder,), ledger, book, clock=lambda: self.now_s, remark=self.remarks.append)

    def look(self, looks: int = 1, every_s: float = 1.0) -> list[Ask]:
        asks: list[Ask] = []
        for _ in range(looks):
            self.now_s += every_s
            asks += self.adapter.asks()
        return asks

    def names(self, looks: int = 6) -> list[str]:
        return [item.name for ask in self.look(looks) for item in (*ask.clips, *ask.sounds)]


def sound(path: Path, seconds: float = 0.5, rate: int = RATE, at: int = 0, ours: bool = False) -> Path:
    count = round(seconds * rate)
    wave = np.sin(np.arange(count) * 0.05)[None].repeat(2, 0) * np.linspace(0.1, 0.5, count)
    write_audio(Audio(wave.astype(np.float32), rate), path, subtype="FLOAT", time_reference_samples=at)
    if not ours and path.suffix == ".wav":
        path.write_bytes(path.read_bytes().replace(b"melisma\0", b"another\0", 1))
    return path


def read_score_of(data: bytes, folder: Path) -> Score:
    (folder / "read.mid").write_bytes(data)
    return read_score(folder / "read.mid")


def finish(watched: Watched, ask: Ask, message: str = "", failed: bool = False) -> None:
    watched.adapter.answer(ask.id, message, failed)
