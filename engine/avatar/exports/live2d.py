"""A track as a Live2D Cubism motion (`motion3.json`) for models with the standard parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.avatar.exports.keys import keys_of
from engine.avatar.exports.vowels import VOWELS, vowels_of
from engine.avatar.params import HEAD_DEGREES, FaceTrack

_BODY_DEGREES = 10.0
_BODY_SHARE = 0.3
"""The body follows the head a little, as in the standard's own physics."""
_TOLERANCE = 0.004
"""Of a parameter's range."""
RANGES: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("ParamAngleX", "ParamAngleY", "ParamAngleZ"), (-HEAD_DEGREES, HEAD_DEGREES)),
    **dict.fromkeys(("ParamBodyAngleX", "ParamBodyAngleY", "ParamBodyAngleZ"), (-_BODY_DEGREES, _BODY_DEGREES)),
    **dict.fromkeys(("ParamEyeLOpen", "ParamEyeROpen", "ParamMouthOpenY", "ParamBreath"), (0.0, 1.0)),
    **dict.fromkeys(("ParamEyeBallX", "ParamEyeBallY", "ParamBrowLY", "ParamBrowRY", "ParamMouthForm"), (-1.0, 1.0)),
    **dict.fromkeys((f"Param{vowel}" for vowel in VOWELS), (0.0, 1.0)),
}
"""The standard's parameters that are moved (Cubism Editor Manual, "Standard Parameter List"); x to the picture's right,
y up, z to the right."""


def live2d_curves(track: FaceTrack) -> dict[str, NDArray[np.float32]]:
    """Parameter -> [F], within `RANGES`."""
    at = track.at
    head = {"X": at("yaw"), "Y": at("pitch"), "Z": at("roll")}
    eyes = 1 - at("lids")
    # One parameter for two of ours: a smile and spread lips go up, rounded ones down.
    form = at("smile") + 0.6 * at("wide") - 0.5 * at("round")
    curves = {f"ParamAngle{axis}": HEAD_DEGREES * turn for axis, turn in head.items()}
    curves |= {f"ParamBodyAngle{axis}": _BODY_SHARE * _BODY_DEGREES * turn for axis, turn in head.items()}
    curves |= {
        "ParamEyeLOpen": eyes,
        "ParamEyeROpen": eyes,
        "ParamEyeBallX": at("gaze_x"),
        "ParamEyeBallY": at("gaze_y"),
    }
    curves |= {"ParamBrowLY": at("brows"), "ParamBrowRY": at("brows"), "ParamBreath": at("breath")}
    curves |= {"ParamMouthOpenY": at("open"), "ParamMouthForm": form}
    curves |= {f"Param{vowel}": share for vowel, share in zip(VOWELS, vowels_of(track).T, strict=True)}
    return {name: np.clip(curve, *RANGES[name]) for name, curve in curves.items()}


def motion3_json(track: FaceTrack) -> str:
    """The file's text: straight lines between as few points as tell the curve; times in seconds."""
    curves: list[dict[str, Any]] = []
    points = 0
    for name, curve in live2d_curves(track).items():
        low, high = RANGES[name]
        keys = keys_of(curve, _TOLERANCE * (high - low)) if len(curve) else []
        pairs = [(round(row / track.fps, 4), round(float(curve[row]), 4)) for row in keys]
        # A curve is a segment at least, even if it is a single picture long.
        pairs = pairs or [(0.0, 0.0)]
        pairs = pairs if len(pairs) > 1 else [pairs[0], (max(round(track.duration_s, 4), 0.001), pairs[0][1])]
        segments: list[float] = list(pairs[0])
        for time_s, value in pairs[1:]:
            segments += [0, time_s, value]
        points += len(pairs)
        curves.append({"Target": "Parameter", "Id": name, "Segments": segments})
    meta = {
        "Duration": round(track.duration_s, 4),
        "Fps": track.fps,
        "Loop": False,
        "AreBeziersRestricted": True,
        "CurveCount": len(curves),
        "TotalSegmentCount": points - len(curves),
        "TotalPointCount": points,
        "UserDataCount": 0,
        "TotalUserDataSize": 0,
    }
    return json.dumps({"Version": 3, "Meta": meta, "Curves": curves}, separators=(",", ":")) + "\n"
