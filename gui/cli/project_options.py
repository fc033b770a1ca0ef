"""Options and arguments that commands of `melisma project` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FileArgument = Annotated[Path, typer.Argument(metavar="PROJECT", help="A .melisma file.", show_default=False)]
TrackOption = Annotated[
    str | None, typer.Option("--track", help="Number (from 1), name or id of the track [the only one].")
]
PhraseOption = Annotated[
    str,
    typer.Option(
        "--phrase", help="Bar (12), number (p3) or any note's id; see `melisma project show`.", show_default=False
    ),
]
TakeOption = Annotated[str | None, typer.Option("--take", help="Id or name of a take [the one that is sung].")]
