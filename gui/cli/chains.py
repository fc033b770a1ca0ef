"""`melisma chains`: which effect chains there are, what is in them, and what a plugin lets one turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gui.cli.output import JsonOption, Output, QuietOption

if TYPE_CHECKING:
    from plugin_host.rendergraph import Chain

app = typer.Typer(invoke_without_command=True, help="List and show effect chains; ask a plugin for its parameters.")


@app.callback()
def chains(context: typer.Context, as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """List the effect chains: those that come along, and yours."""
    if context.invoked_subcommand is not None:
        return
    from plugin_host.rendergraph import list_chains

    output = Output(as_json, quiet)
    found, problems = list_chains()
    for problem in problems:
        output.remark(str(problem))
    facts = [
        {"id": chain.id, "name": chain.name, "about": chain.about, "yours": chain.yours, "effects": len(chain.effects)}
        for chain in found
    ]
    lines = [f"{chain.id:<16} {chain.about}{' (yours)' if chain.yours else ''}" for chain in found]
    output.answer({"chains": facts, "problems": [str(problem) for problem in problems]}, lines)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Id of a chain, or a .toml file.", show_default=False)],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show a chain's effects in their order, with every parameter."""
    from plugin_host.rendergraph import find_chain

    chain = find_chain(name)
    effects = [{"type": e.effect, "bypass": e.bypass, **e.values} for e in chain.effects]
    facts = {"id": chain.id, "name": chain.name, "about": chain.about, "path": str(chain.path), "effects": effects}
    Output(as_json, quiet).answer(facts, _lines(chain))


@app.command()
def plugin(
    path: Annotated[str, typer.Argument(help="VST3 by path or LV2 by URI.", show_default=False)],
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show the parameters that --set and --automate know of a plugin."""
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay
    from plugin_host.rendergraph import check_plugin, describe_plugin, plugin_title

    place, title = check_plugin(path), plugin_title(path)
    with ProgressDisplay(shown=not quiet) as display:
        facts = run_cancellable(title, lambda context: describe_plugin(place, title, context), display)
    lines = [f"{title}: {facts['inputs']} in, {facts['outputs']} out, {facts['latency']} samples late"]
    lines += map(_parameter_line, facts["parameters"])
    Output(as_json, quiet).answer({"plugin": title, **facts}, lines)


def _parameter_line(row: dict[str, Any]) -> str:
    unit = f" {row['unit']}" if row["unit"] else ""
    return f"  {row['name']:<24} {row['now']}{unit} ({row['low']} to {row['high']})"


def _lines(chain: Chain) -> Iterator[str]:
    from plugin_host.rendergraph import EFFECTS

    yield f"{chain.name}: {chain.about}"
    for number, settings in enumerate(chain.effects, start=1):
        effect = EFFECTS[settings.effect]
        bypassed = "  (bypassed)" if settings.bypass else ""
        yield f"{number}. {effect.name}: {effect.about}{bypassed}"
        for parameter in effect.parameters:
            value = f"{settings.values[parameter.name]:g} {parameter.unit}".strip()
            yield f"     {parameter.name:<14} {value:<14} {parameter.about} ({parameter.range_text})"
