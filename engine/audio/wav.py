"""A WAV writer that knows the `bext` chunk, which libsndfile's Python door does not open."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio.bext import Bext, pack_bext
from engine.audio.signal import Audio, FloatArray
from engine.errors import InputError

_BLOCK = 1 << 16
_PCM, _FLOAT = 1, 3
BITS = {"PCM_16": 16, "PCM_24": 24, "FLOAT": 32}


def write_wav(
    audio: Audio, path: Path, subtype: str, bext: Bext | None, before_block: Callable[[], object] = lambda: None
) -> None:
    """Write `audio` as `subtype` (a key of `BITS`), with `bext` in front of the samples.

    Integers are rounded to nearest and clipped at full scale.  Raises `InputError` over 4 GiB, and what
    `before_block` raises.
    """
    block_align = audio.channels * BITS[subtype] // 8
    data_size = audio.num_samples * block_align
    chunks = b"" if bext is None else chunk(b"bext", pack_bext(bext))
    chunks += chunk(b"fmt ", format_payload(audio.channels, audio.sample_rate, subtype))
    if subtype == "FLOAT":
        chunks += chunk(b"fact", struct.pack("<I", audio.num_samples & 0xFFFFFFFF))
    riff_size = 4 + len(chunks) + 8 + data_size + data_size % 2
    if riff_size >= 2**32:
        raise InputError("A WAV file cannot be larger than 4 GiB.", "Write a FLAC file, or fewer bits.")
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", riff_size) + b"WAVE" + chunks)
        file.write(b"data" + struct.pack("<I", data_size))
        for block in _blocks(audio.samples):
            before_block()
            file.write(sample_bytes(block, subtype))
        file.write(b"\0" * (data_size % 2))


def chunk(name: bytes, payload: bytes) -> bytes:
    """One RIFF chunk, padded to an even size."""
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def format_payload(channels: int, sample_rate: int, subtype: str) -> bytes:
    """What a `fmt ` chunk holds."""
    tag = _FLOAT if subtype == "FLOAT" else _PCM
    block_align = channels * BITS[subtype] // 8
    head = struct.pack("<HHIIHH", tag, channels, sample_rate, sample_rate * block_align, block_align, BITS[subtype])
    # Formats other than PCM declare the size of their (here empty) extension.
    return head + (struct.pack("<H", 0) if tag == _FLOAT else b"")


def sample_bytes(block: FloatArray, subtype: str) -> bytes:
    """block [C, n] as a `data` chunk has it; integers are rounded to nearest and clipped at full scale."""
    if subtype == "FLOAT":
        return np.ascontiguousarray(block.T, "<f4").tobytes()
    integers = np.ascontiguousarray(_steps(block, subtype).T, "<i4")
    # Little endian: the low bytes of each 32-bit integer come first.
    return integers.view(np.uint8).reshape(-1, 4)[:, : BITS[subtype] // 8].tobytes()


def quantize(block: FloatArray, subtype: str) -> FloatArray:
    """`block` [C, n] as it will be read from a file of `subtype`: rounded and clipped, or unchanged."""
    if subtype == "FLOAT":
        return block
    return (_steps(block, subtype) / full_scale(subtype)).astype(np.float32)


def full_scale(subtype: str) -> int:
    """How many steps of an integer `subtype` make 1.0; the highest value is one step less."""
    return 1 << (BITS[subtype] - 1)


def _steps(block: FloatArray, subtype: str) -> NDArray[np.float64]:
    scale = full_scale(subtype)
    steps: NDArray[np.float64] = np.clip(np.rint(block.astype(np.float64) * scale), -scale, scale - 1)
    return steps


def _blocks(samples: FloatArray) -> Iterator[FloatArray]:
    for start in range(0, samples.shape[1], _BLOCK):
        yield samples[:, start : start + _BLOCK]
