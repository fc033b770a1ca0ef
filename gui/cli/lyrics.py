"""`melisma lyrics`: the words that belong to clips of DAWs which keep none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gui.cli.output import JsonOption, Output, QuietOption

if TYPE_CHECKING:
    from plugin_host.lyrics import KnownClip

app = typer.Typer(no_args_is_help=True, help="List, show, set and forget the lyrics of clips of DAWs.")

ClipArgument = Annotated[str, typer.Argument(help="Id or name of a clip; see `melisma lyrics list`.")]
SessionOption = Annotated[
    str | None, typer.Option("--session", help="Name of the session, where several have a clip of this name.")
]


@app.command("list")
def list_command(as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """List the clips that were sung for a DAW or a watched folder, the latest first."""
    clips = _clips()
    lines = [_line(clip) for clip in clips]
    nothing = "No clip of a DAW is known yet: have one sung first."
    Output(as_json, quiet).answer({"clips": [_facts(clip) for clip in clips]}, lines or [nothing])


@app.command()
def show(
    clip: ClipArgument, session: SessionOption = None, as_json: JsonOption = False, quiet: QuietOption = False
) -> None:
    """Show the lyrics of a clip."""
    found = _find(clip, session)
    text = found.words
    Output(as_json, quiet).answer(_facts(found) | {"text": text}, text.rstrip("\n").split("\n") if text.strip() else [])


@app.command("set")
def set_command(
    clip: ClipArgument,
    text: Annotated[Path | None, typer.Argument(help="Text file with the words [standard input].")] = None,
    session: SessionOption = None,
    language: Annotated[str | None, typer.Option(help="Language of the words, such as la [as they look].")] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Set the lyrics of a clip; the next time it is sung it has them."""
    from plugin_host.lyrics.change import set_words

    found = _find(clip, session)
    changed = set_words(_book(), found, _read(text), language)
    said = f"{found.record.clip_name} has {changed.words} word{'' if changed.words == 1 else 's'}"
    if changed.beside is not None and not changed.same:
        said += f" in {changed.beside}; it is sung again where its folder is watched."
    elif changed.same:
        said += f" in {changed.beside}, as before; press Sing again in the window's Words to hear them."
    elif changed.waits:
        said += " for when it loses its own, which are sung now; change those in the DAW."
    else:
        said += "; sing it again in the DAW to hear them."
    output = Output(as_json, quiet)
    output.remark(said)
    if as_json:
        output.answer(_facts(_find(found.id, None)), ())


@app.command()
def forget(
    clip: ClipArgument, session: SessionOption = None, as_json: JsonOption = False, quiet: QuietOption = False
) -> None:
    """Forget a clip and its lyrics."""
    from plugin_host.lyrics import change

    found = _find(clip, session)
    beside = change.forget(_book(), found)
    output = Output(as_json, quiet)
    output.answer({"forgotten": found.id}, [f"Forgot {found.record.clip_name}."])
    if beside is not None:
        output.remark(f"The words in {beside} are left alone; they count when it is sung again.")


def _book() -> Any:
    from plugin_host.lyrics import LyricsBook

    return LyricsBook()


def _clips() -> tuple[KnownClip, ...]:
    """All of them, watched ones with the words that lie beside them."""
    from plugin_host.lyrics.known import KnownClips

    return KnownClips().look()


def _find(wanted: str, session: str | None) -> KnownClip:
    """By id or the beginning of one, else by name.  Raises `InputError` when none or several fit."""
    from engine.errors import InputError

    clips = _clips()
    if session is not None:
        clips = tuple(clip for clip in clips if clip.record.session_name.casefold() == session.casefold())
    fits = (
        [clip for clip in clips if clip.id == wanted.lower()]
        or [clip for clip in clips if wanted in (clip.record.clip_name, clip.record.clip_key)]
        or [clip for clip in clips if clip.record.clip_name.casefold() == wanted.casefold()]
    )
    if not fits:
        raise InputError(
            f"No clip is known as {wanted}.", "A clip is known once it was sung; see `melisma lyrics list`."
        )
    if len(fits) > 1:
        known = ", ".join(f"{clip.id} ({clip.record.session_name})" for clip in fits[:5])
        raise InputError(f"{len(fits)} clips are called {wanted}.", f"Give an id: {known}.")
    return fits[0]


def _read(path: Path | None) -> str:
    """Raises `InputError` when there is no such file, or no text in it."""
    from engine.errors import InputError
    from engine.score import read_text

    if path is not None and str(path) != "-":
        return read_text(path)
    data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The lyrics on standard input are not UTF-8 text.", "Save them in a file first.") from error


def _facts(clip: KnownClip) -> dict[str, Any]:
    record = clip.record
    return {
        "id": clip.id,
        "session": record.session_name or record.session_key,
        "name": record.clip_name,
        "track": record.track,
        "language": record.language,
        "has_text": bool(clip.words.strip()),
        "own": bool(record.own),
        "notes": sum(not note.gone for note in record.laid),
        "waiting": sum(note.gone for note in record.laid),
        "file": str(clip.text_path),
    }


def _line(clip: KnownClip) -> str:
    facts = _facts(clip)
    if not facts["has_text"]:
        words = "no lyrics"
    else:
        words = " ".join(clip.words.split())
        words = words if len(words) <= 40 else words[:37] + "..."
    waiting = f"  ({facts['waiting']} waiting for a note)" if facts["waiting"] else ""
    return f"{clip.id}  {facts['name']:<20} {facts['session']:<20} {words}{waiting}"
