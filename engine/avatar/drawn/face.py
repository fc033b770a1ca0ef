"""A character ready to be drawn: layers painted once, moved for every picture, eyes and mouth painted anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.avatar.drawn.beard import paint_beard
from engine.avatar.drawn.character import Character
from engine.avatar.drawn.clothes import BOX as BODY_BOX
from engine.avatar.drawn.clothes import paint_body
from engine.avatar.drawn.colours import rgb
from engine.avatar.drawn.eye_paint import EyeColours, paint_brow, paint_eye
from engine.avatar.drawn.eyes import brow_of, eye_of
from engine.avatar.drawn.hair import hair_style, paint_back, paint_fringe_shade, paint_front
from engine.avatar.drawn.head import BOX as HEAD_BOX
from engine.avatar.drawn.head import paint_head
from engine.avatar.drawn.landmarks import landmarks_of, pixels
from engine.avatar.drawn.layer import Layer, Texture, draw_layer, straight_alpha
from engine.avatar.drawn.measures import Measures, measured
from engine.avatar.drawn.mouth import mouth_of
from engine.avatar.drawn.mouth_paint import MouthColours, paint_mouth
from engine.avatar.drawn.patch import Patch
from engine.avatar.drawn.pose import TURNING, Map, Pose
from engine.avatar.drawn.sheet import Box, Sheet
from engine.avatar.drawn.worn import paint_cover, paint_glasses
from engine.avatar.params import NUM_PARAMS, clipped
from engine.avatar.renderer import Picture

_FINER = 1.5  # texture pixels per pixel of the picture: moving then hardly blurs
_HAIR_BOX = Box(-0.98, -1.0, 0.98, 1.0)
MIN_SIZE = 16


class DrawnFace:
    """A `Face`: square pictures of `size` pixels, alpha 0 around the figure.  For one thread at a time."""

    def __init__(self, character: Character, size: int) -> None:
        self.character, self.size = character, size
        self.measures = measured(character)
        scale = _FINER * size / 2
        self._back, self._body, self._head, self._front = _painted(character, self.measures, scale)
        m, head = self.measures, self._head
        self._eye_patches = [Patch(head.texture, head.left, head.top, scale, _eye_box(m, side)) for side in (-1, 1)]
        self._mouth_patch = Patch(head.texture, head.left, head.top, scale, _mouth_box(m))
        skin, light = rgb(character.skin), m.light
        self._mouth_colours = MouthColours(rgb(character.lip_colour), skin, light)
        makeup = (rgb(character.lid_colour), character.lid_makeup)
        self._eye_colours = EyeColours(rgb(character.eye_colour), skin, makeup, character.lashes, light)
        self._brow_colour = rgb(character.brow_colour)

    @property
    def width(self) -> int:
        return self.size

    @property
    def height(self) -> int:
        return self.size

    def draw(self, values: NDArray[np.float32]) -> Picture:
        """The character as one row of a track says ([14]): [size, size, 4]."""
        values = clipped(values)
        pose = Pose.of(self.measures, values)
        self._paint_features(values)
        canvas = np.zeros((self.size, self.size, 4), np.uint8)
        layers: tuple[tuple[Layer, Map], ...] = (
            (self._back, pose.back),
            (self._body, pose.body),
            (self._head, pose.head),
            (self._front, pose.front),
        )
        for layer, pose_map in layers:
            draw_layer(canvas, layer, pose_map, self._around(layer, pose))
        return straight_alpha(canvas)

    def landmarks(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Where the 68 points of the iBUG scheme are in the picture of these values: [68, 2], x and y in pixels."""
        return landmarks_of(self.character, self.measures, self.size, clipped(values))

    def _paint_features(self, values: NDArray[np.float32]) -> None:
        m, c = self.measures, self.character
        texture: Texture = self._head.texture
        for patch, outwards in zip(self._eye_patches, (-1, 1), strict=True):
            patch.clear()
            paint_eye(patch, eye_of(m, outwards, values), self._eye_colours)
            paint_brow(patch, brow_of(m, outwards, c.brow_thickness, c.brow_arch, values), self._brow_colour)
            patch.store(texture)
        self._mouth_patch.clear()
        paint_mouth(self._mouth_patch, mouth_of(m, c.cheer, values), self._mouth_colours)
        self._mouth_patch.store(texture)

    def _around(self, layer: Layer, pose: Pose) -> tuple[int, int, int, int]:
        """A box of pixels that holds the posed layer, with room for what turning adds."""
        corners = layer.corners()
        at = pixels(np.concatenate([corners, pose.carried(corners)]), self.size)
        room = TURNING * self.size / 2
        low = np.clip(np.floor(at.min(axis=0) - room), 0, self.size).astype(int)
        high = np.clip(np.ceil(at.max(axis=0) + room), 0, self.size).astype(int)
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def character_face(character: Character, size: int) -> DrawnFace:
    """Ready to draw square pictures of `size` pixels.  Raises `ValueError` below `MIN_SIZE`."""
    if size < MIN_SIZE:
        raise ValueError(f"a face of {size} pixels")
    return DrawnFace(character, size)


def character_landmarks(character: Character, size: int, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The 68 points of iBUG for one row of a track, float32 [68, 2] in pixels, without drawing anything.

    Points 60 to 67 lie on the edges of the drawn opening of the mouth, 36 to 47 on those of the eyes.
    """
    return landmarks_of(character, measured(character), size, clipped(values))


def mouth_box(character: Character, size: int, values: NDArray[np.float32] | None = None) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels of a box around the lips with room for any vowel; at rest if not told."""
    row = np.zeros(NUM_PARAMS, np.float32) if values is None else values
    lips = character_landmarks(character, size, row)[48:]
    centre = lips[[0, 6]].mean(axis=0)
    # Jaw and lips go down by about this, and nowhere else as far.
    reach = 0.17 * size / 2 + 0.04 * size
    low = np.clip(np.floor(centre - reach * np.array([1.0, 0.42])), 0, size).astype(int)
    high = np.clip(np.ceil(centre + reach * np.array([1.0, 1.35])), 0, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _painted(character: Character, m: Measures, scale: float) -> tuple[Layer, Layer, Layer, Layer]:
    """Back hair, body, face and front."""
    style = hair_style(character)
    back, front = Sheet(_HAIR_BOX, scale), Sheet(_HAIR_BOX, scale)
    body, head = Sheet(BODY_BOX, scale), Sheet(HEAD_BOX, scale)
    paint_back(back, character, m)
    paint_body(body, character, m)
    paint_head(head, character, m, style.ears_seen)
    paint_beard(head, character, m)
    paint_fringe_shade(head, character, m)
    paint_glasses(front, character, m)
    paint_front(front, character, m)
    paint_cover(front, character, m)
    return Layer(back), Layer(body), Layer(head), Layer(front)


def _eye_box(m: Measures, outwards: int) -> Box:
    reach = 1.45 * m.eye_half_width
    middle = outwards * m.eye_x
    return Box(middle - reach, m.brow_y - 0.125, middle + reach, m.eye_y + m.eye_down + 0.03)


def _mouth_box(m: Measures) -> Box:
    reach = 1.5 * m.mouth_half_width
    return Box(-reach, m.mouth_y - 0.11, reach, m.mouth_y + 0.24)
