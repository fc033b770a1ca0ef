"""XXH64 with seed 0, as the xxHash specification (version 0.1.1, doc/xxhash_spec.md of xxHash) says it.

The plugin compares this hash with its own, so no other will do.  The rounds of a lane hang on one another, which leaves
only the first multiplication to NumPy: about 35 MB a second on one core, a hundred times as fast as the sound plays.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

_MASK = (1 << 64) - 1
_PRIME_1 = 0x9E3779B185EBCA87
_PRIME_2 = 0xC2B2AE3D27D4EB4F
_PRIME_3 = 0x165667B19E3779F9
_PRIME_4 = 0x85EBCA77C2B2AE63
_PRIME_5 = 0x27D4EB2F165667C5
_STRIPE = 32
_BATCH = 1 << 16  # bytes turned into Python numbers at a time


class Xxh64:
    """Bytes in as they come, the hash of all of them at any time."""

    def __init__(self) -> None:
        self._lanes = [(_PRIME_1 + _PRIME_2) & _MASK, _PRIME_2, 0, -_PRIME_1 & _MASK]
        self._rest = b""
        self._length = 0

    def update(self, data: bytes) -> None:
        """Take `data` in."""
        self._length += len(data)
        whole = self._rest + data if self._rest else data
        end = len(whole) - len(whole) % _STRIPE
        for start in range(0, end, _BATCH):
            count = min(_BATCH, end - start) // 8
            words = np.frombuffer(whole, dtype="<u8", count=count, offset=start)
            products = (words * np.uint64(_PRIME_2)).reshape(-1, 4)
            self._lanes = [_rounds(lane, products[:, n].tolist()) for n, lane in enumerate(self._lanes)]
        self._rest = whole[end:]

    def digest(self) -> int:
        """The hash of what came so far, 0 to 2^64 - 1."""
        if self._length < _STRIPE:
            merged = _PRIME_5
        else:
            merged = sum(_rotated(lane, by) for lane, by in zip(self._lanes, (1, 7, 12, 18), strict=True))
            for lane in self._lanes:
                merged = ((merged & _MASK) ^ _round(lane)) * _PRIME_1 + _PRIME_4
        return _avalanche(_tail((merged + self._length) & _MASK, self._rest))


def _rounds(lane: int, products: Iterable[int]) -> int:
    """The only loop that matters; `products` are the words times the second prime."""
    for product in products:
        lane = (lane + product) & _MASK
        lane = ((lane << 31) + (lane >> 33)) * _PRIME_1 & _MASK  # what the shift pushed out falls to the mask
    return lane


def _round(word: int) -> int:
    return _rotated(word * _PRIME_2 & _MASK, 31) * _PRIME_1 & _MASK


def _rotated(word: int, by: int) -> int:
    return (word << by | word >> (64 - by)) & _MASK


def _tail(merged: int, rest: bytes) -> int:
    """The last bytes, fewer than a stripe: by eights, then four, then one by one."""
    while len(rest) >= 8:
        merged ^= _round(int.from_bytes(rest[:8], "little"))
        merged = (_rotated(merged, 27) * _PRIME_1 + _PRIME_4) & _MASK
        rest = rest[8:]
    if len(rest) >= 4:
        merged ^= int.from_bytes(rest[:4], "little") * _PRIME_1 & _MASK
        merged = (_rotated(merged, 23) * _PRIME_2 + _PRIME_3) & _MASK
        rest = rest[4:]
    for byte in rest:
        merged ^= byte * _PRIME_5 & _MASK
        merged = _rotated(merged, 11) * _PRIME_1 & _MASK
    return merged


def _avalanche(merged: int) -> int:
    merged = (merged ^ merged >> 33) * _PRIME_2 & _MASK
    merged = (merged ^ merged >> 29) * _PRIME_3 & _MASK
    return merged ^ merged >> 32
