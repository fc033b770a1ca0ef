"""All hair styles by name, hats and scarves among them."""

from __future__ import annotations

from collections.abc import Callable

from engine.avatar.drawn import hair_long as long
from engine.avatar.drawn import hair_short as short
from engine.avatar.drawn.curves import flipped, mirrored
from engine.avatar.drawn.hair_parts import Style


def _beanie(volume: float) -> Style:
    """Hair that shows beneath a hat."""
    out = 1.05 + 0.14 * volume
    back = mirrored([(0, -0.9), (0.8, -0.8), (1.04, -0.3), (out, 0.2), (out + 0.02, 0.6), (0.86, 0.8), (0, 0.7)])
    side = [(0.86, -0.6), (1.06, -0.5), (out + 0.02, 0.0), (out, 0.34), (0.98, 0.3), (0.94, -0.1)]
    fringe = [
        (-0.8, -0.66),
        (0.0, -0.74),
        (0.82, -0.66),
        (0.84, -0.5),
        (0.6, -0.52),
        (0.36, -0.42),
        (0.1, -0.52),
        (-0.2, -0.4),
        (-0.5, -0.5),
        (-0.82, -0.42),
    ]
    return Style((back,) if volume > 0.35 else (), (side, flipped(side), fringe), (), (), ears_seen=volume <= 0.35)


def _hijab(_: float) -> Style:
    return Style(ears_seen=False)


SCARF = mirrored(
    [
        (0, -1.2),
        (0.55, -1.14),
        (0.98, -0.86),
        (1.2, -0.35),
        (1.2, 0.25),
        (1.08, 0.75),
        (0.8, 1.2),
        (0.4, 1.42),
        (0, 1.46),
    ]
)
"""The outer edge of a head scarf."""
STYLES: dict[str, Callable[[float], Style]] = {
    "bald": short.bald,
    "buzz": short.buzz,
    "crop": short.crop,
    "parted": short.parted,
    "quiff": short.quiff,
    "undercut": short.undercut,
    "pixie": short.pixie,
    "bob": long.bob,
    "long": long.long,
    "wavy": long.wavy,
    "ponytail": long.ponytail,
    "bun": long.bun,
    "curly": short.curly,
    "afro": short.afro,
    "braids": long.braids,
    "beanie": _beanie,
    "hijab": _hijab,
}
"""volume 0 to 1 -> style."""
