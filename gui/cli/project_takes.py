"""`melisma project retake` and its like: the takes of a phrase."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gui.cli.output import JsonOption, Output, QuietOption
from gui.cli.project_lines import take_line, take_words
from gui.cli.project_options import FileArgument, PhraseOption, TakeOption, TrackOption
from gui.cli.sing import Device

if TYPE_CHECKING:
    from engine.api.project import ComparedTake, Project


class What(enum.StrEnum):
    PITCH = "pitch"
    TIMBRE = "timbre"
    BOTH = "both"


WantedTake = Annotated[str, typer.Option("--take", help="Id or name of a take.", show_default=False)]


def retake(
    file: FileArgument,
    phrase: PhraseOption,
    what: Annotated[What, typer.Option(help="What is left to chance again.")] = What.BOTH,
    seed: Annotated[int | None, typer.Option(min=0, help="A seed of your choice [one not heard yet].")] = None,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Take a phrase again: another chance in pitch, in timbre or both."""
    from engine.api import project as door

    _edit(file, track, phrase, lambda p: door.retake(p, track, phrase, what.value, seed), Output(as_json, quiet))


def takes(
    file: FileArgument,
    phrase: PhraseOption,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the takes of a phrase; > marks the one that is sung."""
    from engine.api.project import read_project, takes_facts

    facts = takes_facts(read_project(file).project, track, phrase)
    lines = [f"{facts['phrase']}, bar {facts['bar']}: {facts['words']}", *map(take_line, facts["takes"])]
    Output(as_json, quiet).answer({"file": str(file), **facts}, lines)


def choose(
    file: FileArgument,
    phrase: PhraseOption,
    take: WantedTake,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Choose the take that is sung."""
    from engine.api import project as door

    _edit(file, track, phrase, lambda p: door.choose(p, track, phrase, take), Output(as_json, quiet))


def like(
    file: FileArgument,
    phrase: PhraseOption,
    take: TakeOption = None,
    no_more: Annotated[bool, typer.Option("--no-more", help="Take the mark away.")] = False,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Mark a take as liked."""
    from engine.api import project as door

    _edit(file, track, phrase, lambda p: door.like(p, track, phrase, take, not no_more), Output(as_json, quiet))


def name(
    file: FileArgument,
    phrase: PhraseOption,
    called: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.", show_default=False)],
    take: TakeOption = None,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Give a take a name."""
    from engine.api import project as door

    _edit(file, track, phrase, lambda p: door.name_take(p, track, phrase, called, take), Output(as_json, quiet))


def lock(
    file: FileArgument,
    phrase: PhraseOption,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Lock a phrase on the take that is sung."""
    from engine.api import project as door

    _edit(file, track, phrase, lambda p: door.lock(p, track, phrase), Output(as_json, quiet))


def unlock(
    file: FileArgument,
    phrase: PhraseOption,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Unlock a phrase."""
    from engine.api import project as door

    _edit(file, track, phrase, lambda p: door.lock(p, track, phrase, locked=False), Output(as_json, quiet))


def forget(
    file: FileArgument,
    phrase: PhraseOption,
    take: Annotated[str | None, typer.Option("--take", help="Id or name of a take [all of them].")] = None,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Forget a take of a phrase, or all: then the track's seed counts again."""
    from engine.api import project as door

    _edit(file, track, phrase, lambda p: door.forget(p, track, phrase, take), Output(as_json, quiet))


def compare(
    file: FileArgument,
    phrase: PhraseOption,
    out: Annotated[Path, typer.Option(help="Folder for a sound file of each take.", show_default=False)],
    take: Annotated[list[str] | None, typer.Option("--take", help="Id of a take; again for more [all].")] = None,
    track: TrackOption = None,
    device: Annotated[Device, typer.Option(help="What computes.")] = Device.AUTO,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Sing a phrase in each of its takes, equally loud, and say how they differ."""
    from engine.api import SingRequest
    from engine.api.project import compare_takes
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay

    request = SingRequest(clip=file, out=out, track=track, device=str(device))
    output = Output(as_json, quiet)
    with ProgressDisplay(shown=not quiet) as display:
        compared = run_cancellable(
            str(file), lambda context: compare_takes(request, phrase, out, context, tuple(take or ())), display
        )
    facts = [asdict(one) | {"file": str(one.file)} for one in compared]
    output.answer({"takes": facts}, ["   pitch    sound", *map(_compared_line, compared)])


def _compared_line(take: ComparedTake) -> str:
    away = "       -        -" if take.chosen else f"{take.f0_cents:6.1f} ct {take.mel_db:5.1f} dB"
    return f"{take.letter}{away}  {take_words(take.id, take.name, asdict(take))}  {take.file}"


def _edit(file: Path, track: str | None, phrase: str, edit: Callable[[Project], Project], output: Output) -> None:
    from engine.api.project import edit_project, takes_facts

    facts = takes_facts(edit_project(file, edit), track, phrase)
    now = next(take for take in facts["takes"] if take["chosen"])
    said = f"{facts['phrase']}, bar {facts['bar']}: {take_words(now['id'], now['name'], now)} of {len(facts['takes'])}."
    output.remark(said)
    if output.as_json:
        output.answer({"file": str(file), **facts}, ())
