"""Out of a chain, plugins, knobs and sounds: the graph that is rendered, and the files it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.audio import Audio, FloatArray
from engine.errors import InputError
from engine.score import TempoMap
from plugin_host.rendergraph import faust
from plugin_host.rendergraph.chains import EffectSettings, check_value
from plugin_host.rendergraph.curves import Automation, Setting, positions
from plugin_host.rendergraph.effects import EFFECTS
from plugin_host.rendergraph.graph import Curve, Graph, Node, same_names
from plugin_host.rendergraph.nodes import effect_nodes
from plugin_host.rendergraph.plugins import PluginUse, check_plugin, check_state, plugin_title

VOICE, BACKING, MIX = "voice", "backing", "mix"


@dataclass(frozen=True, slots=True)
class Strip:
    """What is on the voice, by the names that users call it by: plugins first, then effects, then the faders.

    `plugins` and `effects` by name (`ZamComp`, `peak`, `peak-2`); `parameters` of plugins and `moving` by node name.
    """

    plugins: Mapping[str, PluginUse]
    effects: Mapping[str, EffectSettings]
    parameters: Mapping[str, tuple[tuple[str, str], ...]]
    moving: Mapping[str, tuple[Automation, ...]]
    faders_db: Mapping[str, float]


def make_strip(
    plugins: Sequence[PluginUse],
    effects: Sequence[EffectSettings],
    settings: Iterable[Setting],
    automation: Iterable[Automation],
    faders_db: Mapping[str, float],
) -> Strip:
    """Find for every knob the node it belongs to.  `faders_db`: `voice`, and `backing` where there is one.

    Raises `InputError` for plugins that are not there and knobs that nothing has.
    """
    checked = [replace(plugin, path=check_plugin(plugin.path)) for plugin in plugins]
    taken: list[str] = list(faders_db)
    named_plugins = {_free_name(plugin_title(plugin.path), taken): plugin for plugin in checked}
    named_effects = {_free_name(effect.effect, taken): effect for effect in effects}
    faders = dict(faders_db)
    parameters: dict[str, tuple[tuple[str, str], ...]] = dict.fromkeys(named_plugins, ())
    for setting in settings:
        node = _owner(setting, named_plugins, named_effects, faders)
        if node in named_plugins:
            parameters[node] += ((setting.parameter, setting.value),)
        elif node in named_effects:
            effect = named_effects[node]
            number = _number(effect.effect, node, setting.parameter, setting.value)
            named_effects[node] = replace(effect, values={**effect.values, setting.parameter: number})
        else:
            faders[node] = _number("gain", node, setting.parameter, setting.value)
    moving: dict[str, tuple[Automation, ...]] = {}
    for curve in automation:
        node = _owner(curve, named_plugins, named_effects, faders)
        if node not in named_plugins:
            effect_name = named_effects[node].effect if node in named_effects else "gain"
            for _, value in curve.points:
                _number(effect_name, node, curve.parameter, value)
        moving[node] = (*moving.get(node, ()), replace(curve, node=node))
    return Strip(named_plugins, named_effects, parameters, moving, faders)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bounce begins at second `start_s` of the timeline, whose second 0 is quarter 0 of `tempo`."""

    sample_rate: int
    length: int
    start_s: float
    tempo: TempoMap


def assemble(
    strip: Strip, timeline: Timeline, voice: FloatArray, backing: FloatArray | None
) -> tuple[Graph, dict[str, FloatArray]]:
    """`voice` and `backing`: float32 [2, timeline.length], both in their places.  The graph and its files."""
    bpm = timeline.tempo.bpm_at(timeline.tempo.quarters(timeline.start_s))
    nodes = [Node("voice.sound", "sound", (), {"file": "voice.npy"})]
    files: dict[str, FloatArray] = {"voice.npy": voice}
    for name, plugin in strip.plugins.items():
        nodes.append(_plugin_node(name, plugin, strip.parameters[name], nodes[-1].name))
    for name, effect in strip.effects.items():
        if not effect.bypass:
            nodes += effect_nodes(effect, name, nodes[-1].name, timeline.sample_rate, bpm)
    nodes.append(_fader(VOICE, nodes[-1].name, strip.faders_db[VOICE]))
    if backing is not None:
        nodes.append(Node("backing.sound", "sound", (), {"file": "backing.npy"}))
        files["backing.npy"] = backing
        nodes.append(_fader(BACKING, nodes[-1].name, strip.faders_db[BACKING]))
        nodes.append(Node(MIX, "add", (VOICE, BACKING), {"gains": [1.0, 1.0]}))
    for owner, curves in strip.moving.items():
        for curve in curves:
            file = f"curve-{len(files)}.npy"
            files[file] = positions(curve, timeline.tempo, timeline.start_s, timeline.sample_rate, timeline.length)
            _attach(nodes, owner, curve, file, plugin=owner in strip.plugins)
    tempo = timeline.tempo
    start_quarter = tempo.quarters(timeline.start_s)
    return Graph(timeline.sample_rate, timeline.length, tuple(nodes), tempo.tempi, start_quarter), files


def on_timeline(audio: Audio, start: int, length: int) -> FloatArray:
    """`audio` from sample `start` on, silence around it: float32 [C, length]."""
    result = np.zeros((audio.channels, length), np.float32)
    kept = max(0, min(audio.num_samples, length - start))
    result[:, start : start + kept] = audio.samples[:, :kept]
    return result


def _plugin_node(name: str, plugin: PluginUse, parameters: tuple[tuple[str, str], ...], before: str) -> Node:
    settings = {
        "title": name,
        "path": plugin.path,
        "parameters": [list(row) for row in parameters],
        "load_state": str(check_state(plugin.load_state)) if plugin.load_state else None,
        "save_state": str(plugin.save_state.resolve()) if plugin.save_state else None,
    }
    return Node(name, "plugin", (before,), settings)


def _fader(name: str, before: str, gain_db: float) -> Node:
    return Node(name, "faust", (before,), {"code": faust.gain({"gain_db": gain_db})}, same_names(["gain_db"]))


def _attach(nodes: list[Node], owner: str, curve: Automation, file: str, plugin: bool) -> None:
    """Give the curve to the processor of `owner` that has the knob."""
    values = tuple(value if plugin else float(value) for _, value in curve.points)
    for place, node in enumerate(nodes):
        ours = node.name == owner or node.name.startswith(f"{owner}.")
        if ours and (plugin or curve.parameter in node.knobs):
            nodes[place] = replace(node, curves=(*node.curves, Curve(curve.parameter, values, file)))
            return
    movable = sorted(
        knob for node in nodes if node.name == owner or node.name.startswith(f"{owner}.") for knob in node.knobs
    )
    raise InputError(
        f"{curve.parameter} of {owner} cannot move while it sounds.",
        f"These can: {', '.join(movable)}." if movable else "Take its bypass away first.",
    )


def _owner(
    wanted: Setting | Automation,
    plugins: Mapping[str, PluginUse],
    effects: Mapping[str, EffectSettings],
    faders: Mapping[str, float],
) -> str:
    everything = [*plugins, *effects, *faders]
    has = [name for name, effect in effects.items() if wanted.parameter in EFFECTS[effect.effect].by_name]
    has += [name for name in faders if wanted.parameter == "gain_db"]
    if wanted.node:
        found = [name for name in everything if name.casefold() == wanted.node.casefold()]
        if not found:
            raise InputError(f"There is no {wanted.node!r} to set.", f"There are: {', '.join(everything)}.")
        if found[0] not in plugins and found[0] not in has:
            knobs = EFFECTS[effects[found[0]].effect].by_name if found[0] in effects else ["gain_db"]
            raise InputError(f"{found[0]} has no parameter {wanted.parameter!r}.", f"It has: {', '.join(knobs)}.")
        return found[0]
    candidates = has or list(plugins)
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise InputError(f"Nothing here has a parameter {wanted.parameter!r}.", "Name a plugin or another chain.")
    choices = " or ".join(f"{name}:{wanted.parameter}" for name in candidates)
    raise InputError(f"More than one could have the parameter {wanted.parameter!r}.", f"Write {choices}.")


def _number(effect: str, node: str, parameter: str, text: str) -> float:
    try:
        value: float | str = float(text)
    except ValueError:
        value = text
    return check_value(EFFECTS[effect], parameter, value, node)


def _free_name(wanted: str, taken: list[str]) -> str:
    """`wanted`, or `wanted-2` and so on; it goes into `taken`."""
    name, number = wanted, 1
    while name.casefold() in (other.casefold() for other in taken):
        number += 1
        name = f"{wanted}-{number}"
    taken.append(name)
    return name
