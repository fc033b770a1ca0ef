"""Whether Qt can open a window here.  Where it cannot it ends the whole program, so it is found out before."""

from __future__ import annotations

import ctypes
import os

from engine.errors import InputError
from gui.texts import shell as texts

LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt needs on X11 and does not bring along, with Debian's packages; many desktops lack the first."""


def check_screen() -> None:
    """Raises `InputError` where there is no screen, or Qt could not use it.  For Linux alone."""
    if os.environ.get("WAYLAND_DISPLAY"):
        return  # Qt brings all that it needs there
    display = os.environ.get("DISPLAY")
    if not display:
        raise InputError(texts.NO_SCREEN, texts.NO_SCREEN_HINT)
    missing = [name for name in LIBRARIES if not _loads(name)]
    if missing:
        packages = " ".join(LIBRARIES[name] for name in missing)
        raise InputError(
            texts.NO_LIBRARIES.format(names=", ".join(missing)), texts.NO_LIBRARIES_HINT.format(packages=packages)
        )
    if not _answers():
        raise InputError(texts.DEAD_SCREEN.format(name=display), texts.NO_SCREEN_HINT)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers() -> bool:
    """Whether the X server that DISPLAY names lets us in."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return bool(xcb.xcb_connection_has_error(connection) == 0)
    finally:
        xcb.xcb_disconnect(connection)
