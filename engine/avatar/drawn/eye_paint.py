"""Paints eyes and brows into patches of the face."""

from __future__ import annotations

import numpy as np

from engine.avatar.drawn.colours import WHITE, Colour, brightness, lit, mixed, rgb, shaded
from engine.avatar.drawn.eyes import Brow, Eye
from engine.avatar.drawn.patch import Floats, Patch
from engine.avatar.drawn.sheet import Light

_BALL, _BALL_SHADE = rgb("#fcfaf6"), rgb("#b9aeb6")
_PUPIL, _LASH = rgb("#140d12"), rgb("#241518")


class EyeColours:
    """The colours of one character's eyes, mixed once."""

    def __init__(self, iris: Colour, skin: Colour, makeup: tuple[Colour, float], lashes: float, light: Light) -> None:
        self.iris = iris
        self.rim = shaded(iris, 0.62)
        self.glow = lit(mixed(iris, WHITE, 0.12), 0.3)
        self.lid = mixed(shaded(skin, 0.13), makeup[0], 0.85 * makeup[1])
        self.makeup = makeup[1]
        self.crease = shaded(skin, 0.36)
        self.lower_lash = mixed(shaded(skin, 0.5), _LASH, 0.25)
        self.lashes = lashes
        self.soft = light.shading
        self.side = light.side


def paint_eye(patch: Patch, eye: Eye, colours: EyeColours) -> None:
    """Over the skin of `patch`."""
    m = eye.m
    u = eye.local(patch.x).astype(np.float32)
    within = np.clip(u, -1, 1)
    upper, lower = eye.lines(within)
    _paint_lid(patch, eye, colours, within, upper)
    ball = patch.between(upper, lower) * (np.abs(u) <= 1)
    if eye.lids < 1:
        under_lid = 1 - np.clip((patch.y - upper) / np.float32(0.034), 0, 1)
        shade = np.clip(np.float32(0.25 + 0.55 * colours.soft) * under_lid + np.float32(0.3) * u**4, 0, 1)
        patch.paint(ball, _graded(_BALL, _BALL_SHADE, shade))
        _paint_iris(patch, eye, colours, ball, under_lid)
    thin = np.clip((1 - within) * (1 + within), 0, 1)
    patch.paint(patch.between(lower - 0.001, lower + 0.0045 * thin) * (np.abs(u) <= 1), colours.lower_lash)
    # The lash line is heavier outwards, and with long lashes it ends in a wing.
    heavy = np.float32(0.011 + 0.009 * colours.lashes) * (m.eye_half_width / 0.088)
    along = np.clip((u + 1) / 2, 0, 1)
    beyond = np.float32(1.03 + 0.17 * colours.lashes)
    ends = np.clip((u + 1.04) / 0.3, 0, 1) * np.clip((beyond - u) / (beyond - 0.7), 0, 1)
    thickness = heavy * (0.45 + 0.75 * along) * ends
    wing = np.float32(0.055 * colours.lashes) * np.clip(u - 0.72, 0, 1) ** 1.3
    patch.paint(patch.between(upper - 0.7 * thickness - wing * 1.0, upper + 0.3 * thickness - wing), _LASH)


def _paint_lid(patch: Patch, eye: Eye, colours: EyeColours, u: Floats, upper: Floats) -> None:
    arch = np.clip(1 - u * u, 0, 1) ** np.float32(0.6)
    fold = (eye.opened_top(u) - (0.019 - 0.004 * eye.lids) * arch).astype(np.float32)
    lid = patch.below(fold, 0.012) - patch.below(np.maximum(upper, fold))
    patch.paint(np.maximum(lid, 0) * arch * np.float32(0.6 + 0.4 * colours.makeup), colours.lid)
    line = np.float32(0.0035) * arch
    patch.paint(patch.between(fold - line, fold + line) * np.float32(0.75), colours.crease)


def _paint_iris(patch: Patch, eye: Eye, colours: EyeColours, ball: Floats, under_lid: Floats) -> None:
    radius = np.float32(eye.m.iris)
    x, y = eye.iris_centre()
    dx, dy = patch.x - np.float32(x), patch.y - np.float32(y)
    away = np.sqrt(dx * dx + dy * dy)
    share = ball * _disc(patch, away, radius)
    top_down = np.clip((dy / radius + 1) * np.float32(0.5), 0, 1)
    body = _graded(colours.rim, colours.iris, np.clip(np.float32(0.25) + top_down * np.float32(1.1), 0, 1))
    patch.paint(share, body)
    glow = np.clip(1 - np.abs(away / radius - np.float32(0.62)) / np.float32(0.3), 0, 1) * top_down**2
    patch.paint(share * glow * np.float32(0.75), colours.glow)
    rim = np.clip((away / radius - np.float32(0.78)) / np.float32(0.2), 0, 1)
    patch.paint(share * rim * np.float32(0.7), colours.rim)
    patch.paint(ball * _disc(patch, away, radius * np.float32(0.47)), _PUPIL)
    patch.paint(share * under_lid * np.float32(0.45), _PUPIL)
    # Highlights hang at the window's place and hardly follow the gaze.
    side = 1.0 if colours.side > 0 else -1.0
    for right, down, size in ((0.34 * side, -0.36, 0.25), (-0.36 * side, 0.38, 0.12)):
        spot = np.hypot(dx - np.float32(right) * radius, dy - np.float32(down) * radius)
        patch.paint(share * _disc(patch, spot, radius * np.float32(size)), WHITE)


def paint_brow(patch: Patch, brow: Brow, colour: Colour) -> None:
    """Soft below, clean above, as brows are drawn."""
    u = brow.local(patch.x).astype(np.float32)
    top, bottom = brow.lines(np.clip(u, -1, 1))
    share = (patch.below(top, 0.003) - patch.below(np.maximum(bottom, top), 0.005)) * (np.abs(u) < 1)
    opacity = 0.92 if brightness(colour) < 0.6 else 0.8
    patch.paint(np.maximum(share, 0) * np.float32(opacity), colour)


def _disc(patch: Patch, away: Floats, radius: np.float32) -> Floats:
    return np.asarray(np.clip((radius - away) * patch.scale + np.float32(0.5), 0, 1))


def _graded(first: Colour, second: Colour, share: Floats) -> Floats:
    return np.asarray(first[:, None, None] + share * (second - first)[:, None, None], np.float32)
