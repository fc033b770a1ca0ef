"""Ardour's window as a picture, where ImageMagick is installed."""

from __future__ import annotations

import io
import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from PIL import Image, ImageChops

from engine.errors import MelismaError
from engine.files import written_whole
from plugin_host.headless.ardour import HeadlessArdour

_DRAWN_S = 10.0
_PAUSE_S = 0.5
_WINDOW = ("1500", "800")
"""Room for the demo's tracks."""


def take_screenshot(daw: HeadlessArdour, out: Path) -> Path | None:
    """Write the window of `daw` with the whole session in view to `out` (.png); None where that cannot be had."""
    with suppress(MelismaError, OSError, subprocess.SubprocessError):
        _enlarge(daw)
        for action in ("Mixer/select-none", "Editor/zoom-to-session"):
            daw.osc("/access_action", action)
        shown = _settled(daw)
        with written_whole(out) as part:
            shown.crop(shown.getbbox()).save(part)
        return out
    return None


def _enlarge(daw: HeadlessArdour) -> None:
    """Only where xdotool is installed: else the lowest tracks may be cut off."""
    title = f"{daw.session.name} - Ardour"
    command = ["xdotool", "search", "--onlyvisible", "--name", title, "windowsize", *_WINDOW]
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(command, env={**os.environ, **daw.screen()}, timeout=10, check=True, capture_output=True)


def _settled(daw: HeadlessArdour) -> Image.Image:
    """The screen once it stands still: Ardour draws waveforms bit by bit, and says nothing when it is done."""
    before, deadline = _screen(daw), time.monotonic() + _DRAWN_S
    while True:
        time.sleep(_PAUSE_S)
        now = _screen(daw)
        if ImageChops.difference(before, now).getbbox() is None or time.monotonic() > deadline:
            return now
        before = now


def _screen(daw: HeadlessArdour) -> Image.Image:
    command = ["import", "-silent", "-window", "root", "png:-"]
    env = {**os.environ, **daw.screen()}
    taken = subprocess.run(command, env=env, timeout=30, check=True, capture_output=True)
    return Image.open(io.BytesIO(taken.stdout)).convert("RGB")
