"""`melisma project`: a song kept in one file, with its takes and everything that was done to it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from gui.cli import project_takes
from gui.cli.output import JsonOption, Output, QuietOption
from gui.cli.project_lines import note_lines, phrase_line, track_line
from gui.cli.project_options import FileArgument, TrackOption
from gui.cli.project_set import set_command

app = typer.Typer(no_args_is_help=True, help="Keep a song in a .melisma file: notes, expression, takes, tracks.")
app.command("set")(set_command)
app.command("retake")(project_takes.retake)
app.command("takes")(project_takes.takes)
app.command("choose")(project_takes.choose)
app.command("like")(project_takes.like)
app.command("name")(project_takes.name)
app.command("lock")(project_takes.lock)
app.command("unlock")(project_takes.unlock)
app.command("forget")(project_takes.forget)
app.command("compare")(project_takes.compare)

ClipArgument = Annotated[Path, typer.Argument(help="MIDI or MusicXML file with lyrics.", show_default=False)]
LyricsOption = Annotated[Path | None, typer.Option(help="Text file with the words, for a clip that lost them.")]


@app.command()
def new(
    clip: ClipArgument,
    out: Annotated[Path, typer.Option(help="Project to write: NAME.melisma.", show_default=False)],
    lyrics: LyricsOption = None,
    voice: Annotated[str, typer.Option(help="Who sings; see `melisma models list` [the default voice].")] = "",
    language: Annotated[str | None, typer.Option(help="Language of the words, such as en [the clip's own].")] = None,
    track: Annotated[
        list[str] | None, typer.Option(help="Name or number of a track of the clip; again for more of them.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the song [the file's].")] = "",
    at: Annotated[float, typer.Option(min=0, max=1e7, help="Where the clip begins in the DAW, in s.")] = 0.0,
    replace: Annotated[bool, typer.Option("--replace", help="Begin anew over a project that is there.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a project of a clip."""
    from engine.api.project import NewProject, new_project

    request = NewProject(clip, out, lyrics, voice, language, tuple(track or ()), name, at, replace)
    project, problems = new_project(request)
    _done(out, project, problems, Output(as_json, quiet))


@app.command()
def add(
    file: FileArgument,
    clip: ClipArgument,
    lyrics: LyricsOption = None,
    voice: Annotated[str, typer.Option(help="Who sings it.")] = "",
    track: Annotated[str | None, typer.Option(help="Name or number of a track of the clip.")] = None,
    name: Annotated[str, typer.Option(help="Name of the new track.")] = "",
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Add a clip to a project as one more track."""
    from engine.api.project import add_clip

    project, problems = add_clip(file, clip, lyrics, track, voice, name)
    _done(file, project, problems, Output(as_json, quiet))


@app.command()
def update(
    file: FileArgument,
    clip: ClipArgument,
    lyrics: LyricsOption = None,
    clip_track: Annotated[str | None, typer.Option(help="Name or number of a track of the clip.")] = None,
    track: TrackOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Take a clip's notes as they are now; expression and takes stay on the notes that were there."""
    from engine.api.project import update_from_clip

    project, problems = update_from_clip(file, clip, lyrics, clip_track, track)
    _done(file, project, problems, Output(as_json, quiet))


@app.command()
def show(
    file: FileArgument,
    notes: Annotated[
        bool, typer.Option("--notes", help="Every note too: place, length, key, lyric, sounds, what was set on it.")
    ] = False,
    track: Annotated[
        str | None, typer.Option(help="Number (from 1), name or id of the track to show [all of them].")
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show the tracks of a project, with phrases, words and takes."""
    from engine.api.project import project_facts, read_project

    project = read_project(file).project
    facts = project_facts(project, track)
    lines = [
        f"{facts['name']}: {facts['bpm']:g} quarters a minute" + (f", from {facts['clip']}" if facts["clip"] else "")
    ]
    for part in facts["tracks"]:
        if notes:
            from engine.api.project_notes import note_facts

            part["note_list"] = note_facts(project, part["id"])
        lines.append(track_line(part))
        for phrase in part["phrases"]:
            lines.append(phrase_line(phrase))
            lines += note_lines([note for note in part.get("note_list", ()) if note["phrase"] == phrase["phrase"]])
    Output(as_json, quiet).answer({"file": str(file), **facts}, lines)


@app.command()
def check(file: FileArgument, as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """Check a project: every fault with its place."""
    from engine.api.project import loose_ends, read_project
    from engine.errors import InputError

    output = Output(as_json, quiet)
    try:
        project = read_project(file).project
    except InputError as error:
        faults = [asdict(fault) for fault in getattr(error, "faults", ())]
        if not faults:
            raise
        count = getattr(error, "count", len(faults))
        lines = [f"{fault['place']}: {fault['message']}".removeprefix(": ") for fault in faults]
        more = [f"... and {count - len(faults)} more."] if count > len(faults) else []
        output.answer({"file": str(file), "ok": False, "count": count, "faults": faults}, lines + more)
        raise typer.Exit(InputError.exit_code) from None
    remarks = loose_ends(project)
    facts = {"file": str(file), "ok": True, "count": 0, "faults": [], "remarks": remarks}
    output.answer(facts, [*remarks, f"{file.name} is sound."])


def _done(file: Path, project: Any, problems: Any, output: Output) -> None:
    from engine.api.project import missing_singers, project_facts
    from gui.cli.sing import problem_lines

    for line in (*problem_lines(problems), *(f"warning: {line}" for line in missing_singers(project))):
        output.remark(line)
    facts = project_facts(project)
    notes = sum(track["notes"] for track in facts["tracks"])
    phrases = sum(len(track["phrases"]) for track in facts["tracks"])
    count = len(facts["tracks"])
    output.remark(f"{file}: {count} track{'s' if count != 1 else ''}, {phrases} phrases, {notes} notes.")
    if output.as_json:
        output.answer({"file": str(file), **facts, "problems": [asdict(problem) for problem in problems]}, ())
