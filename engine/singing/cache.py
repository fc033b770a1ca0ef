"""Rendered phrases on disk, by content: float32, so that a cached phrase equals a fresh one to the bit."""

from __future__ import annotations

import contextlib
import hashlib
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import MelismaError
from engine.files import write_bytes_whole

Floats = NDArray[np.float32]
SUFFIX = ".f32"
CHECK_BYTES = 4
"""A CRC-32 before the samples: a file that a full disk or a crash cut short is not sung."""
MAX_BYTES = 1 << 30


class PhraseCache:
    """Files named by hash in one folder; the least recently used go when it grows over `max_bytes`."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder, self._max_bytes = folder, max_bytes

    def get(self, key: str) -> Floats | None:
        """The samples [N] kept under `key`, or None."""
        path = self._folder / (key + SUFFIX)
        try:
            data = path.read_bytes()
            path.touch()
        except OSError:
            return None
        check, body = data[:CHECK_BYTES], data[CHECK_BYTES:]
        return np.frombuffer(body, "<f4").copy() if body and check == _check(body) else None

    def put(self, key: str, samples: Floats) -> None:
        """Keep samples [N].  A full or read-only disk costs only the cache, never the render."""
        with contextlib.suppress(MelismaError, OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            body = samples.astype("<f4").tobytes()
            write_bytes_whole(self._folder / (key + SUFFIX), _check(body) + body, lasting=False)
            self._trim()

    def _trim(self) -> None:
        files = [(p, p.stat()) for p in self._folder.glob("*" + SUFFIX)]
        total = sum(stat.st_size for _, stat in files)
        for path, stat in sorted(files, key=lambda entry: entry[1].st_mtime):
            if total <= self._max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size


def _check(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(CHECK_BYTES, "little")


def cache_key(*parts: str) -> str:
    """One hex digest of everything that the samples depend on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
