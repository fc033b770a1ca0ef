"""A track as a motion for MikuMikuDance (`.vmd`): vowel, blink and brow morphs, and the head's bone.

Binary, little-endian, 30 frames a second, names in Shift-JIS: a signature of 30 bytes, the model's name in 20, bone
keyframes of 111 bytes, morph keyframes of 23, and empty lists of cameras, lights, shadows and properties, each after
its count.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.avatar.exports.keys import keys_of
from engine.avatar.exports.vowels import vowels_of
from engine.avatar.params import HEAD_DEGREES, FaceTrack

FPS = 30
_SIGNATURE = b"Vocaloid Motion Data 0002"
_VOWEL_MORPHS = ("あ", "い", "う", "え", "お")
_HEAD_BONE = "頭"
_TOLERANCE = 0.01
_LINEAR = bytes([20, 20, 20, 20, 20, 20, 20, 20, 107, 107, 107, 107, 107, 107, 107, 107])


def vmd_bytes(track: FaceTrack, model: str = "Melisma", head: bool = True) -> bytes:
    """The file.  `model` is the name that MMD compares with the model's own; `head`: move the bone 頭 too."""
    at_30 = track.resampled(FPS, max(1, round(track.duration_s * FPS)))
    bones = list(_head_keys(at_30)) if head else []
    morphs = list(_morph_keys(at_30))
    parts = [_named(_SIGNATURE, 30), _named(_shift_jis(model), 20)]
    parts += [struct.pack("<I", len(bones)), *bones, struct.pack("<I", len(morphs)), *morphs]
    return b"".join([*parts, bytes(4 * 4)])


def morphs_of(track: FaceTrack) -> dict[str, NDArray[np.float32]]:
    """Morph -> [F], 0 to 1: mouth, closed eyes, brows up and down."""
    morphs = dict(zip(_VOWEL_MORPHS, vowels_of(track).T, strict=True))
    brows = track.at("brows")
    return morphs | {"まばたき": track.at("lids"), "上": np.maximum(brows, 0), "下": np.maximum(-brows, 0)}


def head_turns(track: FaceTrack) -> NDArray[np.float64]:
    """[F, 4]: quaternions x, y, z, w in MMD's space, where y is up, x to the picture's right and models look to -z."""
    half = np.radians(HEAD_DEGREES / 2)
    # Models look against z: turning to the right and leaning to the right are negative turns around y and z.
    x, y, z = half * track.at("pitch"), -half * track.at("yaw"), -half * track.at("roll")
    around_x, around_y, around_z = (_turn(angle, axis) for angle, axis in ((x, 0), (y, 1), (z, 2)))
    return _after(around_y, _after(around_x, around_z))


def _turn(half: NDArray[np.floating], axis: int) -> NDArray[np.float64]:
    turn = np.zeros((len(half), 4))
    turn[:, axis], turn[:, 3] = np.sin(half), np.cos(half)
    return turn


def _after(second: NDArray[np.float64], first: NDArray[np.float64]) -> NDArray[np.float64]:
    """The turn that does `first` and then `second`: Hamilton's product, row by row."""
    a, b = second[:, :3], first[:, :3]
    v = second[:, 3:] * b + first[:, 3:] * a + np.cross(a, b)
    w = second[:, 3] * first[:, 3] - (a * b).sum(axis=1)
    return np.concatenate([v, w[:, None]], axis=1)


def _head_keys(track: FaceTrack) -> Iterable[bytes]:
    turns = head_turns(track)
    rows = sorted({row for column in turns.T for row in keys_of(column, _TOLERANCE / 4)})
    for row in rows:
        yield struct.pack("<15sI7f64s", _bone_name(), row, 0, 0, 0, *turns[row], _interpolation())


def _bone_name() -> bytes:
    return _shift_jis(_HEAD_BONE)


def _interpolation() -> bytes:
    """Straight lines: the same 16 numbers four times, each time begun one further on."""
    return b"".join(_LINEAR[skip:] + bytes(skip) for skip in range(4))


def _morph_keys(track: FaceTrack) -> Iterable[bytes]:
    for name, curve in morphs_of(track).items():
        for row in keys_of(curve, _TOLERANCE):
            yield struct.pack("<15sIf", _shift_jis(name), row, float(curve[row]))


def _shift_jis(text: str) -> bytes:
    return text.encode("cp932", errors="replace")


def _named(name: bytes, size: int) -> bytes:
    return struct.pack(f"{size}s", name)
