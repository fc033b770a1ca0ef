"""A WAV writer that knows the `bext` chunk, which libsndfile's Python door does not open."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.audio.bext import Bext, pack_bext
from engine.audio.signal import Audio, FloatArray
from engine.errors import InputError

_BLOCK = 1 << 16
_PCM, _FLOAT = 1, 3
BITS = {"PCM_16": 16, "PCM_24": 24, "FLOAT": 32}


def write_wav(audio: Audio, path: Path, subtype: str, bext: Bext | None) -> None:
    """Write `audio` as `subtype` (a key of `BITS`), with `bext` in front of the samples.

    Integers are rounded to nearest and clipped at full scale.  Raises `InputError` over 4 GiB.
    """
    block_align = audio.channels * BITS[subtype] // 8
    data_size = audio.num_samples * block_align
    chunks = b"" if bext is None else _chunk(b"bext", pack_bext(bext))
    chunks += _chunk(b"fmt ", _format(audio, subtype, block_align))
    if subtype == "FLOAT":
        chunks += _chunk(b"fact", struct.pack("<I", audio.num_samples & 0xFFFFFFFF))
    riff_size = 4 + len(chunks) + 8 + data_size + data_size % 2
    if riff_size >= 2**32:
        raise InputError("A WAV file cannot be larger than 4 GiB.", "Write a FLAC file, or fewer bits.")
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", riff_size) + b"WAVE" + chunks)
        file.write(b"data" + struct.pack("<I", data_size))
        _write_samples(file, audio, subtype)
        file.write(b"\0" * (data_size % 2))


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def _format(audio: Audio, subtype: str, block_align: int) -> bytes:
    tag = _FLOAT if subtype == "FLOAT" else _PCM
    rate = audio.sample_rate
    head = struct.pack("<HHIIHH", tag, audio.channels, rate, rate * block_align, block_align, BITS[subtype])
    # Formats other than PCM declare the size of their (here empty) extension.
    return head + (struct.pack("<H", 0) if tag == _FLOAT else b"")


def _write_samples(file: BinaryIO, audio: Audio, subtype: str) -> None:
    for block in _blocks(audio.samples):
        frames = np.ascontiguousarray(block.T)
        if subtype == "FLOAT":
            file.write(frames.astype("<f4", copy=False).tobytes())
            continue
        scale = 1 << (BITS[subtype] - 1)
        integers = np.clip(np.rint(frames.astype(np.float64) * scale), -scale, scale - 1).astype("<i4")
        # Little endian: the low bytes of each 32-bit integer come first.
        low_bytes = integers.view(np.uint8).reshape(-1, 4)[:, : BITS[subtype] // 8]
        file.write(low_bytes.tobytes())


def _blocks(samples: FloatArray) -> Iterator[FloatArray]:
    for start in range(0, samples.shape[1], _BLOCK):
        yield samples[:, start : start + _BLOCK]
