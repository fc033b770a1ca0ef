"""`melisma models`: which models there are, what they state, whether they are whole; add, remove."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gui.cli.add import add
from gui.cli.facts import bandwidth, model_facts
from gui.cli.output import JsonOption, Output, QuietOption

app = typer.Typer(no_args_is_help=True, help="List, describe, verify, add and remove models.")
app.command()(add)

ModelArgument = Annotated[str | None, typer.Argument(help="Id of a model [the default voice].", show_default=False)]


@app.command("list")
def list_command(as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """List the installed voices, separators and animators; the first of each is the default."""
    from engine.api import list_models

    models = sorted((model_facts(model) for model in list_models()), key=lambda facts: facts["role"] != "voice")
    lines = [f"{facts['role']:<10} {facts['id']:<20} {facts['name']}  ({_summary(facts)})" for facts in models]
    roles = ("voice", "separator", "animator")
    answer = {f"{role}s": [facts for facts in models if facts["role"] == role] for role in roles}
    Output(as_json, quiet).answer(answer, lines or ["No model is installed."])


@app.command()
def info(model: ModelArgument = None, as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """Show what a model states about itself."""
    from engine.api import model_info

    facts = model_facts(model_info(model))
    shown = {name: value for name, value in facts.items() if name not in ("settings", "files", "bandwidth_hz")}
    if "bandwidth_hz" in facts:
        shown["bandwidth"] = bandwidth(facts)
    lines = [f"{name + ':':<13}{_plain(value)}" for name, value in shown.items()]
    Output(as_json, quiet).answer(facts, [*lines, f"{'files:':<13}{', '.join(facts['files'])}"])


@app.command()
def verify(model: ModelArgument = None, as_json: JsonOption = False, quiet: QuietOption = False) -> int:
    """Compare every file of a model with its checksum; exit 1 when one differs."""
    from engine.api import model_info, verify_model

    manifest = model_info(model).manifest
    model_id = str(manifest.id)
    checks = {check.name: check.state for check in verify_model(model_id)}
    whole = all(state == "ok" for state in checks.values())
    facts = {manifest.role: model_id, "ok": whole, "files": checks}
    Output(as_json, quiet).answer(facts, [f"{state:<10} {name}" for name, state in checks.items()])
    return 0 if whole else 1


@app.command()
def remove(
    model: Annotated[str, typer.Argument(help="Id of a model that you added.", show_default=False)],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Delete a model that you added."""
    from engine.api import remove_model

    folder = remove_model(model)
    Output(as_json, quiet).answer({"removed": model, "folder": str(folder)}, [f"Removed {model} from {folder}."])


def _summary(facts: dict[str, Any]) -> str:
    if facts["role"] == "voice":
        languages = ", ".join(facts["languages"])
        return f"{', '.join(facts['speakers'])}; {languages}" if "speakers" in facts else languages
    if facts["role"] == "animator":
        return f"{facts['fps']} pictures a second"
    return f"{facts['stem']}, to {bandwidth(facts)}"


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
