"""The Broadcast Wave `bext` chunk: where on the timeline a file belongs (EBU Tech 3285, version 1)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import InputError

# Description, Originator, OriginatorReference, OriginationDate, OriginationTime, TimeReference (samples since
# midnight, at the file's own rate), Version, UMID, Reserved: 602 bytes.
_LAYOUT = struct.Struct("<256s32s32s10s8sQH64s190s")
BEXT_SIZE = _LAYOUT.size
_LONGEST = 1 << 16  # of what is read of a chunk: a broken file may state any size


@dataclass(frozen=True, slots=True)
class Bext:
    """`time_reference_samples` counts from the timeline's zero at the file's own sample rate."""

    time_reference_samples: int
    description: str = ""
    originator: str = "melisma"
    reference: str = ""


def pack_bext(bext: Bext) -> bytes:
    """The chunk's 602 bytes.

    Date and time stay empty, so that the same take gives the same file.  Texts are cut to their fields;
    letters outside ASCII become `?`, as the standard allows nothing else.
    """
    if not 0 <= bext.time_reference_samples < 2**64:
        raise ValueError(f"{bext.time_reference_samples} is no sample position")
    texts = (text.encode("ascii", "replace") for text in (bext.description, bext.originator, bext.reference))
    return _LAYOUT.pack(*texts, b"", b"", bext.time_reference_samples, 1, b"", b"")


def unpack_bext(data: bytes) -> Bext:
    """The reverse.  `data` may carry a coding history behind its 602 bytes; raises `ValueError` when shorter."""
    if len(data) < BEXT_SIZE:
        raise ValueError(f"a bext chunk has at least {BEXT_SIZE} bytes, not {len(data)}")
    description, originator, reference, _, _, position, *_ = _LAYOUT.unpack(data[:BEXT_SIZE])
    return Bext(position, _text(description), _text(originator), _text(reference))


def read_bext(path: Path) -> Bext | None:
    """The time stamp of the WAV file `path`, or None when it carries none.

    Raises `InputError` when `path` cannot be opened or is no WAV file.
    """
    try:
        with path.open("rb") as file:
            if not _is_wave_head(file.read(12)):
                raise InputError(f"{path} is not a WAV file.", "Only WAV files carry a time stamp.")
            data = _find_chunk(file, b"bext")
    except OSError as error:
        raise InputError(f"{path} could not be opened: {error.strerror}.", "Check the path.") from error
    return unpack_bext(data) if data is not None and len(data) >= BEXT_SIZE else None


def is_wave(path: Path) -> bool:
    """Whether `path` begins as a WAV or RF64 file.  Raises `OSError`."""
    with path.open("rb") as file:
        return _is_wave_head(file.read(12))


def _is_wave_head(head: bytes) -> bool:
    return len(head) == 12 and head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE"


def _find_chunk(file: BinaryIO, wanted: bytes) -> bytes | None:
    """The payload of the first chunk named `wanted`, from a file that stands behind the RIFF header."""
    data_size = 0
    while len(head := file.read(8)) == 8:
        name, size = head[:4], int.from_bytes(head[4:], "little")
        if name == wanted:
            return file.read(min(size, _LONGEST))
        if name == b"ds64":  # an RF64 file: its sizes do not fit the chunks' own fields (EBU Tech 3306)
            data_size = int.from_bytes(file.read(16)[8:], "little")
            size -= 16
        elif name == b"data" and size == 0xFFFFFFFF:
            size = data_size
        file.seek(size + size % 2, 1)  # chunks are padded to even sizes
    return None


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("ascii", "replace")
