"""The hash against published vectors, and against itself in pieces."""

from __future__ import annotations

import random

import pytest

from plugin_host.adapters.openutau.xxh64 import Xxh64
from tests import openutau_plugin


def hashed(*pieces: bytes) -> int:
    hasher = Xxh64()
    for piece in pieces:
        hasher.update(piece)
    return hasher.digest()


def sanity_buffer(length: int) -> bytes:
    """The bytes that xxHash's own self-test hashes."""
    state, data = 2654435761, bytearray()
    for _ in range(length):
        data.append(state >> 56)
        state = state * 11400714785074694797 % 2**64
    return bytes(data)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, 0xEF46DB3751D8E999),
        (1, 0xE934A84ADB052768),
        (4, 0x9136A0DCA57457EE),
        (14, 0x8282DCC4994E35C8),
        (222, 0xB641AE8CB691C174),
    ],
)
def test_the_self_test_of_xxhash(length: int, expected: int) -> None:
    assert hashed(sanity_buffer(length)) == expected


def test_the_vector_that_openutau_and_the_plugin_share() -> None:
    # 1.0, -1.0, 0.5 as little-endian float32; both projects' tests hold this number.
    assert hashed(bytes([0, 0, 0x80, 0x3F, 0, 0, 0x80, 0xBF, 0, 0, 0, 0x3F])) == 12033956788804169010


def test_pieces_of_any_length_give_the_hash_of_the_whole() -> None:
    chance = random.Random(5)
    for length in (31, 32, 33, 63, 64, 1000, 70_000, 200_001):
        data = chance.randbytes(length)
        pieces, rest = [], data
        while rest:
            count = chance.choice((1, 3, 8, 31, 32, 33, 5000))
            pieces.append(rest[:count])
            rest = rest[count:]
        assert hashed(*pieces) == hashed(data) == openutau_plugin.xxh64(data)


def test_asking_in_between_changes_nothing() -> None:
    hasher = Xxh64()
    hasher.update(b"a" * 40)
    hasher.digest()
    hasher.update(b"b" * 40)
    assert hasher.digest() == hashed(b"a" * 40 + b"b" * 40)
