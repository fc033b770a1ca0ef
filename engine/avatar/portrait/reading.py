"""A picture file as the avatar uses it: upright, 8 bits of red, green, blue and alpha, not too large to work with."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from engine.avatar.renderer import Picture
from engine.errors import InputError

SMALLEST_SIDE = 96
LARGEST_SIDE = 12_000
WORKING_SIDE = 1536
"""Longer side of what is worked with, pixels; larger pictures are scaled down."""
_MOST_PIXELS = 100_000_000  # of the file: some seconds and 400 MB to decode
_DEEP_MODES = ("I", "I;16", "I;16B", "I;16L", "F")


def read_picture(path: Path) -> Picture:
    """The picture in `path`: EXIF-turned, alpha kept, the first frame of an animation, at most `WORKING_SIDE` long.

    Any format, colour model and depth that Pillow knows.  Raises `InputError` for a missing or broken file, one that is
    no picture, and sides shorter than `SMALLEST_SIDE` or longer than `LARGEST_SIDE`.
    """
    if not path.is_file():
        raise InputError(f"{path} is not a file.", "Name a picture, such as a JPEG or PNG.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is stricter and says more
            with Image.open(path) as image:
                _check_size(image, path)
                return _decoded(image)
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(path.name, "more pixels than can be worked with") from error
    # Pillow's readers raise nearly anything for broken files, SyntaxError and struct.error too.
    except Exception as error:
        what = f"{path.name} is not a picture that can be read, or it is damaged."
        raise InputError(what, "Open it in a picture program and save it as PNG or JPEG.") from error


def _check_size(image: Image.Image, path: Path) -> None:
    """Before anything is decoded: a small file may hold a vast picture."""
    width, height = image.size
    if min(width, height) < SMALLEST_SIDE:
        what = f"{path.name} is {width} x {height} pixels, too small to animate."
        raise InputError(what, f"Use a picture of at least {SMALLEST_SIDE} pixels on each side, better 512 or more.")
    if max(width, height) > LARGEST_SIDE or width * height > _MOST_PIXELS:
        raise _too_large(path.name, f"{width} x {height} pixels")


def _too_large(name: str, how: str) -> InputError:
    return InputError(f"{name} is too large: {how}.", f"Scale it down first; {WORKING_SIDE} pixels are plenty.")


def _decoded(image: Image.Image) -> Picture:
    image.seek(0)
    # JPEGs decode straight to a half, a quarter or an eighth: less memory and time.
    image.draft(None, (2 * WORKING_SIDE, 2 * WORKING_SIDE))
    upright = ImageOps.exif_transpose(image)
    whole = _eight_bits(upright).convert("RGBA")
    if max(whole.size) > WORKING_SIDE:
        # Premultiplied while it is scaled: colours under full transparency must not bleed in.
        scale = WORKING_SIDE / max(whole.size)
        size = (max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))
        whole = whole.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    if min(whole.size) < SMALLEST_SIDE // 2:
        what = f"A picture of {image.width} x {image.height} pixels is too long and narrow."
        raise InputError(what, "Crop it around the face.")
    return np.array(whole, np.uint8)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Deep grey pictures scaled to 8 bits; `convert` would clip them to white."""
    if image.mode not in _DEEP_MODES:
        return image
    values = np.asarray(image, np.float64)
    most = float(np.nanmax(values)) if values.size else 0.0
    # Integers are 16 bits deep unless they fit into 8; floats go to 1, or to 255 when they exceed it.
    full = (1.0 if most <= 1 else 255.0) if image.mode == "F" else (255.0 if most <= 255 else 65535.0)
    return Image.fromarray(np.clip(np.nan_to_num(values) / full * 255 + 0.5, 0, 255).astype(np.uint8))
