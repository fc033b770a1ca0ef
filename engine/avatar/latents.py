"""Motion latents: what the network diffuses.  A fixed linear map leads from face parameters there and back.

Each parameter is a small picture of displacements, openings and lids over the face (docs/decisions/0004), so that the
network sees faces move in space as the paper's sees latents of pictures; no pixel is in it.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from engine.avatar.gestures import NUM_GESTURES
from engine.avatar.params import NUM_PARAMS, PARAMS, Floats, clipped

CHANNELS, SIDE = 6, 16
DX, DY, GAP, INNER, LID, GAZE = range(CHANNELS)
EYES = ((-0.3, -0.25), (0.3, -0.25))
MOUTH = (0.0, 0.42)
Bump = tuple[int, float, float, float, float, float]
"""channel, x, y of its middle, its widths across and down, its height."""

_CORNERS = ((-0.22, 0.42), (0.22, 0.42))
_LEFT, _RIGHT = EYES
_BUMPS: dict[str, tuple[Bump, ...]] = {
    "open": ((GAP, *MOUTH, 0.16, 0.12, 1.0), (DY, 0.0, 0.66, 0.32, 0.2, 0.8), (DY, 0.0, 0.3, 0.2, 0.1, -0.15)),
    "wide": tuple((DX, x, y, 0.14, 0.14, np.sign(x) * 0.8) for x, y in _CORNERS),
    "round": (
        *((DX, x, y, 0.1, 0.2, -np.sign(x) * 0.5) for x, y in _CORNERS),
        (DY, 0.0, 0.34, 0.14, 0.08, -0.4),
        (DY, 0.0, 0.52, 0.14, 0.08, 0.4),
        (INNER, 0.0, 0.5, 0.2, 0.12, -0.4),
    ),
    "tuck": ((INNER, 0.0, 0.5, 0.18, 0.1, 1.0), (DY, 0.0, 0.52, 0.2, 0.08, -0.4)),
    "tongue": ((INNER, 0.0, 0.36, 0.12, 0.08, 1.0),),
    "smile": tuple((DY, x, y, 0.13, 0.13, -0.7) for x, y in _CORNERS),
    "brows": ((DY, -0.3, -0.5, 0.22, 0.12, -0.9), (DY, 0.3, -0.5, 0.22, 0.12, -0.9)),
    "lids": ((LID, *_LEFT, 0.16, 0.1, 1.0), (LID, *_RIGHT, 0.16, 0.1, 1.0)),
    "gaze_x": ((GAZE, *_LEFT, 0.12, 0.1, 1.0), (GAZE, *_RIGHT, 0.12, 0.1, 1.0)),
    "gaze_y": ((GAZE, -0.3, -0.4, 0.14, 0.08, 1.0), (GAZE, 0.3, -0.4, 0.14, 0.08, 1.0)),
    "yaw": ((DX, 0.0, 0.0, 0.55, 0.7, 0.8),),
    "pitch": ((DY, 0.0, 0.0, 0.6, 0.55, -0.8),),
    "breath": ((DY, 0.0, 1.0, 1.2, 0.12, -0.9),),
}


@cache
def basis() -> Floats:
    """[14, 6, 16, 16]: the latents of each parameter at 1."""
    fields = np.zeros((NUM_PARAMS, CHANNELS, SIDE, SIDE), np.float32)
    y, x = _grid()
    for row, name in enumerate(PARAMS):
        for channel, x0, y0, across, down, height in _BUMPS.get(name, ()):
            fields[row, channel] += height * np.exp(-0.5 * (((x - x0) / across) ** 2 + ((y - y0) / down) ** 2))
    head = np.exp(-0.5 * ((x / 0.7) ** 2 + (y / 0.8) ** 2))
    fields[PARAMS.index("roll"), DX] = -head * y
    fields[PARAMS.index("roll"), DY] = head * x
    # Equal energy: what the network's loss weighs is then the parameters' own spread.
    return np.asarray(fields * SIDE / np.sqrt((fields**2).sum(axis=(1, 2, 3), keepdims=True)))


def encode_motion(values: Floats) -> Floats:
    """A track's rows [F, 14] -> motion latents [F, 6, 16, 16]."""
    return np.asarray(np.einsum("fp,pcyx->fcyx", values, basis()), np.float32)


def decode_motion(latents: Floats) -> Floats:
    """Motion latents [F, 6, 16, 16] -> rows [F, 14] within the parameters' ranges: the nearest, by least squares."""
    return clipped(read_motion(latents))


def read_motion(latents: Floats) -> Floats:
    """As `decode_motion`, beyond the ranges too: lips that are pressed are less than closed."""
    return np.asarray(latents.reshape(len(latents), -1) @ _reader(), np.float32)


@cache
def gesture_directions() -> Floats:
    """[9, 6 * 16 * 16], orthonormal: where the latents of everything but the lips lie, one parameter after the other.

    Noise along them is what `gestures_by_rule` takes for chance: so a straight path leads from the one to the other,
    and one step of sampling is enough for heads that move as differently as they should (as with optimal couplings,
    Pooladian et al. 2023).
    """
    rows = basis().reshape(NUM_PARAMS, -1)[NUM_PARAMS - NUM_GESTURES :].astype(np.float64)
    orthonormal, triangle = np.linalg.qr(rows.T)
    return np.asarray((orthonormal * np.sign(np.diag(triangle))).T, np.float32)


@cache
def _reader() -> Floats:
    return np.asarray(np.linalg.pinv(basis().reshape(NUM_PARAMS, -1).astype(np.float64)), np.float32)


def _grid() -> tuple[Floats, Floats]:
    """y, x of the latents' middles over the face box, -1 to 1."""
    middles = ((np.arange(SIDE) + 0.5) / SIDE * 2 - 1).astype(np.float32)
    y, x = np.meshgrid(middles, middles, indexing="ij")
    return y, x
