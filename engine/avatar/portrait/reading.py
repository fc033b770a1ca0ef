"""A picture file as the avatar uses it: upright, 8 bits of red, green, blue and alpha, not too large to work with."""

from __future__ import annotations

import warnings
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from engine.avatar.renderer import Picture
from engine.errors import InputError

SMALLEST_SIDE = 96
LARGEST_SIDE = 12_000
WORKING_SIDE = 1536
"""Longer side of what is worked with, pixels; larger pictures are scaled down."""
_MOST_PIXELS = 100_000_000  # of the file: some seconds and 400 MB to decode
_ORIENTATION = 0x0112  # EXIF's tag
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DEEP_MODES = ("I", "I;16", "I;16B", "I;16L", "F")


def read_picture(path: Path, smallest_side: int = SMALLEST_SIDE, working_side: int = WORKING_SIDE) -> Picture:
    """The picture in `path`: EXIF-turned, alpha kept, the first frame of an animation, at most `working_side` long.

    Any format, colour model and depth that Pillow knows.  Raises `InputError` for a missing or broken file, one that is
    no picture, and sides shorter than `smallest_side` or longer than `LARGEST_SIDE`.
    """
    if not path.is_file():
        raise InputError(f"{path} is not a file.", "Name a picture, such as a JPEG or PNG.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is stricter and says more
            with Image.open(path) as image:
                _check_size(image, path, smallest_side)
                return _decoded(image, smallest_side, working_side)
    except InputError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(path.name, "more pixels than can be worked with") from error
    # Pillow's readers raise nearly anything for broken files, SyntaxError and struct.error too.
    except Exception as error:
        what = f"{path.name} is not a picture that can be read, or it is damaged."
        raise InputError(what, "Open it in a picture program and save it as PNG or JPEG.") from error


def _check_size(image: Image.Image, path: Path, smallest_side: int) -> None:
    """Before anything is decoded: a small file may hold a vast picture."""
    width, height = image.size
    if min(width, height) < smallest_side:
        what = f"{path.name} is {width} x {height} pixels, too small to work with."
        raise InputError(what, f"Use a picture of at least {smallest_side} pixels on each side, better 512 or more.")
    if max(width, height) > LARGEST_SIDE or width * height > _MOST_PIXELS:
        raise _too_large(path.name, f"{width} x {height} pixels")


def _too_large(name: str, how: str) -> InputError:
    return InputError(f"{name} is too large: {how}.", f"Scale it down first; {WORKING_SIDE} pixels are plenty.")


def _decoded(image: Image.Image, smallest_side: int, working_side: int) -> Picture:
    image.seek(0)
    # JPEGs decode straight to a half, a quarter or an eighth: less memory and time.
    image.draft(None, (2 * working_side, 2 * working_side))
    image.load()
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    whole = _premultiplied(image, working_side)
    scale = working_side / max(whole.size)
    if scale < 1:
        size = (max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))
        whole = whole.resize(size, Image.Resampling.LANCZOS)
    if turn is not None:
        whole = whole.transpose(turn)
    if min(whole.size) < smallest_side // 2:
        what = f"A picture of {image.width} x {image.height} pixels is too long and narrow."
        raise InputError(what, "Crop it around the face.")
    return np.array(whole.convert("RGBA"), np.uint8)


def _premultiplied(image: Image.Image, working_side: int) -> Image.Image:
    """As RGB, or RGBa where it has alpha: colours under full transparency must not bleed in while it is scaled.

    Large ones come out smaller already, no less than twice `working_side`: whole copies of them would fill the memory.
    """
    factor = max(1, max(image.size) // (2 * working_side))
    if image.mode in _DEEP_MODES:
        image = _eight_bits(image, factor)
        factor = 1
    if image.has_transparency_data:
        image = image.convert("RGBA").convert("RGBa")
    elif image.mode in ("P", "1"):
        image = image.convert("RGB")
    if factor > 1:
        image = image.reduce(factor)
    return image if image.mode == "RGBa" else image.convert("RGB")


def _eight_bits(image: Image.Image, factor: int) -> Image.Image:
    """Deep grey pictures scaled to 8 bits, `convert` would clip them to white, and made smaller by `factor`."""
    values = np.asarray(image)
    most = float(np.nanmax(values)) if values.size else 0.0
    # Integers are 16 bits deep unless they fit into 8; floats go to 1, or to 255 when they exceed it.
    full = (1.0 if most <= 1 else 255.0) if image.mode == "F" else (255.0 if most <= 255 else 65535.0)
    if factor > 1:
        size = (max(1, image.width // factor), max(1, image.height // factor))
        narrow = values if values.dtype == np.uint16 else values.astype(np.float32)
        values = cv2.resize(narrow, size, interpolation=cv2.INTER_AREA)
    scaled = np.nan_to_num(values.astype(np.float32)) * np.float32(255 / full) + np.float32(0.5)
    return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))
