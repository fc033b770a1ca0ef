"""A track as shape keys from 0 to 1, row by row: for Blender, Maya, Unity and Unreal."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.avatar.params import HEAD_DEGREES, FaceTrack

Curves = Mapping[str, NDArray[np.float32]]


def shape_keys(track: FaceTrack) -> dict[str, NDArray[np.float32]]:
    """Name -> [F], 0 to 1.  Parameters with two sides become two keys, as shape keys have one; the head is not here."""
    at = track.at
    return {
        "open": at("open"),
        "wide": _above(at("wide")),
        "narrow": _above(-at("wide")),
        "round": at("round"),
        "tuck": at("tuck"),
        "tongue": at("tongue"),
        "smile": _above(at("smile")),
        "frown": _above(-at("smile")),
        "brows_up": _above(at("brows")),
        "brows_down": _above(-at("brows")),
        "blink": at("lids"),
        "look_right": _above(at("gaze_x")),
        "look_left": _above(-at("gaze_x")),
        "look_up": _above(at("gaze_y")),
        "look_down": _above(-at("gaze_y")),
        "breath": at("breath"),
    }


def head_degrees(track: FaceTrack) -> dict[str, NDArray[np.float32]]:
    """Yaw to the picture's right, pitch up and roll clockwise in the picture, in degrees."""
    return {f"head_{name}": HEAD_DEGREES * track.at(name) for name in ("yaw", "pitch", "roll")}


def arkit_shapes(track: FaceTrack) -> dict[str, NDArray[np.float32]]:
    """Name -> [F], 0 to 1: those of ARKit's 52 blend shapes that a singing face moves.

    Left and right are the face's own, as ARKit counts: the picture's right is the face's left.
    """
    at = track.at
    rounded, opened = at("round"), at("open")
    pairs = {
        "eyeBlink": at("lids"),
        "eyeLookUp": _above(at("gaze_y")),
        "eyeLookDown": _above(-at("gaze_y")),
        "mouthSmile": np.clip(_above(at("smile")) + 0.3 * _above(at("wide")), 0, 1),
        "mouthFrown": _above(-at("smile")),
        "mouthStretch": 0.5 * _above(at("wide")),
        "browDown": _above(-at("brows")),
        "browOuterUp": _above(at("brows")),
    }
    right, left = _above(at("gaze_x")), _above(-at("gaze_x"))
    return {
        "jawOpen": opened,
        "mouthFunnel": rounded * opened,
        "mouthPucker": rounded * (1 - opened),
        "mouthRollLower": at("tuck"),
        "browInnerUp": _above(at("brows")),
        **{name + side: curve for name, curve in pairs.items() for side in ("Left", "Right")},
        "eyeLookOutLeft": right,
        "eyeLookInRight": right,
        "eyeLookInLeft": left,
        "eyeLookOutRight": left,
    }


def shape_keys_csv(track: FaceTrack) -> str:
    """A line per row of the track: frame from 0, time in seconds, every key, the head in degrees."""
    return _table(track, {**shape_keys(track), **head_degrees(track)})


def arkit_csv(track: FaceTrack) -> str:
    """As `shape_keys_csv`, in ARKit's names."""
    return _table(track, {**arkit_shapes(track), **head_degrees(track)})


def shape_keys_json(track: FaceTrack) -> str:
    """One object: `fps`, `num_frames`, `shape_keys` (name -> list of values) and `head_degrees`."""
    lists = {
        part: {name: np.round(curve.astype(np.float64), 4).tolist() for name, curve in curves.items()}
        for part, curves in (("shape_keys", shape_keys(track)), ("head_degrees", head_degrees(track)))
    }
    return json.dumps({"fps": track.fps, "num_frames": len(track), **lists}, separators=(",", ":")) + "\n"


def _above(curve: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is above 0."""
    return np.maximum(curve, 0)


def _table(track: FaceTrack, curves: Curves) -> str:
    lines = [",".join(["frame", "time_s", *curves])]
    for row, values in enumerate(np.stack(list(curves.values()), axis=1)):
        lines.append(",".join([str(row), f"{row / track.fps:.4f}", *(f"{value:.4f}" for value in values)]))
    return "\n".join(lines) + "\n"
