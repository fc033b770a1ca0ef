"""The program's front: commands, and how every way to fail looks from outside.

Exit codes: 0 done, 2 the user's input, 1 our fault, 130 cancelled.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from typer.main import get_command

from engine.errors import Cancelled, InputError, MelismaError
from engine.version import VERSION
from gui.cli import (
    avatar,
    bench,
    bounce,
    chains,
    demo,
    doctor,
    gui,
    install,
    isolate,
    lyrics,
    models,
    plugin,
    project,
    resing,
    serve,
    sing,
    train,
)
from gui.cli.output import Output

# typer carries its own copy of click in newer versions, so its error is found through the one that is public.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]

app = typer.Typer(name="melisma", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.command()(sing.sing)
app.command()(resing.resing)
app.command()(isolate.isolate)
app.command()(avatar.avatar)
app.command()(avatar.avatars)
app.command()(avatar.face)
app.command()(bounce.bounce)
app.add_typer(chains.app, name="chains")
app.add_typer(project.app, name="project")
app.add_typer(models.app, name="models")
app.add_typer(lyrics.app, name="lyrics")
app.command()(serve.serve)
app.command()(install.install)
app.command()(doctor.doctor)
app.command()(gui.gui)
app.add_typer(demo.app, name="demo")
app.add_typer(bench.app, name="bench")
app.add_typer(train.app, name="train")
app.add_typer(plugin.app, name="plugin")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"melisma {VERSION}")
        raise typer.Exit


@app.callback()
def _program(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Turn a MIDI clip with lyrics into a sung track, a mix into vocals and instrumental, a vocal into a video."""


def main() -> NoReturn:
    """The entry point."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code.  No exception leaves."""
    output = Output(as_json="--json" in arguments)
    try:
        code = get_command(app).main(list(arguments), prog_name="melisma", standalone_mode=False)
    except Cancelled:
        return _cancelled(output)
    except MelismaError as error:
        output.error("input" if isinstance(error, InputError) else "fault", error.message, _hint(error))
        return error.exit_code
    except _UsageError as error:
        return _usage(output, error)
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:  # the last line of defence: no traceback for the user
        output.error("fault", f"Something went wrong in melisma: {type(error).__name__}.", _keep_details(error))
        return 1
    if code == Cancelled.exit_code:  # typer makes an exit code of Ctrl-C
        return _cancelled(output)
    return code if isinstance(code, int) else 0


def _hint(error: MelismaError) -> str:
    """What to do, and how the command line does it."""
    how = ", ".join(f"--{option}" for option in error.option.split(", ") if option)
    how = how or (error.command and f"`melisma {error.command}`")
    return f"{error.hint.removesuffix('.')} ({how})." if how else error.hint


def _cancelled(output: Output) -> int:
    output.error("cancelled", "Cancelled.")
    return Cancelled.exit_code


def _usage(output: Output, error: Exception) -> int:
    message = str(error.format_message()) if hasattr(error, "format_message") else str(error)
    # A command group without a command raises its help text as an error.
    is_help = type(error).__name__ == "NoArgsIsHelpError"
    output.error("usage", *((message, "") if is_help else (_sentence(message), "Add --help to see what is possible.")))
    return InputError.exit_code


def _sentence(message: str) -> str:
    """What a library says of a bad value, as a sentence: without its own word for that, with a full stop."""
    message = message.replace("Value error, ", "").rstrip()
    return message if message.endswith((".", "!", "?")) else f"{message}."


def _reader_left() -> int:
    """Whoever read our output (`melisma models list | head -1`) has gone: nobody is left to complain to."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
    return 1


def _keep_details(error: Exception) -> str:
    """Write the traceback to the log folder; says where."""
    import time
    import traceback

    from engine.folders import log_folder

    details = "".join(traceback.format_exception(error))
    path = log_folder() / time.strftime("melisma-%Y%m%d-%H%M%S.log")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"melisma {VERSION}\n{sys.argv}\n{details}", encoding="utf-8")
    except OSError:
        return f"The details could not be written to {path}: {error}"
    return f"The details are in {path}; please report them."


if __name__ == "__main__":
    main()
