"""The options that say how many sing together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import InputError

if TYPE_CHECKING:
    from engine.api import Choir

_PANEL = "Choir"

Voices = Annotated[
    int | None,
    typer.Option(
        "--choir",
        help="How many sing together: 2 to 16, in stereo; 1: one voice, whatever the project says.",
        rich_help_panel=_PANEL,
    ),
]
Spread = Annotated[
    float | None,
    typer.Option("--choir-spread", help="How far apart in time: 0 to 100 ms [15].", rich_help_panel=_PANEL),
]
Detune = Annotated[
    float | None,
    typer.Option("--choir-detune", help="How far apart in pitch: 0 to 100 cents [8].", rich_help_panel=_PANEL),
]
Width = Annotated[
    float | None,
    typer.Option("--choir-width", help="0: all in the middle; 1: from left to right [0.7].", rich_help_panel=_PANEL),
]


def choir_request(
    voices: int | None, spread_ms: float | None, detune_cents: float | None, width: float | None
) -> Choir | None:
    """What the options ask for.  Raises `InputError` for a value out of range, and for a choir of nobody."""
    if voices is None:
        if (spread_ms, detune_cents, width) != (None, None, None):
            raise InputError("How many should sing together?", "Give --choir and a number from 2 to 16.")
        return None
    from engine.api import Choir

    if voices == 1 and (spread_ms, detune_cents, width) != (None, None, None):
        raise InputError("One voice has no spread, detune or width.", "Give --choir from 2 to 16, or --choir 1 alone.")
    said: dict[str, Any] = {"spread_ms": spread_ms, "detune_cents": detune_cents, "width": width}
    return Choir(voices, **{name: value for name, value in said.items() if value is not None})
