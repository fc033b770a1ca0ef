"""Sound is cut where it is silent: what lies between is never sent, and a new take sends only what is new in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.audio import FloatArray
from plugin_host.adapters.openutau.lines import MAX_AUDIO_BYTES
from plugin_host.adapters.openutau.xxh64 import Xxh64

WIRE_RATE = 44100
"""Hz; the protocol knows no other."""
FRAME_BYTES = 8
"""Two channels, float32, little-endian, one after the other."""
CELL_FRAMES = 441
"""Cuts lie on whole hundredths of a second: those are whole samples at every usual rate of a DAW."""
_SILENCE = 1e-6  # -120 dBFS
_GAP_CELLS = 20
_MOST_CELLS = MAX_AUDIO_BYTES // FRAME_BYTES // CELL_FRAMES
_FLUSH_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Stretch:
    """`num_frames` of sound that begin at `start_frame` of their take, at 44.1 kHz.

    `offset`: where its bytes begin in the take's file; `hash`: their XXH64 in decimal digits.
    """

    start_frame: int
    num_frames: int
    offset: int
    hash: str

    @property
    def num_bytes(self) -> int:
        return self.num_frames * FRAME_BYTES


class StretchWriter:
    """Takes sound block by block, gives its bytes to `write` and says at the end where the stretches lie.

    `most_cells`: how long a stretch may be, in hundredths of a second; the protocol allows no more than the default.
    """

    def __init__(self, write: Callable[[bytes], object], most_cells: int = _MOST_CELLS) -> None:
        self._write = write
        self._most_cells = most_cells
        self._stretches: list[Stretch] = []
        self._rest = np.zeros((2, 0), np.float32)
        self._frames = 0  # of the take, up to the cell that comes next
        self._offset = 0
        self._start: int | None = None  # of the open stretch
        self._gap: list[bytes] = []  # silence that belongs to the stretch if sound follows soon
        self._open: list[bytes] = []
        self._open_frames = 0
        self._unwritten = 0
        self._hash = Xxh64()

    def push(self, block: FloatArray) -> None:
        """block [2, n], n >= 0."""
        whole = np.concatenate([self._rest, block], axis=1)
        end = whole.shape[1] - whole.shape[1] % CELL_FRAMES
        self._rest = whole[:, end:].copy()
        peaks = np.abs(whole[:, :end]).max(axis=0).reshape(-1, CELL_FRAMES).max(axis=1)
        for number, loud in enumerate((peaks > _SILENCE).tolist()):
            self._cell(whole[:, number * CELL_FRAMES : (number + 1) * CELL_FRAMES], loud)

    def finish(self) -> tuple[Stretch, ...]:
        """All stretches, by ascending start.  Nothing can be pushed any more."""
        if self._rest.shape[1]:
            self._cell(self._rest, bool(np.abs(self._rest).max() > _SILENCE))
        self._end_stretch()
        return tuple(self._stretches)

    def _cell(self, cell: FloatArray, loud: bool) -> None:
        if loud:
            if self._start is None:
                self._start = self._frames
            for silence in self._gap:
                self._keep(silence)
            self._gap.clear()
            self._keep(cell.T.astype("<f4").tobytes())
        elif self._start is not None:
            self._gap.append(cell.T.astype("<f4").tobytes())
        self._frames += cell.shape[1]
        if len(self._gap) == _GAP_CELLS or self._open_frames + len(self._gap) * CELL_FRAMES > (
            (self._most_cells - 1) * CELL_FRAMES
        ):
            self._end_stretch()

    def _keep(self, data: bytes) -> None:
        self._open.append(data)
        self._open_frames += len(data) // FRAME_BYTES
        self._unwritten += len(data)
        if self._unwritten >= _FLUSH_BYTES:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._open)
        self._open.clear()
        self._unwritten = 0
        self._hash.update(data)
        self._write(data)

    def _end_stretch(self) -> None:
        if self._start is not None:
            self._flush()
            self._stretches.append(Stretch(self._start, self._open_frames, self._offset, str(self._hash.digest())))
            self._offset += self._stretches[-1].num_bytes
        self._start, self._open_frames, self._hash = None, 0, Xxh64()
        self._gap.clear()
