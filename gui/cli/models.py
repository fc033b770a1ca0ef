"""`melisma models`: which voices there are, what they state, whether they are whole."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gui.cli.output import JsonOption, Output, QuietOption

app = typer.Typer(no_args_is_help=True, help="List, describe and verify the installed voices.")

VoiceArgument = Annotated[str | None, typer.Argument(help="Id of the voice [the default voice].", show_default=False)]


@app.command("list")
def list_command(as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """List the installed voices; the first is the default."""
    from engine.api import list_models

    voices = [_facts(model) for model in list_models()]
    lines = [f"{voice['id']:<20} {voice['name']}  ({', '.join(voice['languages'])})" for voice in voices]
    Output(as_json, quiet).answer({"voices": voices}, lines or ["No voice is installed."])


@app.command()
def info(voice: VoiceArgument = None, as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """Show what a voice states about itself."""
    from engine.api import model_info

    facts = _facts(model_info(voice))
    shown = {name: value for name, value in facts.items() if name not in ("settings", "files")}
    lines = [f"{name + ':':<13}{_plain(value)}" for name, value in shown.items()]
    Output(as_json, quiet).answer(facts, [*lines, f"{'files:':<13}{', '.join(facts['files'])}"])


@app.command()
def verify(voice: VoiceArgument = None, as_json: JsonOption = False, quiet: QuietOption = False) -> int:
    """Compare every file of a voice with its checksum; exit 1 when one differs."""
    from engine.api import model_info, verify_model

    model_id = str(model_info(voice).manifest.id)
    checks = {check.name: check.state for check in verify_model(model_id)}
    whole = all(state == "ok" for state in checks.values())
    facts = {"voice": model_id, "ok": whole, "files": checks}
    Output(as_json, quiet).answer(facts, [f"{state:<10} {name}" for name, state in checks.items()])
    return 0 if whole else 1


def _facts(model: Any) -> dict[str, Any]:
    """`model` is the engine's `InstalledModel`, which has no name out here."""
    facts: dict[str, Any] = model.manifest.as_dict()
    return facts | {"folder": str(model.folder)}


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
