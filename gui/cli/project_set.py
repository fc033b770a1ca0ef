"""`melisma project set`: values of a track or a note, curves, drawn pitch, choir and blend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import InputError
from gui.cli import choir_options as together
from gui.cli.expression_options import NOBODY
from gui.cli.output import JsonOption, Output, QuietOption
from gui.cli.project_options import FileArgument, TrackOption

if TYPE_CHECKING:
    from engine.api.project import Project

    Edit = Callable[[Project], Project]


def set_command(
    file: FileArgument,
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME=VALUE", help="A knob or field; an empty value takes it back.", show_default=False),
    ] = None,
    track: TrackOption = None,
    note: Annotated[
        list[str] | None, typer.Option(help="Bar.beat (12.3) or id of a note that the values are for; again for more.")
    ] = None,
    curve: Annotated[
        list[str] | None,
        typer.Option(help="NAME=quarter:value,... or NAME=FILE.csv; NAME= takes it away. Repeatable."),
    ] = None,
    drawn: Annotated[
        list[str] | None, typer.Option("--draw", help="Pitch over time: quarter:key,quarter:key,... Repeatable.")
    ] = None,
    erase: Annotated[str | None, typer.Option(help="Drawn pitch to take away: quarter,quarter, or all.")] = None,
    blend: Annotated[list[str] | None, typer.Option(help="NAME=SHARE of another speaker, or none. Repeatable.")] = None,
    choir: Annotated[int | None, typer.Option(help="How many sing the track together: 2 to 16; 1: one.")] = None,
    choir_spread: together.Spread = None,
    choir_detune: together.Detune = None,
    choir_width: together.Width = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Set knobs and fields of a track or of notes, curves, drawn pitch, the choir and the blend."""
    from engine.api.project import edit_project, missing_singers, project_facts

    edits = _values(values or (), track, note or ())
    edits += [_curve(text, track) for text in curve or ()]
    edits += _erased(erase, track)
    edits += [_drawn(text, track) for text in drawn or ()]
    edits += _blend(blend, track)
    edits += _choir(choir, choir_spread, choir_detune, choir_width, track)
    if not edits:
        raise InputError("There is nothing to set.", "Give NAME=VALUE, --curve, --draw, --blend or --choir.")

    def all_of_them(project: Project) -> Project:
        for edit in edits:
            project = edit(project)
        return project

    project = edit_project(Path(file), all_of_them)
    output = Output(as_json, quiet)
    output.remark(f"{file} is set; `melisma sing` sings what has changed.")
    for line in missing_singers(project):
        output.remark(f"warning: {line}")
    if as_json:
        output.answer({"file": str(file), **project_facts(project)}, ())


def _values(texts: Sequence[str], track: str | None, notes: Sequence[str]) -> list[Edit]:
    from engine.api.project import set_note, set_track

    if not texts:
        if notes:
            raise InputError("There is nothing to set on the note.", "Give NAME=VALUE, such as vibrato_depth=60.")
        return []
    values = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError(f"“{text}” sets nothing.", "Write NAME=VALUE, such as dynamics=-3.")
        values[name.strip()] = value.strip()
    if not notes:
        return [lambda project: set_track(project, track, values)]
    return [lambda project, name=name: set_note(project, track, name, values) for name in notes]  # type: ignore[misc]


def _curve(text: str, track: str | None) -> Edit:
    from engine.api import read_curve
    from engine.api.project import set_curve

    name, equals, body = text.partition("=")
    if equals and not body.strip():
        return lambda project: set_curve(project, track, name.strip(), None)
    name, curve = read_curve(text)
    return lambda project: set_curve(project, track, name, curve)


def _drawn(text: str, track: str | None) -> Edit:
    from engine.api import read_curve
    from engine.api.project import draw

    _, piece = read_curve(f"pitch={text}")
    return lambda project: draw(project, track, piece)


def _erased(text: str | None, track: str | None) -> list[Edit]:
    from engine.api.project import erase_drawn

    if text is None:
        return []
    if text == "all":
        return [lambda project: erase_drawn(project, track, 0.0, float("inf"))]
    try:
        start, end = map(float, text.split(","))
    except ValueError as error:
        raise InputError(f"“{text}” is no stretch of time.", "Write two quarters, such as 5,6, or all.") from error
    return [lambda project: erase_drawn(project, track, start, end)]


def _blend(texts: Sequence[str] | None, track: str | None) -> list[Edit]:
    from engine.api import read_share
    from engine.api.project import set_blend

    if not texts:
        return []
    shares = {} if list(texts) == [NOBODY] else dict(map(read_share, texts))
    return [lambda project: set_blend(project, track, shares)]


def _choir(
    voices: int | None, spread_ms: float | None, detune_cents: float | None, width: float | None, track: str | None
) -> list[Edit]:
    from engine.api.project import TrackChoir, set_choir

    asked = together.choir_request(voices, spread_ms, detune_cents, width)
    if asked is None:
        return []
    if asked.alone:
        return [lambda project: set_choir(project, track, None)]
    choir = TrackChoir(asked.voices, asked.spread_ms, asked.detune_cents, asked.width)
    return [lambda project: set_choir(project, track, choir)]
