"""What lies behind a figure: nothing, a colour, or a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, ImageOps

from engine.avatar.portrait.reading import read_picture
from engine.avatar.renderer import Picture
from engine.errors import InputError

HINT = "Give a colour (navy, #203040), a PNG or JPEG file, or transparent."
LARGEST_CANVAS = 3840
"""Pixels of a picture's longer side that are kept: enough for any video."""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """`colour` (red, green, blue, 0 to 255) or `picture` [h, w, 4] of any size; neither: transparent."""

    colour: tuple[int, int, int] | None = None
    picture: Picture | None = None

    @property
    def transparent(self) -> bool:
        return self.colour is None and self.picture is None

    def filled(self, width: int, height: int) -> Picture:
        """The canvas [height, width, 4]: clear, of one colour, or covered by the middle of the picture; opaque then."""
        canvas = np.zeros((height, width, 4), np.uint8)
        if self.colour is not None:
            canvas[:] = (*self.colour, 255)
        elif self.picture is not None:
            flat = Image.new("RGB", (self.picture.shape[1], self.picture.shape[0]))
            flat.paste(Image.fromarray(self.picture[..., :3]), mask=Image.fromarray(self.picture[..., 3]))
            fitted = ImageOps.fit(flat, (width, height), Image.Resampling.LANCZOS)
            canvas[..., :3], canvas[..., 3] = np.asarray(fitted), 255
        return canvas


TRANSPARENT = Background()


def read_background(text: str) -> Background:
    """What a user means by `text`: transparent, a colour by name or in hex, or the path of a picture.

    Raises `InputError` in one sentence for what is none of them, and for a picture that cannot be read.
    """
    word = text.strip()
    if word.lower() in ("transparent", "none"):
        return TRANSPARENT
    try:
        red, green, blue = ImageColor.getrgb(word)[:3]
    except ValueError:
        return Background(picture=_picture(Path(text)))
    return Background(colour=(red, green, blue))


def _picture(path: Path) -> Picture:
    if not path.is_file():
        raise InputError(f"{path} is neither a colour nor a picture.", HINT)
    return read_picture(path, smallest_side=1, working_side=LARGEST_CANVAS)
