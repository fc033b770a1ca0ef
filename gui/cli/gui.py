"""`melisma gui`: the window."""

from __future__ import annotations

import enum
import re
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import InputError


class PanelName(enum.StrEnum):
    SING = "sing"
    ISOLATE = "isolate"
    AVATAR = "avatar"
    QUEUE = "queue"
    CONNECTION = "connection"
    MODELS = "models"


class ThemeName(enum.StrEnum):
    DARK = "dark"
    LIGHT = "light"


def gui(
    file: Annotated[
        list[Path] | None, typer.Argument(help="Song, clip, sound or picture to open.", show_default=False)
    ] = None,
    screenshot: Annotated[
        Path | None, typer.Option(help="Write a picture of the window with a demo song to this .png.")
    ] = None,
    quit_then: Annotated[bool, typer.Option("--quit", help="End when the picture is written.")] = False,
    panel: Annotated[PanelName | None, typer.Option(help="The panel to show [the last one].")] = None,
    theme: Annotated[ThemeName | None, typer.Option(help="Dark or light [as the desktop].")] = None,
    size: Annotated[str | None, typer.Option(help="Size of the window, such as 1600x900 [as it was].")] = None,
) -> int:
    """Open the window."""
    for path in file or ():
        if not path.exists():
            raise InputError(f"There is no file {path}.", "Name one that is there.")
    if quit_then and screenshot is None:
        raise InputError("--quit belongs to --screenshot.", "Add --screenshot FILE.png.")
    if screenshot is not None and screenshot.suffix.lower() != ".png":
        raise InputError(f"{screenshot.name} is no kind of picture that can be written.", "Name a .png file.")
    measures = _size(size) if size else None
    from gui.app import Wish, run

    wish = Wish(
        files=tuple(path.absolute() for path in file or ()),
        picture=screenshot.absolute() if screenshot else None,
        quit_then=quit_then,
        panel=str(panel) if panel else "",
        theme=str(theme) if theme else "",
        size=measures,
    )
    return run(wish)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,5})[xX×](\d{3,5})", text)
    if found is None:
        raise InputError(f"{text!r} is no size.", "Give width and height, such as 1600x900.")
    width, height = int(found[1]), int(found[2])
    if not (320 <= width <= 7680 and 240 <= height <= 4320):
        raise InputError(f"{text} is too small or too large for a window.", "Give 320x240 to 7680x4320.")
    return width, height
