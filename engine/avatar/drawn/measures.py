"""A character's proportions in design units (the picture is -1 to 1)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.avatar.drawn.character import Character
from engine.avatar.drawn.curves import Points, closed_curve, mirrored
from engine.avatar.drawn.sheet import Light

NECK_Y = 0.5
"""Where the neck begins: the head rolls around here."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Heights (`_y`), half widths and sizes of a face that looks straight ahead."""

    half_width: float
    crown_y: float
    chin_y: float
    jaw: float
    chin: float
    cheeks: float
    ear_y: float
    ear_size: float
    eye_x: float
    eye_y: float
    eye_half_width: float
    eye_up: float  # from its middle to the upper lid
    eye_down: float
    eye_tilt: float
    iris: float  # radius
    brow_y: float
    nose_y: float  # its base
    nose_half_width: float
    nose_length: float
    mouth_y: float
    mouth_half_width: float
    upper_lip: float
    lower_lip: float
    neck_half_width: float
    shoulder: float
    light: Light


def _from(low: float, high: float, share: float) -> float:
    return low + (high - low) * share


def measured(character: Character) -> Measures:
    """The proportions that a description means."""
    c = character
    half_width = _from(0.335, 0.405, c.head_width)
    chin_y = _from(0.36, 0.45, c.head_length)
    eye_y = _from(-0.01, -0.1, c.eye_height)
    size = _from(0.82, 1.2, c.eye_size)
    eye_half_width = 0.1 * size
    eye_up, eye_down = _from(0.058, 0.08, c.eye_roundness) * size, _from(0.036, 0.054, c.eye_roundness) * size
    nose_y = eye_y + _from(0.15, 0.22, c.nose_length)
    mouth_y = nose_y + 0.42 * (chin_y - nose_y)
    return Measures(
        half_width=half_width,
        crown_y=-0.6,
        chin_y=chin_y,
        jaw=_from(0.64, 0.86, c.jaw),
        chin=_from(0.2, 0.42, c.chin),
        cheeks=_from(0.92, 1.0, c.cheeks),
        ear_y=0.5 * (eye_y + nose_y),
        ear_size=_from(0.085, 0.12, c.ears),
        eye_x=half_width * _from(0.44, 0.52, c.eye_distance),
        eye_y=eye_y,
        eye_half_width=eye_half_width,
        eye_up=eye_up,
        eye_down=eye_down,
        eye_tilt=_from(-0.012, 0.03, c.eye_tilt),
        iris=0.54 * (eye_up + eye_down),
        brow_y=eye_y - eye_up - 0.068,
        nose_y=nose_y,
        nose_half_width=_from(0.042, 0.078, c.nose_width),
        nose_length=_from(0.15, 0.22, c.nose_length),
        mouth_y=mouth_y,
        mouth_half_width=_from(0.11, 0.155, c.mouth_width),
        upper_lip=_from(0.014, 0.038, c.lip_fullness),
        lower_lip=_from(0.02, 0.05, c.lip_fullness),
        neck_half_width=_from(0.125, 0.18, c.build),
        shoulder=_from(0.54, 0.74, c.build),
        light=Light(c.shading, c.light),
    )


def head_outline(m: Measures) -> Points:
    """The skull and face, ears apart."""
    w, eye, chin = m.half_width, m.eye_y, m.chin_y
    down = chin - eye
    right = [
        (0.0, m.crown_y),
        (0.5 * w, m.crown_y + 0.065),
        (0.87 * w, m.crown_y + 0.23),
        (1.0 * w, eye - 0.12),
        (1.0 * w, eye + 0.1 * down),
        (m.cheeks * 0.98 * w, eye + 0.38 * down),
        (m.jaw * w, eye + 0.7 * down),
        (0.5 * (m.jaw + m.chin) * w * 0.94, eye + 0.885 * down),
        (m.chin * 0.8 * w, eye + 0.975 * down),
        (0.0, chin),
    ]
    return closed_curve(mirrored(right))
