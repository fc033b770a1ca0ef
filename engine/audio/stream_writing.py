"""A WAV file written block by block, of any length: RIFF up to 4 GiB, RF64 above (EBU Tech 3306)."""

from __future__ import annotations

import struct
from pathlib import Path
from types import TracebackType

from engine.audio.bext import Bext, pack_bext
from engine.audio.signal import FloatArray
from engine.audio.wav import BITS, chunk, format_payload, sample_bytes

RIFF_LIMIT = 2**32 - 1
_DS64_SIZE = 28
_UNKNOWN = 0xFFFFFFFF  # a size that stands in `ds64`


class WavWriter:
    """Use as a context manager; the header is made right when the block ends well.

    `subtype` is PCM_16, PCM_24 or FLOAT; integers are rounded and clipped, floats never.  Raises `OSError` when the
    disk refuses.  Callers write to a path of `written_whole`, for a file that is whole or absent.
    """

    def __init__(self, path: Path, channels: int, sample_rate: int, subtype: str, bext: Bext | None = None) -> None:
        self._block_align = channels * BITS[subtype] // 8
        self._subtype = subtype
        self._frames = 0
        # The room of the later `ds64` chunk is held by one that readers skip.
        head = b"WAVE" + chunk(b"JUNK", bytes(_DS64_SIZE))
        head += b"" if bext is None else chunk(b"bext", pack_bext(bext))
        head += chunk(b"fmt ", format_payload(channels, sample_rate, subtype))
        self._fact_at = None
        if subtype == "FLOAT":
            self._fact_at = 8 + len(head) + 8
            head += chunk(b"fact", bytes(4))
        self._data_at = 8 + len(head)
        self._file = path.open("wb")
        try:
            self._file.write(b"RIFF" + bytes(4) + head + b"data" + bytes(4))
        except OSError:
            self._file.close()
            raise

    def write(self, block: FloatArray) -> None:
        """Append `block`, float32 [C, n]."""
        self._file.write(sample_bytes(block, self._subtype))
        self._frames += block.shape[1]

    def __enter__(self) -> WavWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if kind is None:
                self._complete()

    def _complete(self) -> None:
        data_size = self._frames * self._block_align
        padding = data_size % 2
        self._file.write(bytes(padding))
        riff_size = self._data_at + data_size + padding
        large = riff_size > RIFF_LIMIT
        if large:
            sizes = struct.pack("<QQQI", riff_size, data_size, self._frames, 0)
            self._put(0, b"RF64" + struct.pack("<I", _UNKNOWN) + b"WAVE" + chunk(b"ds64", sizes))
        else:
            self._put(4, struct.pack("<I", riff_size))
        self._put(self._data_at + 4, struct.pack("<I", _UNKNOWN if large else data_size))
        if self._fact_at is not None:
            self._put(self._fact_at, struct.pack("<I", min(self._frames, _UNKNOWN)))

    def _put(self, position: int, data: bytes) -> None:
        self._file.seek(position)
        self._file.write(data)
