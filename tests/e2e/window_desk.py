"""A producer's desk on a screen that nobody sees: hands on mouse and keyboard, eyes, and programs that end with it."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import pytest
from PIL import Image, ImageChops, ImageGrab

from gui.screen import LIBRARIES
from tests.conftest import ROOT
from tests.daw.waiting import wait_for

HERE = Path(__file__).resolve().parent
_TOOLS = ("xdotool", "openbox")
DEBIAN_LINE = f"sudo apt-get install --no-install-recommends {' '.join((*_TOOLS, *LIBRARIES.values()))}"
_STEPS = 14
"""Moves of a drag: a program must see it enter, go over it and rest."""


def missing_tools() -> tuple[str, ...]:
    """What of the desk's own tools is not installed here."""
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    for library, package in LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return tuple(missing)


@dataclass
class Desk:
    """`screen` is the environment of programs that show themselves; pictures go to `album`, numbered."""

    screen: Mapping[str, str]
    album: Path
    folder: Path
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _taken: int = 0

    def __enter__(self) -> Desk:
        self.album.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        for process in reversed(self._running):
            self.end(process)

    # Programs

    @property
    def started(self) -> int:
        return len(self._running)

    def start(self, *command: str | Path, **more: str) -> subprocess.Popen[bytes]:
        """A program on this screen; what it says goes to a log in `folder`."""
        with self.log(self.started).open("wb") as out:
            process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**self._shown(), "PYTHONPATH": str(ROOT), **more},
            )
        self._running.append(process)
        return process

    def _shown(self) -> dict[str, str]:
        """Where Qt paints is for the screen to say: in a run of all tests the window's own have chosen "offscreen"."""
        return {name: value for name, value in self.screen.items() if not name.startswith("QT_")}

    def log(self, number: int) -> Path:
        """Of the program that was started as that number."""
        return self.folder / f"program-{number}.log"

    def end(self, process: subprocess.Popen[bytes], patience_s: float = 20.0) -> int:
        """Ask it to end, and wait for that; its exit code."""
        if process.poll() is None:
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            return process.wait(patience_s)
        process.kill()
        return process.wait(patience_s)

    # Hands

    def hand(self, *words: object) -> str:
        """One line of xdotool."""
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=dict(self.screen),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout.strip()

    def keys(self, *keys: str) -> None:
        self.hand("key", "--clearmodifiers", "--delay", 40, *keys)

    def type(self, text: str) -> None:
        self.hand("type", "--clearmodifiers", "--delay", 40, text)

    def click(self, area: Sequence[int]) -> None:
        """Into the middle of (left, top, width, height)."""
        self.hand("mousemove", *middle(area), "click", 1)

    def drag(self, start: tuple[int, int], to: tuple[int, int], over: Callable[[], object] = lambda: None) -> None:
        """From one point to another in steps; `over` is called while the button is still held."""
        words: list[object] = ["mousemove", *start, "sleep", 0.2, "mousedown", 1, "sleep", 0.2]
        for step in range(1, _STEPS + 1):
            share = step / _STEPS
            place = [round(begin + share * (end - begin)) for begin, end in zip(start, to, strict=True)]
            words += ["mousemove", *place, "sleep", 0.08]
        # The last one is a move of a pixel: some programs take the place of the drop from there.
        self.hand(*words, "mousemove", to[0] + 1, to[1], "sleep", 0.5)
        over()
        self.hand("mouseup", 1)

    # Eyes

    def window(self, title: str, within_s: float = 60.0) -> int:
        """The number of the seen window with that in its title."""
        return wait_for(f"a window {title!r}", lambda: self._window(title), within_s)

    def _window(self, title: str) -> int | None:
        found = self.hand("search", "--onlyvisible", "--name", title).split()
        return int(found[-1]) if found else None

    def put(self, window: int, left: int, top: int, width: int, height: int) -> None:
        """A window to a place of the screen."""
        self.hand("windowsize", "--sync", window, width, height)
        self.hand("windowmove", window, left, top)

    def settled_picture(self, name: str) -> Path:
        """As `picture`, once nothing has moved for half a second; a screen that never rests is taken as it is."""
        before, deadline = self._screen(), time.monotonic() + 8.0
        while time.monotonic() < deadline:
            time.sleep(0.5)
            now = self._screen()
            if ImageChops.difference(before, now).getbbox() is None:
                break
            before = now
        return self.picture(name)

    def picture(self, name: str) -> Path:
        """The whole screen into the album."""
        self._taken += 1
        path = self.album / f"{self._taken:02d}-{name}.png"
        self._screen().save(path)
        return path

    def _screen(self) -> Image.Image:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XAUTHORITY", self.screen.get("XAUTHORITY", ""))
            return ImageGrab.grab(xdisplay=self.screen["DISPLAY"]).convert("RGB")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def middle(area: Sequence[int]) -> tuple[int, int]:
    left, top, width, height = area
    return left + width // 2, top + height // 2
